#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "scheduler/admission.hpp"

// The tables of reference/semantics.md 3.1 and its "Adopt" (c), row by row: how a request of one
// key is answered while runs of the same key, or of another one, are under way.
namespace aifp::scheduler {
namespace {

using model::DecisionKind;
using model::Reason;
using model::RunMode;

constexpr int kMax = 3;

struct Row {
    std::string name;
    RunMode mode = RunMode::single;
    int live = 0;  ///< Runs of the same key under way or waiting.
    DecisionKind kind = DecisionKind::started;
    Reason reason = Reason::none;
    std::size_t cancelled = 0;
    std::size_t dropped = 0;
    friend std::ostream& operator<<(std::ostream& to, const Row& row) { return to << row.name; }
};

RunRequest request(std::int64_t run, RunMode mode, std::string key = {}) {
    return {DirectiveId{1}, LedgerId{run}, mode, kMax, std::move(key)};
}

class RunModeTable : public ::testing::TestWithParam<Row> {
protected:
    void go(const std::string& key) {
        for (int run = 1; run <= GetParam().live; ++run) {
            (void)queue.offer(request(run, GetParam().mode, key));
        }
    }
    void expect_row(const Admission& admission) {
        EXPECT_EQ(admission.kind, GetParam().kind);
        EXPECT_EQ(admission.reason, GetParam().reason);
        EXPECT_EQ(admission.cancel.size(), GetParam().cancelled);
        EXPECT_EQ(admission.dropped.size(), GetParam().dropped);
    }
    RunQueue queue{{}};
};

TEST_P(RunModeTable, holds_without_a_key) {
    go("");
    expect_row(queue.offer(request(10, GetParam().mode)));
}

TEST_P(RunModeTable, holds_among_the_runs_of_one_key) {
    (void)queue.offer(request(20, GetParam().mode, "garden"));
    go("kitchen");
    expect_row(queue.offer(request(10, GetParam().mode, "kitchen")));
}

TEST_P(RunModeTable, leaves_every_other_key_alone) {
    go("kitchen");
    const auto admission = queue.offer(request(10, GetParam().mode, "garden"));
    EXPECT_EQ(admission.kind, DecisionKind::started);
    EXPECT_TRUE(admission.cancel.empty());
    EXPECT_TRUE(admission.dropped.empty());
}

INSTANTIATE_TEST_SUITE_P(
    rows,
    RunModeTable,
    ::testing::Values(
        Row{"single_nothing", RunMode::single, 0},
        Row{"single_busy", RunMode::single, 1, DecisionKind::skipped, Reason::mode_single_busy},
        Row{"restart_nothing", RunMode::restart, 0},
        Row{"restart_one", RunMode::restart, 1, DecisionKind::queued, Reason::none, 1},
        Row{"restart_two", RunMode::restart, 2, DecisionKind::queued, Reason::none, 1, 1},
        Row{"queued_nothing", RunMode::queued, 0},
        Row{"queued_below_max", RunMode::queued, 2, DecisionKind::queued},
        Row{"queued_at_max", RunMode::queued, 3, DecisionKind::skipped, Reason::mode_max},
        Row{"parallel_nothing", RunMode::parallel, 0},
        Row{"parallel_below_max", RunMode::parallel, 2},
        Row{"parallel_at_max", RunMode::parallel, 3, DecisionKind::skipped, Reason::mode_max}),
    [](const auto& row) { return row.param.name; });

TEST(RunQueueKeys, give_each_key_its_own_turn) {
    RunQueue queue{{}};
    (void)queue.offer(request(1, RunMode::queued, "a"));
    (void)queue.offer(request(2, RunMode::queued, "b"));
    (void)queue.offer(request(3, RunMode::queued, "a"));
    (void)queue.offer(request(4, RunMode::queued, "b"));
    EXPECT_EQ(queue.on_run_ended(LedgerId{2}), std::vector<LedgerId>{LedgerId{4}});
    EXPECT_EQ(queue.on_run_ended(LedgerId{1}), std::vector<LedgerId>{LedgerId{3}});
}

TEST(RunQueueKeys, are_forgotten_with_their_last_run) {
    RunQueue queue{{}};
    (void)queue.offer(request(1, RunMode::single, "a"));
    queue.adopt(request(2, RunMode::single, "b"));
    EXPECT_EQ(queue.runs_of(DirectiveId{1}).size(), 2U);
    (void)queue.on_run_ended(LedgerId{1});
    EXPECT_TRUE(queue.is_live(DirectiveId{1}));
    (void)queue.on_run_ended(LedgerId{2});
    EXPECT_FALSE(queue.is_live(DirectiveId{1}));
}

TEST(RunQueueKeys, count_together_for_the_bounds_over_all) {
    RunQueue queue({.max_concurrent_runs = 1, .max_queued_runs = 1});
    (void)queue.offer(request(1, RunMode::single, "a"));
    EXPECT_EQ(queue.offer(request(2, RunMode::single, "b")).kind, DecisionKind::queued);
    EXPECT_EQ(queue.offer(request(3, RunMode::single, "c")).reason, Reason::queue_full);
}

// Two triggers in the same tick: nothing has begun to stop yet.
TEST(RunQueueKeys, restart_leaves_the_last_of_each_key_to_run) {
    RunQueue queue{{}};
    for (const std::int64_t run : {1, 2, 3}) {
        (void)queue.offer(request(run, RunMode::restart, "a"));
    }
    EXPECT_EQ(queue.on_run_ended(LedgerId{1}), std::vector<LedgerId>{LedgerId{3}});
}

}  // namespace
}  // namespace aifp::scheduler
