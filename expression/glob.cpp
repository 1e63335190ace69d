#include "expression/glob.hpp"

#include <cstddef>

namespace aifp::expression {

namespace {

std::size_t next_code_point(std::string_view text, std::size_t at) noexcept {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
        ++at;
    }
    return at;
}

}  // namespace

bool matches_glob(std::string_view text, std::string_view pattern) noexcept {
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    // Only the last star ever needs another try: what it took grows by one each time.
    std::size_t star = std::string_view::npos;
    std::size_t taken_until = 0;
    while (at < text.size()) {
        const char wanted = in_pattern < pattern.size() ? pattern[in_pattern] : '\0';
        const bool is_escaped = wanted == '\\' && in_pattern + 1 < pattern.size();
        const bool at_end = in_pattern >= pattern.size();
        if (!at_end && wanted == '*') {
            star = ++in_pattern;
            taken_until = at;
        } else if (!at_end && wanted == '?') {
            at = next_code_point(text, at);
            ++in_pattern;
        } else if (!at_end && text[at] == (is_escaped ? pattern[in_pattern + 1] : wanted)) {
            ++at;
            in_pattern += is_escaped ? 2 : 1;
        } else if (star != std::string_view::npos) {
            in_pattern = star;
            at = ++taken_until;
        } else {
            return false;
        }
    }
    while (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
        ++in_pattern;
    }
    return in_pattern == pattern.size();
}

}  // namespace aifp::expression
