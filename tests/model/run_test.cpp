#include "model/run.hpp"

#include <gtest/gtest.h>

#include <set>

namespace aifp::model {
namespace {

TEST(ExecutionStatusOf, maps_ended_runs_as_decided) {
    EXPECT_EQ(execution_status_of(RunState::ok), ExecutionStatus::success);
    EXPECT_EQ(execution_status_of(RunState::ok_after_retry), ExecutionStatus::success);
    EXPECT_EQ(execution_status_of(RunState::warned), ExecutionStatus::success);
    EXPECT_EQ(execution_status_of(RunState::failed), ExecutionStatus::failure);
    EXPECT_EQ(execution_status_of(RunState::abandoned), ExecutionStatus::failure);
    EXPECT_EQ(execution_status_of(RunState::timed_out), ExecutionStatus::timeout);
}

TEST(ExecutionStatusOf, is_nothing_for_what_stays_in_the_ledger) {
    for (const RunState state : {RunState::queued,
                                 RunState::running,
                                 RunState::waiting,
                                 RunState::cancelled,
                                 RunState::replaced}) {
        EXPECT_EQ(execution_status_of(state), std::nullopt) << name_of(state);
    }
}

TEST(Reason, has_names_that_are_read_back) {
    std::set<std::string_view> names;
    for (int number = 0; number <= static_cast<int>(Reason::approval_expired); ++number) {
        const auto reason = static_cast<Reason>(number);
        names.insert(name_of(reason));
        EXPECT_EQ(reason_from(name_of(reason)), reason);
    }
    EXPECT_EQ(names.size(), 35U);
    EXPECT_EQ(reason_from("no_such_reason"), std::nullopt);
}

// The names stand in databases: each is written out once more here, against a slip of order.
TEST(Reason, keeps_its_names) {
    EXPECT_EQ(name_of(Reason::none), "none");
    EXPECT_EQ(name_of(Reason::condition_false), "condition_false");
    EXPECT_EQ(name_of(Reason::condition_error), "condition_error");
    EXPECT_EQ(name_of(Reason::mode_single_busy), "mode_single_busy");
    EXPECT_EQ(name_of(Reason::mode_max), "mode_max");
    EXPECT_EQ(name_of(Reason::queue_full), "queue_full");
    EXPECT_EQ(name_of(Reason::rate_limited), "rate_limited");
    EXPECT_EQ(name_of(Reason::disabled), "disabled");
    EXPECT_EQ(name_of(Reason::misfire_skipped), "misfire_skipped");
    EXPECT_EQ(name_of(Reason::coalesced_into), "coalesced_into");
    EXPECT_EQ(name_of(Reason::dst_gap), "dst_gap");
    EXPECT_EQ(name_of(Reason::dst_overlap), "dst_overlap");
    EXPECT_EQ(name_of(Reason::clock_untrusted), "clock_untrusted");
    EXPECT_EQ(name_of(Reason::engine_stopping), "engine_stopping");
    EXPECT_EQ(name_of(Reason::directive_invalid), "directive_invalid");
    EXPECT_EQ(name_of(Reason::implementation_missing), "implementation_missing");
    EXPECT_EQ(name_of(Reason::implementation_changed), "implementation_changed");
    EXPECT_EQ(name_of(Reason::not_approved), "not_approved");
    EXPECT_EQ(name_of(Reason::paused), "paused");
    EXPECT_EQ(name_of(Reason::signature_bad), "signature_bad");
    EXPECT_EQ(name_of(Reason::replay_duplicate), "replay_duplicate");
    EXPECT_EQ(name_of(Reason::dependency_missing), "dependency_missing");
    EXPECT_EQ(name_of(Reason::event_chain_too_long), "event_chain_too_long");
    EXPECT_EQ(name_of(Reason::queue_expired), "queue_expired");
    EXPECT_EQ(name_of(Reason::debounced), "debounced");
    EXPECT_EQ(name_of(Reason::throttled), "throttled");
    EXPECT_EQ(name_of(Reason::cooldown), "cooldown");
    EXPECT_EQ(name_of(Reason::snoozed), "snoozed");
    EXPECT_EQ(name_of(Reason::blackout), "blackout");
    EXPECT_EQ(name_of(Reason::outside_period), "outside_period");
    EXPECT_EQ(name_of(Reason::recursion), "recursion");
    EXPECT_EQ(name_of(Reason::storm_breaker), "storm_breaker");
    EXPECT_EQ(name_of(Reason::for_not_held), "for_not_held");
    EXPECT_EQ(name_of(Reason::dependency_not_met), "dependency_not_met");
    EXPECT_EQ(name_of(Reason::approval_expired), "approval_expired");
}

TEST(RunState, has_names_that_are_read_back) {
    EXPECT_EQ(name_of(RunState::ok_after_retry), "ok_after_retry");
    EXPECT_EQ(name_of(RunState::timed_out), "timed_out");
    for (int number = 0; number <= static_cast<int>(RunState::waiting); ++number) {
        const auto state = static_cast<RunState>(number);
        EXPECT_EQ(run_state_from(name_of(state)), state);
    }
    EXPECT_EQ(run_state_from("success"), std::nullopt);
}

TEST(DecisionKind, keeps_its_names) {
    EXPECT_EQ(name_of(DecisionKind::started), "started");
    EXPECT_EQ(name_of(DecisionKind::queued), "queued");
    EXPECT_EQ(name_of(DecisionKind::skipped), "skipped");
    EXPECT_EQ(name_of(DecisionKind::waiting), "waiting");
}

TEST(ExecutionStatus, keeps_the_names_of_the_spec) {
    EXPECT_EQ(name_of(ExecutionStatus::success), "success");
    EXPECT_EQ(name_of(ExecutionStatus::failure), "failure");
    EXPECT_EQ(name_of(ExecutionStatus::timeout), "timeout");
}

}  // namespace
}  // namespace aifp::model
