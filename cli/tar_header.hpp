#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cli/archive.hpp"

namespace aifp::cli {

inline constexpr std::size_t kTarBlock = 512;
using TarBlock = std::array<char, kTarBlock>;

/// The block in front of a file's content. Errors: invalid_input for a name that does not fit.
[[nodiscard]] Result<TarBlock> make_tar_header(const ArchiveEntry& entry, WallTime modified);

/// What such a block says; its sha256 stays empty. Errors: invalid_input when the checksum is
/// wrong, or the entry is no regular file with a relative name free of "..".
[[nodiscard]] Result<ArchiveEntry> read_tar_header(const TarBlock& block);

/// Bytes behind a content of this size up to the next block.
[[nodiscard]] constexpr std::size_t tar_padding(std::uint64_t size) noexcept {
    return static_cast<std::size_t>((kTarBlock - size % kTarBlock) % kTarBlock);
}

}  // namespace aifp::cli
