#pragma once

#include <optional>
#include <string>
#include <vector>

#include "directives/reading.hpp"
#include "directives/sentence_words.hpp"

// What a sentence says about time. Pure. Inner part of the room. (docs/sentences.md, Times)

namespace aifp::directives {

/// A time of day as it was said.
struct SpokenClock {
    int seconds = 0;  ///< After midnight; of a vague one the morning's.
    bool is_vague =
        false;  ///< "5": on a twelve-hour clock, and nothing says which half of the day.
    document::Mark mark;
    std::string text;
};

/// Everything a sentence says about when, piece by piece.
struct SpokenTime {
    document::Mark mark;  ///< Of the first piece.
    std::string period;   ///< "every 10 minutes": "10m".
    int bare_period = 0;  ///< "every 10": the unit is missing.
    std::vector<SpokenClock> times;
    Week days{};
    bool has_days = false;
    std::vector<int> month_days;
    bool last_day = false;  ///< Of the month.
    int month = 0;
    int year = 0;
    std::optional<SpokenClock> after;  ///< "between … and …"
    std::optional<SpokenClock> before;
    std::string day_part;  ///< "morning", "afternoon", "evening", "night".
    std::string sun;       ///< "sunrise" or "sunset".
    std::string sun_offset;
    std::string timezone;
    bool recurs = false;  ///< "every day": says how often, not when.

    [[nodiscard]] bool is_trigger() const noexcept;  ///< Says when, not only on which days.
};

/// Takes as many pieces as there are, "," and "and" between them included. False when not one.
bool take_time(Phrase& phrase, SpokenTime& time);

/// A duration such as "20 minutes" in short form; nothing taken when it is none.
[[nodiscard]] std::optional<std::string> take_duration(Phrase& phrase);

/// The word about time that was probably meant: "monday" for "mnday".
[[nodiscard]] std::optional<std::string_view> nearest_time_word(std::string_view word);

}  // namespace aifp::directives
