#include "prompts/utf8.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace aifp::prompts {
namespace {

// Most of what is sent is ASCII: eight bytes at a time it costs next to nothing to see that.
bool is_ascii(std::string_view text) noexcept {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    std::uint64_t seen = 0;
    while (text.size() >= sizeof seen) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        seen |= word;
        text.remove_prefix(sizeof word);
    }
    for (const char byte : text) {
        seen |= static_cast<unsigned char>(byte);
    }
    return (seen & kHighBits) == 0;
}

}  // namespace

std::string well_formed(std::string text) {
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
    if (is_ascii(text)) {
        return text;
    }
    std::string mended;
    std::string_view rest = text;
    while (const auto bad = first_invalid_utf8(rest)) {
        mended.append(rest.substr(0, *bad));
        mended += kReplacement;
        rest.remove_prefix(*bad + 1);
    }
    return mended.empty() ? std::move(text) : mended.append(rest);
}

}  // namespace aifp::prompts
