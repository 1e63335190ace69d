#include "base/latin_letters.hpp"

#include <array>

namespace aifp {
namespace {

constexpr unsigned kFirst = 0xC0;
constexpr unsigned kLast = 0x17F;

// The letter without its marks (the first code point of its decomposition in Unicode), or what
// stands for it in the languages that have it. The signs for times and divided by are no letters.
// clang-format off
constexpr std::array<std::string_view, kLast - kFirst + 1> kPlain{
    "A", "A", "A", "A", "Ae", "A", "Ae", "C", "E", "E", "E", "E", "I", "I", "I", "I",  // U+00C0
    "D", "N", "O", "O", "O", "O", "Oe", "", "O", "U", "U", "U", "Ue", "Y", "Th", "ss",  // U+00D0
    "a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",  // U+00E0
    "d", "n", "o", "o", "o", "o", "oe", "", "o", "u", "u", "u", "ue", "y", "th", "y",  // U+00F0
    "A", "a", "A", "a", "A", "a", "C", "c", "C", "c", "C", "c", "C", "c", "D", "d",  // U+0100
    "D", "d", "E", "e", "E", "e", "E", "e", "E", "e", "E", "e", "G", "g", "G", "g",  // U+0110
    "G", "g", "G", "g", "H", "h", "H", "h", "I", "i", "I", "i", "I", "i", "I", "i",  // U+0120
    "I", "i", "IJ", "ij", "J", "j", "K", "k", "k", "L", "l", "L", "l", "L", "l", "L",  // U+0130
    "l", "L", "l", "N", "n", "N", "n", "N", "n", "n", "N", "n", "O", "o", "O", "o",  // U+0140
    "O", "o", "Oe", "oe", "R", "r", "R", "r", "R", "r", "S", "s", "S", "s", "S", "s",  // U+0150
    "S", "s", "T", "t", "T", "t", "T", "t", "U", "u", "U", "u", "U", "u", "U", "u",  // U+0160
    "U", "u", "U", "u", "W", "w", "Y", "y", "Y", "Z", "z", "Z", "z", "Z", "z", "s",  // U+0170
};
// clang-format on

}  // namespace

std::string with_plain_letters(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const bool has_two_bytes = lead >= 0xC3 && lead <= 0xC5 && at + 1 < text.size();
        const auto next = has_two_bytes ? static_cast<unsigned char>(text[at + 1]) : 0U;
        if (!has_two_bytes || (next & 0xC0U) != 0x80U) {
            plain += text[at];
            continue;
        }
        const unsigned code_point = ((lead & 0x1FU) << 6U) | (next & 0x3FU);
        const std::string_view letters = kPlain.at(code_point - kFirst);
        plain += letters.empty() ? text.substr(at, 2) : letters;
        ++at;
    }
    return plain;
}

}  // namespace aifp
