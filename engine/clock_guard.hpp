#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/time_zone.hpp"

namespace aifp::engine {

/// Says whether the wall clock may be believed. A machine without a clock of its own begins with a
/// time of the past until it hears the right one; schedules wait for that, and then treat what they
/// missed as after any other pause. (reference/semantics.md 2.23) Not believed is
///  - a time before the program was built,
///  - at the start, a time more than kTolerance before the newest row of the ledger, unless the
///    kernel says that the clock is synchronised; for kPatience at most: the row may be what was
///    wrong.
/// Loop thread only.
class ClockGuard {
public:
    static constexpr Milliseconds kTolerance = std::chrono::hours(3);  ///< Timetable::kMaxStepBack.
    static constexpr Milliseconds kPatience = std::chrono::hours(1);
    static constexpr Milliseconds kLookAgain = std::chrono::seconds(30);

    /// `is_synchronised`: what the kernel says.
    ClockGuard(const Clock& clock, WallTime built, std::function<bool()> is_synchronised)
        : clock_(clock), built_(built), is_synchronised_(std::move(is_synchronised)) {}

    /// At the start: when the newest row was written, if there is one.
    void begin(std::optional<WallTime> newest_row);
    /// Looks at the clock. Once believed it stays so: later steps are judged by the timetable.
    [[nodiscard]] bool is_trusted();
    /// What the schedules take for now: the clock, or while it is not believed the time that has
    /// certainly passed.
    [[nodiscard]] WallTime believable_time();
    /// Why it is not believed, for people.
    [[nodiscard]] std::string why_not(const TimeZone& zone) const;

private:
    [[nodiscard]] bool looks_right() const;

    const Clock& clock_;
    const WallTime built_;
    const std::function<bool()> is_synchronised_;
    WallTime floor_{};   // has certainly passed
    WallTime newest_{};  // row of the ledger
    MonoTime began_{};
    bool trusted_ = true;
};

}  // namespace aifp::engine
