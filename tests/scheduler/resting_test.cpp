// Runs that only wait, and those of before the start.
#include <gtest/gtest.h>

#include "scheduler/admission.hpp"

namespace aifp::scheduler {
namespace {

using model::DecisionKind;
using model::RunMode;

RunRequest request(std::int64_t run, std::int64_t directive, RunMode mode = RunMode::single) {
    return {DirectiveId{directive}, LedgerId{run}, mode, 10};
}

RunQueue one_place() {
    return RunQueue({.max_concurrent_runs = 1, .max_queued_runs = 10});
}

TEST(RunQueue, a_resting_run_gives_its_place_to_the_next) {
    auto queue = one_place();
    static_cast<void>(queue.offer(request(1, 1)));
    static_cast<void>(queue.offer(request(2, 2)));

    const auto started = queue.set_resting(LedgerId{1}, true);

    EXPECT_EQ(started, std::vector<LedgerId>{LedgerId{2}});
    EXPECT_EQ(queue.running(), 1U);
    EXPECT_EQ(queue.queued(), 0U);
}

TEST(RunQueue, a_resting_run_still_counts_for_its_directive) {
    auto queue = one_place();
    static_cast<void>(queue.offer(request(1, 1)));
    static_cast<void>(queue.set_resting(LedgerId{1}, true));

    EXPECT_EQ(queue.offer(request(2, 1)).reason, model::Reason::mode_single_busy);
}

TEST(RunQueue, a_run_that_goes_on_may_pass_the_bound) {
    auto queue = one_place();
    static_cast<void>(queue.offer(request(1, 1)));
    static_cast<void>(queue.set_resting(LedgerId{1}, true));
    static_cast<void>(queue.offer(request(2, 2)));

    static_cast<void>(queue.set_resting(LedgerId{1}, false));

    EXPECT_EQ(queue.running(), 2U);
    EXPECT_EQ(queue.offer(request(3, 3)).kind, DecisionKind::queued);
}

TEST(RunQueue, a_run_that_ends_while_it_rests_lets_the_next_of_its_directive_go) {
    auto queue = one_place();
    static_cast<void>(queue.offer(request(1, 1, RunMode::queued)));
    static_cast<void>(queue.offer(request(2, 1, RunMode::queued)));
    static_cast<void>(queue.set_resting(LedgerId{1}, true));

    EXPECT_EQ(queue.on_run_ended(LedgerId{1}), std::vector<LedgerId>{LedgerId{2}});
    EXPECT_EQ(queue.running(), 1U);
}

TEST(RunQueue, adopts_runs_of_before_the_start_whatever_the_bounds) {
    auto queue = one_place();

    queue.adopt(request(1, 1));
    queue.adopt(request(2, 1));

    EXPECT_EQ(queue.runs_of(DirectiveId{1}).size(), 2U);
    EXPECT_EQ(queue.running(), 2U);
}

TEST(RunQueue, resting_changes_nothing_for_unknown_or_queued_runs) {
    auto queue = one_place();
    static_cast<void>(queue.offer(request(1, 1)));
    static_cast<void>(queue.offer(request(2, 2)));

    EXPECT_TRUE(queue.set_resting(LedgerId{2}, true).empty());
    EXPECT_TRUE(queue.set_resting(LedgerId{9}, true).empty());
    EXPECT_EQ(queue.running(), 1U);
}

}  // namespace
}  // namespace aifp::scheduler
