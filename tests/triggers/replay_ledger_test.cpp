#include "triggers/replay_ledger.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.hpp"

namespace aifp::triggers {
namespace {

constexpr WallTime kNow = testing::FakeClock::kStart;
using Answer = ReplayLedger::Answer;

ReplayMark mark(const std::string& key, int seconds) {
    return ReplayMark{key, kNow + Seconds(seconds)};
}

TEST(ReplayLedger, takes_a_delivery_once_until_it_expires) {
    ReplayLedger ledger;
    EXPECT_EQ(ledger.remember(mark("a", 10), kNow), Answer::fresh);
    EXPECT_TRUE(ledger.knows("a", kNow + Seconds(9)));
    EXPECT_EQ(ledger.remember(mark("a", 20), kNow + Seconds(9)), Answer::duplicate);
    EXPECT_FALSE(ledger.knows("a", kNow + Seconds(10)));
    EXPECT_EQ(ledger.remember(mark("a", 20), kNow + Seconds(10)), Answer::fresh);
}

TEST(ReplayLedger, refuses_when_full_until_something_expires) {
    ReplayLedger ledger(2);
    EXPECT_EQ(ledger.remember(mark("a", 10), kNow), Answer::fresh);
    EXPECT_EQ(ledger.remember(mark("b", 5), kNow), Answer::fresh);
    EXPECT_EQ(ledger.remember(mark("c", 10), kNow), Answer::full);
    EXPECT_EQ(ledger.remember(mark("c", 10), kNow + Seconds(5)), Answer::fresh);
    EXPECT_TRUE(ledger.knows("a", kNow + Seconds(5)));
    EXPECT_EQ(ledger.size(), 2U);
}

TEST(ReplayLedger, forgets_what_was_taken_back) {
    ReplayLedger ledger;
    EXPECT_EQ(ledger.remember(mark("a", 10), kNow), Answer::fresh);
    ledger.take_back("a");
    ledger.take_back("never there");
    EXPECT_EQ(ledger.remember(mark("a", 30), kNow), Answer::fresh);
    // The first mark's time passes; the second one stays.
    EXPECT_EQ(ledger.remember(mark("b", 30), kNow + Seconds(15)), Answer::fresh);
    EXPECT_TRUE(ledger.knows("a", kNow + Seconds(15)));
}

TEST(ReplayLedger, stays_bounded_when_marks_are_taken_back_again_and_again) {
    ReplayLedger ledger(2);
    int fresh = 0;
    for (int i = 0; i < 100; ++i) {
        fresh += ledger.remember(mark("a", 10), kNow) == Answer::fresh ? 1 : 0;
        ledger.take_back("a");
    }
    EXPECT_EQ(fresh, 4);
    EXPECT_EQ(ledger.remember(mark("a", 60), kNow + Seconds(10)), Answer::fresh);
}

}  // namespace
}  // namespace aifp::triggers
