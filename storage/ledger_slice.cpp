#include "storage/ledger_slice.hpp"

namespace aifp::storage {

namespace {

constexpr std::uint64_t kLowBits = 0x7f;
constexpr unsigned kBitsPerByte = 7;
constexpr std::uint8_t kMoreFollows = 0x80;

void append_number(std::string& bytes, std::uint64_t number) {
    while (number > kLowBits) {
        bytes.push_back(static_cast<char>((number & kLowBits) | kMoreFollows));
        number >>= kBitsPerByte;
    }
    bytes.push_back(static_cast<char>(number));
}

// Takes a number off the front of `bytes`; 0, which no distance is, if there is none to be had.
std::uint64_t take_number(std::string_view& bytes) {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += kBitsPerByte) {
        const auto byte = static_cast<std::uint8_t>(bytes.front());
        bytes.remove_prefix(1);
        number |= (byte & kLowBits) << shift;
        if ((byte & kMoreFollows) == 0) {
            return number;
        }
    }
    return 0;
}

}  // namespace

std::string pack_earlier(std::span<const std::int64_t> ids) {
    std::string bytes;
    for (std::size_t i = ids.size() - 1; i > 0; --i) {
        append_number(bytes, static_cast<std::uint64_t>(ids[i] - ids[i - 1]));
    }
    return bytes;
}

std::vector<std::int64_t> unpack_slice(std::int64_t last, std::string_view earlier) {
    std::vector<std::int64_t> ids{last};
    while (const std::uint64_t distance = take_number(earlier)) {
        if (distance >= static_cast<std::uint64_t>(kMaxSliceSpan)) {
            break;
        }
        ids.push_back(ids.back() - static_cast<std::int64_t>(distance));
    }
    return ids;
}

}  // namespace aifp::storage
