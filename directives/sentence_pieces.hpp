#pragma once

#include <optional>

#include "directives/sentence_time.hpp"

// The pieces that take_time() puts together. Each takes what it understands, or nothing. Pure.
// Inner part of the room.

namespace aifp::directives {

/// "5pm", "17:00", "2 a.m.", "noon"; with `bare_number` also "5" and "17 o'clock".
[[nodiscard]] std::optional<SpokenClock> take_clock(Phrase& phrase, bool bare_number);
/// Several of them: "8:00, 12:00 and 17:00".
bool take_clocks(Phrase& phrase, SpokenTime& time, bool bare_number);
/// "monday", "mondays and fridays", "monday to friday", "weekdays".
bool take_weekdays(Phrase& phrase, Week& week);
/// Behind "on the": "1st and 15th of the month", "last day of every month".
bool take_month_days(Phrase& phrase, SpokenTime& time);
/// "24 December 2026", "December 24th", "the 24th of December", "2026-12-24".
bool take_date(Phrase& phrase, SpokenTime& time);
/// The short form of a unit of time: "m" for "minutes"; empty when it is none.
[[nodiscard]] std::string_view unit_of(std::string_view word) noexcept;

}  // namespace aifp::directives
