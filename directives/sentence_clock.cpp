#include <array>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "directives/sentence_pieces.hpp"
#include "directives/words.hpp"

namespace aifp::directives {
namespace {

constexpr int kHour = 3600;
constexpr int kNoon = 12;

bool take_weekday(Phrase& phrase, Week& week) {
    if (phrase.at_end() || phrase.front().quoted) {
        return false;
    }
    std::string_view word = phrase.front().lower;
    if (word == "daily" || word == "everyday") {
        return false;  // that is a piece of its own
    }
    if (word == "workday" || word == "workdays") {
        word = "weekdays";
    }
    if (!add_weekdays(week, word)) {
        if (word.size() < 4 || !word.ends_with('s') ||
            !add_weekdays(week, word.substr(0, word.size() - 1))) {
            return false;
        }
    }
    phrase.skip();
    return true;
}

}  // namespace

std::string_view unit_of(std::string_view word) noexcept {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kUnits = {
        {{"second", "s"},
         {"sec", "s"},
         {"minute", "m"},
         {"min", "m"},
         {"hour", "h"},
         {"h", "h"},
         {"day", "d"},
         {"week", "w"},
         {"hr", "h"},
         {"s", "s"},
         {"m", "m"},
         {"d", "d"}}};
    if (word.size() > 2 && word.ends_with('s')) {
        word.remove_suffix(1);
    }
    for (const auto& [name, unit] : kUnits) {
        if (word == name) {
            return unit;
        }
    }
    return {};
}

std::optional<std::string> take_duration(Phrase& phrase) {
    if (phrase.at_end() || phrase.front().quoted) {
        return std::nullopt;
    }
    Phrase ahead = phrase;
    const int number = spoken_number(ahead.front().lower);
    if (number > 0) {
        ahead.skip();
        const std::string_view unit = ahead.at_end() ? "" : unit_of(ahead.front().lower);
        if (unit.empty()) {
            return std::nullopt;
        }
        ahead.skip();
        phrase = ahead;
        return std::to_string(number) + std::string(unit);
    }
    const std::string& word = ahead.front().lower;
    const bool begins_right = !word.empty() && word[0] >= '1' && word[0] <= '9';
    if (begins_right && word.find(':') == std::string::npos && parse_duration(word)) {
        phrase.skip();
        return word;
    }
    return std::nullopt;
}

std::optional<SpokenClock> take_clock(Phrase& phrase, bool bare_number) {
    if (phrase.at_end() || phrase.front().quoted) {
        return std::nullopt;
    }
    const Word& word = phrase.front();
    SpokenClock clock{0, false, word.mark, word.text};
    Phrase two = phrase;
    two.skip();
    if (const auto half = two.take_one("am|pm|a.m.|p.m.")) {
        if (const auto seconds = clock_seconds(word.lower + *half)) {
            phrase = two;
            clock.seconds = *seconds;
            clock.text += " " + *half;
            return clock;
        }
    }
    const int number = to_count(word.lower);
    if (number >= 0 && number <= 24 && bare_number) {
        phrase.skip();
        phrase.take("o'clock");
        clock.is_vague = number >= 1 && number <= kNoon;
        clock.seconds = number % 24 * kHour;
        return clock;
    }
    const auto seconds = number < 0 ? clock_seconds(word.lower) : std::nullopt;
    if (!seconds) {
        return std::nullopt;
    }
    phrase.skip();
    clock.seconds = *seconds;
    return clock;
}

bool take_clocks(Phrase& phrase, SpokenTime& time, bool bare_number) {
    auto clock = take_clock(phrase, bare_number);
    if (!clock) {
        return false;
    }
    while (clock) {
        time.times.push_back(std::move(*clock));
        Phrase next = phrase;
        next.take(",");
        next.take("and|or");
        next.take("at");
        const bool moved = next.position() > phrase.position();
        clock = moved ? take_clock(next, bare_number) : std::nullopt;
        if (clock) {
            phrase = next;
        }
    }
    return true;
}

bool take_weekdays(Phrase& phrase, Week& week) {
    Phrase ahead = phrase;
    const std::string first = phrase.at_end() ? "" : phrase.front().lower;
    if (!take_weekday(ahead, week)) {
        return false;
    }
    phrase = ahead;
    if (ahead.take("to|through|until|till|-") && !ahead.at_end() &&
        add_weekdays(week, first + "-" + ahead.front().lower)) {
        ahead.skip();
        phrase = ahead;
        return true;
    }
    for (;;) {
        ahead = phrase;
        ahead.take(",");
        ahead.take("and|or");
        ahead.take("on");
        if (ahead.position() == phrase.position() || !take_weekday(ahead, week)) {
            return true;
        }
        phrase = ahead;
    }
}

std::optional<std::string_view> nearest_time_word(std::string_view word) {
    constexpr std::array<std::string_view, 24> kWords = {
        "monday",  "tuesday",  "wednesday", "thursday", "friday",    "saturday",
        "sunday",  "weekday",  "weekdays",  "weekend",  "minutes",   "minute",
        "seconds", "hours",    "hour",      "morning",  "afternoon", "evening",
        "night",   "midnight", "noon",      "month",    "sunset",    "sunrise"};
    return nearest_name(word, kWords);
}

}  // namespace aifp::directives
