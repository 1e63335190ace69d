#include "scheduler/admission.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace aifp::scheduler {
namespace {

using model::DecisionKind;
using model::Reason;
using model::RunMode;
using Ids = std::vector<LedgerId>;

Ids ids(std::initializer_list<std::int64_t> values) {
    Ids list;
    for (const std::int64_t value : values) {
        list.push_back(LedgerId{value});
    }
    return list;
}

struct Fixture {
    RunQueue queue{{}};
    Admission offer(std::int64_t run, RunMode mode, std::int64_t directive = 1, int max = 10) {
        return queue.offer({DirectiveId{directive}, LedgerId{run}, mode, max});
    }
    Ids end(std::int64_t run) { return queue.on_run_ended(LedgerId{run}); }
};

Fixture with_limits(std::size_t concurrent, std::size_t queued) {
    return {RunQueue({.max_concurrent_runs = concurrent, .max_queued_runs = queued})};
}

TEST(RunQueue, begins_a_waiting_run_now_whatever_the_mode_and_the_bounds) {
    auto f = with_limits(1, 10);
    (void)f.offer(1, RunMode::queued);
    (void)f.offer(2, RunMode::queued);
    (void)f.offer(3, RunMode::queued);
    (void)f.offer(4, RunMode::single, 2);  // waits for a place

    EXPECT_TRUE(f.queue.begin_now(LedgerId{3}));
    EXPECT_TRUE(f.queue.begin_now(LedgerId{4}));
    EXPECT_FALSE(f.queue.begin_now(LedgerId{4})) << "it does not wait any more";
    EXPECT_EQ(f.queue.running(), 3U);
    EXPECT_TRUE(f.end(1).empty());
    EXPECT_TRUE(f.end(4).empty());
    EXPECT_EQ(f.end(3), ids({2}));
    EXPECT_EQ(f.queue.queued(), 0U);
}

TEST(RunQueue, begins_no_run_before_the_one_that_it_replaces_has_ended) {
    Fixture f;
    (void)f.offer(1, RunMode::restart);
    (void)f.offer(2, RunMode::restart);

    EXPECT_FALSE(f.queue.begin_now(LedgerId{2}));
    EXPECT_EQ(f.end(1), ids({2}));
}

class EveryMode : public ::testing::TestWithParam<RunMode> {};

TEST_P(EveryMode, starts_when_nothing_runs_and_forgets_afterwards) {
    Fixture f;

    EXPECT_EQ(f.offer(1, GetParam()).kind, DecisionKind::started);
    EXPECT_TRUE(f.queue.is_live(DirectiveId{1}));
    EXPECT_EQ(f.queue.running(), 1U);
    EXPECT_TRUE(f.end(1).empty());
    EXPECT_FALSE(f.queue.is_live(DirectiveId{1}));
    EXPECT_EQ(f.queue.running(), 0U);
}

TEST_P(EveryMode, leaves_other_directives_alone) {
    Fixture f;
    (void)f.offer(1, GetParam(), 1);

    EXPECT_EQ(f.offer(2, GetParam(), 2).kind, DecisionKind::started);
}

INSTANTIATE_TEST_SUITE_P(
    modes,
    EveryMode,
    ::testing::Values(RunMode::single, RunMode::restart, RunMode::queued, RunMode::parallel));

TEST(RunQueue, refuses_a_second_single_run_and_names_the_first) {
    Fixture f;
    (void)f.offer(1, RunMode::single);

    const Admission second = f.offer(2, RunMode::single);

    EXPECT_EQ(second.kind, DecisionKind::skipped);
    EXPECT_EQ(second.reason, Reason::mode_single_busy);
    EXPECT_EQ(second.blocker, LedgerId{1});
    EXPECT_EQ(f.queue.runs_of(DirectiveId{1}), ids({1}));
}

TEST(RunQueue, queues_in_order_up_to_max) {
    Fixture f;
    EXPECT_EQ(f.offer(1, RunMode::queued, 1, 3).kind, DecisionKind::started);
    EXPECT_EQ(f.offer(2, RunMode::queued, 1, 3).kind, DecisionKind::queued);
    EXPECT_EQ(f.offer(3, RunMode::queued, 1, 3).kind, DecisionKind::queued);

    EXPECT_EQ(f.offer(4, RunMode::queued, 1, 3).reason, Reason::mode_max);

    EXPECT_EQ(f.end(1), ids({2}));
    EXPECT_EQ(f.end(2), ids({3}));
    EXPECT_TRUE(f.end(3).empty());
}

TEST(RunQueue, runs_in_parallel_up_to_max) {
    Fixture f;
    EXPECT_EQ(f.offer(1, RunMode::parallel, 1, 2).kind, DecisionKind::started);
    EXPECT_EQ(f.offer(2, RunMode::parallel, 1, 2).kind, DecisionKind::started);

    const Admission third = f.offer(3, RunMode::parallel, 1, 2);

    EXPECT_EQ(third.kind, DecisionKind::skipped);
    EXPECT_EQ(third.reason, Reason::mode_max);
    EXPECT_TRUE(f.end(1).empty());
    EXPECT_EQ(f.offer(4, RunMode::parallel, 1, 2).kind, DecisionKind::started);
}

TEST(RunQueue, takes_a_max_below_one_for_one) {
    Fixture f;
    EXPECT_EQ(f.offer(1, RunMode::parallel, 1, 0).kind, DecisionKind::started);
    EXPECT_EQ(f.offer(2, RunMode::parallel, 1, -5).reason, Reason::mode_max);
}

TEST(RunQueue, restarts_after_the_replaced_run_has_ended) {
    Fixture f;
    (void)f.offer(1, RunMode::restart);

    const Admission second = f.offer(2, RunMode::restart);

    EXPECT_EQ(second.kind, DecisionKind::queued);
    EXPECT_EQ(second.cancel, ids({1}));
    EXPECT_TRUE(second.dropped.empty());
    EXPECT_EQ(f.end(1), ids({2}));
    EXPECT_EQ(f.queue.running(), 1U);
}

TEST(RunQueue, leaves_something_running_when_restarts_come_in_the_same_tick) {
    Fixture f;
    (void)f.offer(1, RunMode::restart);
    (void)f.offer(2, RunMode::restart);

    const Admission third = f.offer(3, RunMode::restart);

    EXPECT_EQ(third.cancel, ids({1}));
    EXPECT_EQ(third.dropped, ids({2}));
    EXPECT_EQ(f.end(1), ids({3}));
    EXPECT_TRUE(f.end(2).empty()) << "it was forgotten";
}

TEST(RunQueue, waits_for_all_replaced_runs) {
    Fixture f;
    (void)f.offer(1, RunMode::parallel);
    (void)f.offer(2, RunMode::parallel);

    EXPECT_EQ(f.offer(3, RunMode::restart).cancel, ids({1, 2}));
    EXPECT_TRUE(f.end(2).empty());
    EXPECT_EQ(f.end(1), ids({3}));
}

TEST(RunQueue, queues_over_the_bound_of_all_and_serves_in_order) {
    Fixture f = with_limits(2, 10);
    (void)f.offer(1, RunMode::single, 1);
    (void)f.offer(2, RunMode::single, 2);
    EXPECT_EQ(f.offer(3, RunMode::single, 3).kind, DecisionKind::queued);
    EXPECT_EQ(f.offer(4, RunMode::single, 4).kind, DecisionKind::queued);
    EXPECT_EQ(f.offer(5, RunMode::single, 3).blocker, LedgerId{3});

    EXPECT_EQ(f.end(2), ids({3}));
    EXPECT_EQ(f.end(1), ids({4}));
    EXPECT_EQ(f.queue.queued(), 0U);
}

TEST(RunQueue, refuses_what_the_queue_cannot_hold) {
    Fixture f = with_limits(1, 1);
    (void)f.offer(1, RunMode::queued, 1);
    (void)f.offer(2, RunMode::queued, 1);

    EXPECT_EQ(f.offer(3, RunMode::queued, 1).reason, Reason::queue_full);
    EXPECT_EQ(f.offer(4, RunMode::parallel, 2).reason, Reason::queue_full);
    EXPECT_FALSE(f.queue.is_live(DirectiveId{2}));
}

TEST(RunQueue, never_refuses_a_restart_for_a_full_queue) {
    Fixture f = with_limits(1, 0);
    (void)f.offer(1, RunMode::restart, 1);

    EXPECT_EQ(f.offer(2, RunMode::restart, 1).kind, DecisionKind::queued);
    EXPECT_EQ(f.end(1), ids({2}));
}

TEST(RunQueue, gives_a_restart_the_place_in_line_of_the_run_it_replaces) {
    Fixture f = with_limits(1, 10);
    (void)f.offer(1, RunMode::single, 1);
    (void)f.offer(2, RunMode::restart, 2);
    (void)f.offer(3, RunMode::single, 3);

    const Admission admission = f.offer(4, RunMode::restart, 2);

    EXPECT_EQ(admission.dropped, ids({2}));
    EXPECT_TRUE(admission.cancel.empty());
    EXPECT_EQ(f.end(1), ids({4}));
    EXPECT_EQ(f.end(4), ids({3}));
}

TEST(RunQueue, keeps_one_place_in_line_when_a_restart_replaces_several) {
    Fixture f = with_limits(1, 10);
    (void)f.offer(1, RunMode::single, 1);
    (void)f.offer(2, RunMode::parallel, 2);
    (void)f.offer(3, RunMode::parallel, 2);

    EXPECT_EQ(f.offer(4, RunMode::restart, 2).dropped, ids({2, 3}));

    EXPECT_EQ(f.queue.queued(), 1U);
    EXPECT_EQ(f.end(1), ids({4}));
    EXPECT_TRUE(f.end(4).empty());
}

TEST(RunQueue, lets_other_directives_pass_between_queued_runs) {
    Fixture f = with_limits(1, 10);
    (void)f.offer(1, RunMode::queued, 1);
    (void)f.offer(2, RunMode::queued, 1);
    (void)f.offer(3, RunMode::single, 2);

    EXPECT_EQ(f.end(1), ids({3}));
    EXPECT_EQ(f.end(3), ids({2}));
}

TEST(RunQueue, takes_out_a_run_that_is_cancelled_while_it_waits) {
    Fixture f = with_limits(1, 10);
    (void)f.offer(1, RunMode::single, 1);
    (void)f.offer(2, RunMode::queued, 2);
    (void)f.offer(3, RunMode::queued, 2);

    EXPECT_TRUE(f.end(2).empty());

    EXPECT_EQ(f.queue.runs_of(DirectiveId{2}), ids({3}));
    EXPECT_EQ(f.end(1), ids({3}));
}

TEST(RunQueue, goes_back_to_order_when_a_waiting_restart_is_cancelled) {
    Fixture f;
    (void)f.offer(1, RunMode::restart);
    (void)f.offer(2, RunMode::restart);

    EXPECT_TRUE(f.end(2).empty());
    EXPECT_TRUE(f.end(1).empty());
    EXPECT_FALSE(f.queue.is_live(DirectiveId{1}));
}

TEST(RunQueue, ignores_the_end_of_an_unknown_run) {
    Fixture f;
    (void)f.offer(1, RunMode::single);

    EXPECT_TRUE(f.end(99).empty());
    EXPECT_EQ(f.queue.running(), 1U);
}

TEST(RunQueue, fills_new_places_when_the_bound_is_raised) {
    Fixture f = with_limits(1, 10);
    (void)f.offer(1, RunMode::single, 1);
    (void)f.offer(2, RunMode::single, 2);
    (void)f.offer(3, RunMode::single, 3);

    EXPECT_EQ(f.queue.set_limits({.max_concurrent_runs = 3, .max_queued_runs = 10}), ids({2, 3}));
}

TEST(RunQueue, lists_running_before_waiting) {
    Fixture f;
    (void)f.offer(5, RunMode::queued);
    (void)f.offer(4, RunMode::queued);

    EXPECT_EQ(f.queue.runs_of(DirectiveId{1}), ids({5, 4}));
    EXPECT_TRUE(f.queue.runs_of(DirectiveId{2}).empty());
}

// Whatever comes in whatever order: the bounds hold, and every run that was let in gets its turn.
TEST(RunQueue, holds_its_bounds_and_strands_nobody) {
    std::mt19937 random(42);
    Fixture f = with_limits(4, 12);
    std::set<LedgerId> running;
    std::set<LedgerId> waiting;
    const auto end_one = [&](LedgerId run) {
        running.erase(run);
        waiting.erase(run);
        for (const LedgerId next : f.queue.on_run_ended(run)) {
            EXPECT_EQ(waiting.erase(next), 1U);
            running.insert(next);
        }
    };
    for (std::int64_t run = 1; run <= 20'000; ++run) {
        const auto mode = static_cast<RunMode>(random() % 4);
        const Admission admission = f.offer(run, mode, static_cast<std::int64_t>(random() % 6), 3);
        for (const LedgerId dropped : admission.dropped) {
            EXPECT_EQ(waiting.erase(dropped), 1U);
        }
        if (admission.kind != DecisionKind::skipped) {
            (admission.kind == DecisionKind::started ? running : waiting).insert(LedgerId{run});
        }
        if (random() % 2 == 0 && !running.empty()) {
            end_one(*std::next(running.begin(), static_cast<long>(random() % running.size())));
        }
        if (random() % 8 == 0 && !waiting.empty()) {
            end_one(*waiting.begin());
        }
        ASSERT_EQ(f.queue.running(), running.size());
        ASSERT_EQ(f.queue.queued(), waiting.size());
        ASSERT_LE(running.size(), 4U);
        ASSERT_TRUE(waiting.empty() || !running.empty());
    }
    while (!running.empty()) {
        end_one(*running.begin());
    }
    EXPECT_TRUE(waiting.empty());
}

}  // namespace
}  // namespace aifp::scheduler
