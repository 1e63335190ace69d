#include "engine/clock_steps.hpp"

#include <utility>

namespace aifp::engine {

ClockSteps::ClockSteps(const Clock& clock, std::function<Milliseconds()> since_boot)
    : clock_(clock), since_boot_(std::move(since_boot)), known_(offset()) {}

void ClockSteps::begin(bool may_be_behind) {
    may_be_behind_ = may_be_behind;
    known_ = offset();
}

Milliseconds ClockSteps::take() {
    const auto step = offset() - known_;
    if (step < kLeast && -step < kLeast) {
        return Milliseconds(0);
    }
    known_ += step;
    const bool is_correction = step > Milliseconds(0) && std::exchange(may_be_behind_, false);
    return is_correction ? Milliseconds(0) : step;
}

Milliseconds ClockSteps::offset() const {
    const auto elapsed =
        since_boot_ ? since_boot_()
                    : std::chrono::duration_cast<Milliseconds>(clock_.mono().time_since_epoch());
    return clock_.wall().time_since_epoch() - elapsed;
}

}  // namespace aifp::engine
