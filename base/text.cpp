#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace aifp {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";
constexpr std::size_t kLongestName = 64;

unsigned char byte_at(std::string_view text, std::size_t i) noexcept {
    return static_cast<unsigned char>(text[i]);
}

bool is_continuation(unsigned char byte) noexcept {
    return (byte & 0xC0U) == 0x80U;
}

// What the lead byte allows (Unicode standard, table 3-7): how many bytes follow, and the range of
// the first of them. 0 followers for a byte that cannot lead.
struct Sequence {
    std::size_t followers = 0;
    unsigned char lowest = 0x80;
    unsigned char highest = 0xBF;
};

Sequence sequence_of(unsigned char lead) noexcept {
    Sequence found;
    if (lead >= 0xC2 && lead <= 0xDF) {
        found.followers = 1;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        found.followers = 2;
        found.lowest = lead == 0xE0 ? 0xA0 : 0x80;
        found.highest = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        found.followers = 3;
        found.lowest = lead == 0xF0 ? 0x90 : 0x80;
        found.highest = lead == 0xF4 ? 0x8F : 0xBF;
    }
    return found;
}

// Bytes of the well-formed sequence that begins at `at`, 0 if there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) noexcept {
    if (byte_at(text, at) < 0x80) {
        return 1;
    }
    const Sequence sequence = sequence_of(byte_at(text, at));
    if (sequence.followers == 0 || text.size() - at <= sequence.followers) {
        return 0;
    }
    const unsigned char second = byte_at(text, at + 1);
    if (second < sequence.lowest || second > sequence.highest) {
        return 0;
    }
    for (std::size_t i = 2; i <= sequence.followers; ++i) {
        if (!is_continuation(byte_at(text, at + i))) {
            return 0;
        }
    }
    return sequence.followers + 1;
}

using Row = std::array<std::size_t, kLongestName + 1>;

// Optimal string alignment distance. Both texts are at most kLongestName bytes.
std::size_t edit_distance(std::string_view left, std::string_view right) noexcept {
    Row before{};
    Row previous{};
    Row current{};
    for (std::size_t j = 0; j <= right.size(); ++j) {
        previous[j] = j;
    }
    for (std::size_t i = 1; i <= left.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + change});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        before = previous;
        previous = current;
    }
    return previous[right.size()];
}

}  // namespace

std::string_view trim(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string joined;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) {
            joined += separator;
        }
        joined += parts[i];
    }
    return joined;
}

std::string to_lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return lower;
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = sequence_length(text, at);
        if (length == 0) {
            return at;
        }
        at += length;
    }
    return std::nullopt;
}

std::size_t count_code_points(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return !is_continuation(static_cast<unsigned char>(byte));
    }));
}

std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes) noexcept {
    if (text.size() <= max_bytes) {
        return text;
    }
    std::size_t end = max_bytes;
    while (end > 0 && is_continuation(byte_at(text, end))) {
        --end;
    }
    return text.substr(0, end);
}

std::optional<std::string_view> nearest_name(std::string_view word,
                                             std::span<const std::string_view> candidates) {
    if (word.empty() || word.size() > kLongestName) {
        return std::nullopt;
    }
    std::optional<std::string_view> nearest;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        if (candidate.size() > kLongestName) {
            continue;
        }
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < least) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string to_hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 0x0FU];
    }
    return text;
}

bool equal_constant_time(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) {
        return false;
    }
    // volatile: the compiler may not leave the loop once a difference is known.
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        difference =
            static_cast<unsigned char>(difference | (byte_at(left, i) ^ byte_at(right, i)));
    }
    return difference == 0;
}

}  // namespace aifp
