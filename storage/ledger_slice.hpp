#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The bytes of `ledger_index.earlier` (storage/migrations/0003_settled_later.sql).
namespace aifp::storage {

/// A row of `ledger_index` names ids that are less than this apart.
inline constexpr std::int64_t kMaxSliceSpan = 8'192;

/// `ids` rise and are not empty. Gives each but the last, from the end on, as its distance to the
/// next higher one: LEB128, so mostly one or two bytes.
[[nodiscard]] std::string pack_earlier(std::span<const std::int64_t> ids);

/// `last` and the ids before it, falling. Bytes that make no sense end the list.
[[nodiscard]] std::vector<std::int64_t> unpack_slice(std::int64_t last, std::string_view earlier);

}  // namespace aifp::storage
