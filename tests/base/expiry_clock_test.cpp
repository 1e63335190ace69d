#include "base/expiry_clock.hpp"

#include <gtest/gtest.h>

namespace aifp {
namespace {

using std::chrono::hours;

constexpr WallTime kNow{Milliseconds(1'790'000'000'000)};

class KeptClock final : public Clock {
public:
    [[nodiscard]] WallTime wall() const override { return kNow; }
    [[nodiscard]] MonoTime mono() const override { return {}; }
    [[nodiscard]] bool is_synchronised() const override { return is_kept; }
    bool is_kept = false;
};

TEST(ExpiryClock, follows_the_clock_in_small_steps) {
    const KeptClock clock;
    ExpiryClock expiry(&clock);
    expiry.begin(kNow);
    for (int day = 1; day < 100; ++day) {
        EXPECT_EQ(expiry.at(kNow + hours(day * 24)), kNow + hours(day * 24));
    }
}

TEST(ExpiryClock, believes_no_leap_that_nobody_vouches_for) {
    KeptClock clock;
    ExpiryClock expiry(&clock);
    expiry.begin(kNow);
    const auto leap = kNow + hours(24 * 365);
    EXPECT_EQ(expiry.at(leap), kNow);
    EXPECT_EQ(expiry.at(leap + hours(1)), kNow);
    clock.is_kept = true;
    EXPECT_EQ(expiry.at(leap + hours(2)), leap + hours(2));
}

TEST(ExpiryClock, goes_back_with_the_clock) {
    const KeptClock clock;
    ExpiryClock expiry(&clock);
    expiry.begin(kNow + hours(24 * 365));
    EXPECT_EQ(expiry.at(kNow), kNow);
    EXPECT_EQ(expiry.at(kNow + hours(24 * 365)), kNow);
}

TEST(ExpiryClock, believes_the_first_time_where_nothing_is_old) {
    const KeptClock clock;
    ExpiryClock expiry(&clock);
    EXPECT_EQ(expiry.at(kNow), kNow);
}

}  // namespace
}  // namespace aifp
