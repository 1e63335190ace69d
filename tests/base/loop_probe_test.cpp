#include "base/loop_probe.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <numeric>

#include "tests/support/fake_clock.hpp"

namespace aifp {
namespace {

constexpr Milliseconds kSoon{1};  // of the real timer; what is measured is the fake clock

class LoopProbeTest : public ::testing::Test {
protected:
    LoopProbeTest() { probe.start(); }

    /// The next probe comes, after so much time of the fake clock.
    void probe_after(Milliseconds passed) {
        clock.advance(passed);
        loop.restart();
        loop.run_one();
    }

    boost::asio::io_context loop{1};
    testing::FakeClock clock;
    LoopProbe probe{loop.get_executor(), clock, kSoon};
};

TEST_F(LoopProbeTest, measures_by_how_much_the_loop_is_late) {
    probe_after(kSoon + Milliseconds(7));
    probe_after(kSoon);

    const auto figures = probe.figures();
    const auto lag = figures.lag.view();
    EXPECT_EQ(lag.max, 7'000);
    EXPECT_EQ(lag.sum, 7'000);
    EXPECT_EQ(std::accumulate(lag.counts.begin(), lag.counts.end(), 0U), 2U);
    EXPECT_EQ(figures.recent_max_us, 7'000);
}

TEST_F(LoopProbeTest, forgets_the_recent_maximum_after_two_minutes_at_most) {
    probe_after(kSoon + Milliseconds(7));
    probe_after(LoopProbe::kRecent);  // itself late by a minute

    EXPECT_GE(probe.figures().recent_max_us, 7'000);

    probe_after(LoopProbe::kRecent);
    probe_after(LoopProbe::kRecent);
    EXPECT_EQ(probe.figures().recent_max_us, (LoopProbe::kRecent - kSoon).count() * 1'000);
    EXPECT_EQ(probe.figures().lag.view().max, (LoopProbe::kRecent - kSoon).count() * 1'000);
}

TEST_F(LoopProbeTest, is_silent_once_stopped) {
    probe.stop();
    loop.restart();
    loop.run();

    EXPECT_EQ(probe.figures().lag.view().max, 0);
}

}  // namespace
}  // namespace aifp
