#include "cli/tar_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>
#include <string>

namespace aifp::cli {
namespace {

/// A field of the header (pax(1), "ustar Interchange Format").
struct Field {
    std::size_t at;
    std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kOwner{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kModified{136, 12};
constexpr Field kChecksum{148, 8};
constexpr std::size_t kType = 156;
constexpr Field kMagic{257, 8};
constexpr Field kPrefix{345, 155};
constexpr std::string_view kUstar{"ustar\00000", 8};
constexpr char kRegular = '0';
constexpr std::uint64_t kMaxSize = 077777777777;  // eleven octal digits: 8 GiB

void put(TarBlock& block, Field field, std::string_view text) {
    std::copy_n(text.data(), std::min(text.size(), field.size), block.begin() + field.at);
}

void put_octal(TarBlock& block, Field field, std::uint64_t value) {
    put(block, field, fmt::format("{:0{}o}", value, field.size - 1));
}

std::string_view text_of(const TarBlock& block, Field field) {
    const std::string_view whole(block.data() + field.at, field.size);
    return whole.substr(0, whole.find('\0'));
}

Result<std::uint64_t> octal_of(const TarBlock& block, Field field) {
    std::string_view text = text_of(block, field);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    text = text.substr(0, text.find(' '));
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
    if (failed != std::errc() || end != text.data() + text.size()) {
        return fail(ErrorCode::invalid_input, "a number in it cannot be read");
    }
    return value;
}

/// The sum of all bytes, those of the checksum itself counted as blanks.
std::uint64_t checksum_of(TarBlock block) {
    std::fill_n(block.begin() + kChecksum.at, kChecksum.size, ' ');
    return std::accumulate(block.begin(), block.end(), std::uint64_t{0}, [](auto sum, char byte) {
        return sum + static_cast<unsigned char>(byte);
    });
}

bool is_safe(std::string_view name) {
    const std::filesystem::path path(name);
    return !name.empty() && path.is_relative() && name.back() != '/' &&
           std::none_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
}

/// The longest folder part that the prefix holds; npos when the rest is too long for the name.
std::size_t split_of(std::string_view name) {
    for (std::size_t slash = name.find('/'); slash != name.npos;
         slash = name.find('/', slash + 1)) {
        if (slash <= kPrefix.size && name.size() - slash - 1 <= kName.size) {
            return slash;
        }
    }
    return name.npos;
}

}  // namespace

Result<TarBlock> make_tar_header(const ArchiveEntry& entry, WallTime modified) {
    TarBlock block{};
    const std::string_view name = entry.name;
    if (name.size() <= kName.size) {
        put(block, kName, name);
    } else if (const std::size_t slash = split_of(name); slash != name.npos) {
        put(block, kPrefix, name.substr(0, slash));
        put(block, kName, name.substr(slash + 1));
    } else {
        return fail(ErrorCode::invalid_input, fmt::format("the name {} is too long", name));
    }
    if (entry.size > kMaxSize) {
        return fail(ErrorCode::invalid_input, fmt::format("{} is larger than 8 GiB", name));
    }
    put_octal(block, kMode, entry.mode & 07777U);
    put_octal(block, kOwner, 0);
    put_octal(block, kGroup, 0);
    put_octal(block, kSize, entry.size);
    put_octal(block,
              kModified,
              static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_unix_ms(modified) / 1000)));
    block[kType] = kRegular;
    put(block, kMagic, kUstar);
    put(block, kChecksum, fmt::format("{:06o}", checksum_of(block)));
    block[kChecksum.at + 7] = ' ';
    return block;
}

Result<ArchiveEntry> read_tar_header(const TarBlock& block) {
    const auto sum = octal_of(block, kChecksum);
    const auto size = octal_of(block, kSize);
    const auto mode = octal_of(block, kMode);
    if (!sum || !size || !mode || *sum != checksum_of(block)) {
        return fail(ErrorCode::invalid_input, "a header in it is damaged");
    }
    ArchiveEntry entry;
    const std::string prefix(text_of(block, kPrefix));
    entry.name = (prefix.empty() ? "" : prefix + "/") + std::string(text_of(block, kName));
    entry.size = *size;
    entry.mode = static_cast<mode_t>(*mode & 0777U);
    if (block[kType] != kRegular || !is_safe(entry.name)) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("it holds {}, which aifp backup does not write", entry.name));
    }
    return entry;
}

}  // namespace aifp::cli
