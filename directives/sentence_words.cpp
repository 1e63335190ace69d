#include "directives/sentence_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "directives/words.hpp"

namespace aifp::directives {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

struct Quotes {
    std::string_view opening;
    std::string_view closing;
};
constexpr std::array kQuotes = {Quotes{"\"", "\""},
                                Quotes{"`", "`"},
                                Quotes{"\u201C", "\u201D"},
                                Quotes{"\u201E", "\u201C"},
                                Quotes{"\u2018", "\u2019"},
                                Quotes{"'", "'"}};

// A bracket's end, strings inside passed over; npos when it is never closed.
std::size_t end_of_json(std::string_view text, std::size_t begin) noexcept {
    int depth = 0;
    bool in_text = false;
    for (std::size_t at = begin; at < text.size(); ++at) {
        const char c = text[at];
        if (in_text) {
            at += c == '\\' ? 1 : 0;
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

bool is_abbreviation(std::string_view word) noexcept {
    const auto ends = [word](std::string_view ending) {
        return word.size() >= ending.size() &&
               to_lower_ascii(word.substr(word.size() - ending.size())) == ending;
    };
    return ends("a.m.") || ends("p.m.");
}

}  // namespace

WordEnd end_of_word(std::string_view text, std::size_t begin) noexcept {
    const std::string_view rest = text.substr(begin);
    for (const Quotes& quotes : kQuotes) {
        if (!rest.starts_with(quotes.opening)) {
            continue;
        }
        const std::size_t start = begin + quotes.opening.size();
        const std::size_t close = text.find(quotes.closing, start);
        if (close == std::string_view::npos) {
            return {text.size(), text.substr(start), true, false};
        }
        return {close + quotes.closing.size(), text.substr(start, close - start), true, true};
    }
    if (rest.front() == '{' || rest.front() == '[') {
        const std::size_t end = end_of_json(text, begin);
        if (end != std::string_view::npos) {
            return {end, text.substr(begin, end - begin), true, true};
        }
    }
    std::size_t end = std::min(text.find_first_of(kBlanks, begin), text.size());
    constexpr std::string_view kMarks = ",;.:!?";
    while (end > begin + 1 && kMarks.find(text[end - 1]) != std::string_view::npos &&
           !is_abbreviation(text.substr(begin, end - begin))) {
        --end;
    }
    return {end, text.substr(begin, end - begin), false, true};
}

bool Phrase::take(std::string_view pattern) {
    const std::size_t start = at_;
    for (std::string_view part : split(pattern, ' ')) {
        const bool may_miss = part.ends_with('?');
        part.remove_suffix(may_miss ? 1 : 0);
        if (!take_one(part) && !may_miss) {
            at_ = start;
            return false;
        }
    }
    return true;
}

bool Phrase::sees(std::string_view pattern) const {
    Phrase ahead = *this;
    return ahead.take(pattern);
}

std::optional<std::string> Phrase::take_one(std::string_view alternatives) {
    if (at_end() || front().quoted) {
        return std::nullopt;
    }
    for (const std::string_view word : split(alternatives, '|')) {
        if (front().lower == word) {
            return words_[at_++].lower;
        }
    }
    return std::nullopt;
}

std::string_view text_of(std::string_view text, Words words) {
    return words.empty() ? std::string_view()
                         : text.substr(words.front().begin, words.back().end - words.front().begin);
}

int spoken_number(std::string_view word) noexcept {
    constexpr std::array<std::pair<std::string_view, int>, 20> kWords = {
        {{"a", 1},       {"an", 1},      {"one", 1},     {"two", 2},     {"three", 3},
         {"four", 4},    {"five", 5},    {"six", 6},     {"seven", 7},   {"eight", 8},
         {"nine", 9},    {"ten", 10},    {"eleven", 11}, {"twelve", 12}, {"fifteen", 15},
         {"twenty", 20}, {"thirty", 30}, {"forty", 40},  {"fifty", 50},  {"sixty", 60}}};
    for (const auto& [name, number] : kWords) {
        if (word == name) {
            return number;
        }
    }
    return word.size() <= 6 ? to_count(word) : -1;
}

int spoken_ordinal(std::string_view word) noexcept {
    constexpr std::array<std::string_view, 5> kNames = {
        "first", "second", "third", "fourth", "fifth"};
    for (std::size_t at = 0; at < kNames.size(); ++at) {
        if (word == kNames[at]) {
            return static_cast<int>(at) + 1;
        }
    }
    if (word.size() < 3) {
        return -1;
    }
    const std::string_view ending = word.substr(word.size() - 2);
    const bool is_ordinal = ending == "st" || ending == "nd" || ending == "rd" || ending == "th";
    const int number = is_ordinal ? to_count(word.substr(0, word.size() - 2)) : -1;
    return number >= 1 && number <= 31 ? number : -1;
}

}  // namespace aifp::directives
