// Conditions about the directive's last run: on the fake clock, across crashes.
#include "tests/engine/run_rules_fixture.hpp"

namespace aifp::engine {
namespace {

using std::chrono::minutes;

class LastRunConditions : public RunRules {
protected:
    void pass_and_settle(Milliseconds length) {
        pass(length);
        settle();
        settle();
    }
};

TEST_F(LastRunConditions, cooldown_holds_so_long_after_the_end_of_the_last_run) {
    write_slow("condition: {cooldown: 10m}", "[{delay: 2m}]");
    start_with_ringers();
    ring();
    pass_and_settle(minutes(11));  // it ended nine minutes ago
    ring();
    pass_and_settle(minutes(2));
    ring();
    EXPECT_EQ(decisions(), "started condition_false started");
}

TEST_F(LastRunConditions, cooldown_says_until_when) {
    write_slow("condition: {cooldown: 10m}", "[{log: a}]");
    start_with_ringers();
    ring();
    ring();
    EXPECT_EQ(newest("detail"),
              "condition 1 is false: cooldown: 10m (the last run ended at "
              "2026-01-01T00:00:00.000Z; again from 2026-01-01T00:10:00.000Z on)");
}

TEST_F(LastRunConditions, cooldown_survives_a_crash) {
    write_slow("condition: {cooldown: 10m}", "[{log: a}]");
    start_with_ringers();
    ring();
    crash_and_start();
    ring();
    EXPECT_EQ(decisions(), "started condition_false");
}

TEST_F(LastRunConditions, cooldown_can_be_one_of_several_ways) {
    write_slow("condition: {any: [{cooldown: 10m}, \"trigger.data.room == 'garden'\"]}",
               "[{log: a}]");
    start_with_ringers();
    ring("kitchen");
    ring("kitchen");
    ring("garden");
    EXPECT_EQ(decisions(), "started condition_false started");
}

TEST_F(LastRunConditions, are_asked_inside_of_a_run_too) {
    write_slow("mode: queued",
               "[{if: {last: failure}, then: [{stop: again, error: true}], "
               "else: [{stop: first, error: true}]}]");
    start_with_ringers();
    ring();
    ring();
    const auto rows = history("d");
    EXPECT_EQ(text(rows[1], "error"), "first");
    EXPECT_EQ(text(rows[0], "error"), "again");
}

}  // namespace
}  // namespace aifp::engine
