#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/node.hpp"

// Plain sentences as words with places, and a reader that takes them off from the left. Pure. Inner
// part of the room. (docs/sentences.md)

namespace aifp::directives {

/// One word, text in quotes, or punctuation mark of a sentence.
struct Word {
    std::string text;   ///< As written, quotes taken off.
    std::string lower;  ///< In lower case; empty for what stood in quotes: it is nobody's keyword.
    bool quoted = false;
    std::size_t begin = 0;  ///< Byte offsets in the text it was split from.
    std::size_t end = 0;
    document::Mark mark;
};
using Words = std::span<const Word>;

/// Splits at blanks. `,` `;` `.` `:` `!` at a word's end are words of their own; "…", '…', `…` and
/// the typographic quotes keep everything, and a JSON object or array stays whole. `mark_of` gives
/// the place of a byte.
template <class MarkOf>
[[nodiscard]] std::vector<Word> split_words(std::string_view text, MarkOf mark_of);

/// Where the word at `begin` ends (its closing quote included), and its text. For split_words.
struct WordEnd {
    std::size_t end = 0;
    std::string_view text;
    bool quoted = false;
    bool closed = true;  ///< false: the quote is never closed.
};
[[nodiscard]] WordEnd end_of_word(std::string_view text, std::size_t begin) noexcept;

template <class MarkOf>
std::vector<Word> split_words(std::string_view text, MarkOf mark_of) {
    std::vector<Word> words;
    std::size_t at = text.find_first_not_of(" \t\r\n");
    while (at != std::string_view::npos) {
        const WordEnd end = end_of_word(text, at);
        Word word{std::string(end.text), {}, end.quoted, at, end.end, mark_of(at)};
        if (!end.quoted) {
            word.lower = word.text;
            for (char& c : word.lower) {
                c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            }
        }
        words.push_back(std::move(word));
        at = text.find_first_not_of(" \t\r\n", end.end);
    }
    return words;
}

/// Takes words off from the left.
class Phrase {
public:
    explicit Phrase(Words words) : words_(words) {}

    [[nodiscard]] bool at_end() const noexcept { return at_ >= words_.size(); }
    /// Precondition: !at_end().
    [[nodiscard]] const Word& front() const { return words_[at_]; }
    [[nodiscard]] Words rest() const noexcept { return words_.subspan(at_); }
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    void go_to(std::size_t position) noexcept { at_ = position; }
    void skip() noexcept { ++at_; }

    /// Takes the words if they are what the pattern says: words separated by blanks, each with
    /// alternatives ("on|by") and a "?" behind it if it may be missing. Else takes nothing.
    bool take(std::string_view pattern);
    /// Whether take() would.
    [[nodiscard]] bool sees(std::string_view pattern) const;
    /// The front word in lower case, taken if it is one of the words of `pattern`.
    std::optional<std::string> take_one(std::string_view alternatives);

private:
    Words words_;
    std::size_t at_ = 0;
};

/// What stands between two words, as written (without the blanks around).
[[nodiscard]] std::string_view text_of(std::string_view text, Words words);

/// A whole number in digits or as a word ("ten"); -1 when it is none. "a" and "an" are 1.
[[nodiscard]] int spoken_number(std::string_view word) noexcept;
/// 1-31 for "1st", "2nd", "first" …; -1 when it is none.
[[nodiscard]] int spoken_ordinal(std::string_view word) noexcept;

}  // namespace aifp::directives
