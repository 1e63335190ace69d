#include "tests/simulation/bench.hpp"

#include <gtest/gtest.h>

// What the witness takes for certain when the clock is set and then the power goes.
namespace aifp::simulation {
namespace {

constexpr std::uint64_t kSeed = 1;

/// Of the one directive of these tests: when it is known to have been armed at all.
class Witness : public ::testing::Test {
protected:
    Witness() {
        bench.edit(track);
        bench.start();
        bench.pass(Seconds(1));
    }
    /// The windows of the version that the file has now.
    [[nodiscard]] std::vector<Window> windows() const {
        std::vector<Window> found;
        for (const auto& window : bench.evidence.windows) {
            if (window.plan == track.file) {
                found.push_back(window);
            }
        }
        return found;
    }

    Bench bench{kSeed, false};
    Track& track = bench.tracks.front();
};

// What a clock that is set forward passes was due, and then it is gone with the file: the engine
// promises nothing of what was not stored by then (docs/simulation-test.md, What is held).
TEST_F(Witness, is_not_sure_of_what_the_clock_passed_just_before_the_power_went) {
    bench.set_outside(1);  // something is stored in the very millisecond
    const auto stored = bench.time.wall();
    bench.computer.store().set_latency(Milliseconds(30));
    bench.step_clock(std::chrono::minutes(49));
    bench.crash();
    const auto armed = windows();
    bench.edit(track);

    std::size_t sure = 0;
    for (const auto& window : bench.evidence.windows) {
        if (window.plan != track.file && window.is_sure) {
            ++sure;
            EXPECT_LE(window.sure_until.value_or(Moment{WallTime::max(), {}}).wall, stored);
        }
    }
    EXPECT_EQ(sure, 1U);
    EXPECT_EQ(armed.size(), 2U);
}

// It was written before the clock was set back, and is loaded after that: its schedules begin at
// what the clock shows then. Who learns of it after a crash only does not know when it was.
TEST_F(Witness, allows_what_is_loaded_after_a_step_back_from_then_on) {
    bench.computer.disk().set_full(true);
    bench.edit(track);
    bench.reload();
    bench.step_clock(-std::chrono::minutes(80));
    const auto earliest = bench.time.wall();
    bench.pass(Seconds(10));
    bench.computer.disk().set_full(false);
    bench.crash();
    bench.pass(Seconds(10));
    bench.start();

    const auto known = windows();
    EXPECT_EQ(known.size(), 2U);
    for (const auto& window : known) {
        EXPECT_LE(window.maybe_from, earliest);
    }
}

TEST_F(Witness, allows_what_was_decided_before_a_step_far_back_too) {
    bench.edit(track);
    const auto written = bench.time.wall();
    bench.step_clock_back(true);

    const auto perhaps = windows().front();
    EXPECT_LE(perhaps.maybe_from, bench.time.wall());
    EXPECT_GE(perhaps.maybe_until.value_or(WallTime::max()), written);
}

}  // namespace
}  // namespace aifp::simulation
