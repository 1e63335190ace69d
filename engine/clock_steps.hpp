#pragma once

#include <functional>

#include "base/clock.hpp"

namespace aifp::engine {

/// Finds out by how much somebody set the wall clock. What lasts a while (a `delay`, a `for`, a
/// quiet time) has its end written down as an instant, so that it holds over a restart; while the
/// engine lives it is elapsed time all the same, and its end moves with the clock.
/// (docs/flow.md, The clock is set) Loop thread only.
class ClockSteps {
public:
    /// Less is what two clocks that are read one after the other differ by.
    static constexpr Milliseconds kLeast = Seconds(1);

    /// `since_boot`: time that passes while the machine sleeps, too; null: Clock::mono.
    ClockSteps(const Clock& clock, std::function<Milliseconds()> since_boot);

    /// At the start. `may_be_behind`: nothing keeps the clock right yet, so its first step forward
    /// is a correction: what was written down before the start was meant in the right time.
    void begin(bool may_be_behind);
    /// The step since the last call, by which ends move; 0: none.
    [[nodiscard]] Milliseconds take();

private:
    [[nodiscard]] Milliseconds offset() const;

    const Clock& clock_;
    const std::function<Milliseconds()> since_boot_;
    Milliseconds known_;
    bool may_be_behind_ = false;
};

}  // namespace aifp::engine
