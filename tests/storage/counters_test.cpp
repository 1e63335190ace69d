#include "storage/counters.hpp"

#include <gtest/gtest.h>

#include "storage/executions.hpp"
#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

using model::ExecutionStatus;
using model::RunState;

model::OutcomeRecord ended_at(std::int64_t id, WallTime at, RunState state = RunState::ok) {
    auto outcome = make_outcome(id, 1, state);
    outcome.ended_at = at;
    return outcome;
}

class CountersTest : public ::testing::Test {
protected:
    void end(std::vector<model::OutcomeRecord> outcomes) {
        WriteGroup group;
        group.outcomes = std::move(outcomes);
        commit(*database_, writer_, group);
    }
    ExecutionCounts counts(std::int64_t directive = 1) {
        for (const auto& one : load_counts(*database_)) {
            if (one.directive == DirectiveId{directive}) {
                return one.counts;
            }
        }
        return {};
    }

    std::unique_ptr<Database> database_ = memory_database();
    GroupWriter writer_{*database_, {}};
};

TEST_F(CountersTest, count_by_status) {
    end({make_outcome(1, 1, RunState::ok),
         make_outcome(2, 1, RunState::ok_after_retry),
         make_outcome(3, 1, RunState::warned),
         make_outcome(4, 1, RunState::failed),
         make_outcome(5, 1, RunState::abandoned),
         make_outcome(6, 1, RunState::timed_out),
         make_outcome(7, 1, RunState::cancelled),
         make_outcome(8, 2, RunState::ok)});
    EXPECT_EQ(counts().runs, 6);
    EXPECT_EQ(counts().successes, 3);
    EXPECT_EQ(counts().failures, 2);
    EXPECT_EQ(counts().timeouts, 1);
    EXPECT_EQ(counts().duration_sum, Milliseconds(6 * 250));
    EXPECT_EQ(counts(2).runs, 1);
}

TEST_F(CountersTest, the_last_execution_is_the_one_that_ended_last) {
    auto failed = ended_at(2, kNoon + Seconds(9), RunState::failed);
    failed.error = "no route";
    end({failed, ended_at(1, kNoon)});
    end({ended_at(3, kNoon + Seconds(1))});
    EXPECT_EQ(counts().last_execution, kNoon + Seconds(9));
    EXPECT_EQ(counts().last_status, ExecutionStatus::failure);
    EXPECT_EQ(counts().last_error, "no route");
}

TEST_F(CountersTest, fold_past_hours_into_totals) {
    for (int hour = 0; hour < 5; ++hour) {
        end({ended_at(hour + 1, kNoon + std::chrono::hours(hour))});
    }
    EXPECT_EQ(database_->integer("SELECT runs FROM execution_totals"), 4);
    EXPECT_EQ(counts().runs, 5);
    EXPECT_EQ(counts().last_execution, kNoon + std::chrono::hours(4));
    EXPECT_EQ(load_hours(*database_, kNoon).size(), 5U);
    EXPECT_EQ(load_hours(*database_, kNoon + std::chrono::hours(3)).size(), 2U);
}

TEST_F(CountersTest, an_end_in_a_folded_hour_is_counted_once) {
    end({ended_at(1, kNoon), ended_at(2, kNoon + std::chrono::hours(2))});
    end({ended_at(3, kNoon)});
    end({ended_at(4, kNoon + std::chrono::hours(3))});
    EXPECT_EQ(counts().runs, 4);
    EXPECT_EQ(database_->integer("SELECT sum(runs) FROM execution_counters"), 4);
}

TEST_F(CountersTest, old_hours_go_but_the_sums_stay) {
    end({ended_at(1, kNoon)});
    end({ended_at(2, kNoon + std::chrono::hours(500 * 24))});
    EXPECT_EQ(database_->integer("SELECT count(*) FROM execution_counters"), 1);
    EXPECT_EQ(counts().runs, 2);
}

TEST_F(CountersTest, a_rolled_back_commit_counts_nothing) {
    end({ended_at(1, kNoon)});
    {
        const Transaction transaction(*database_);
        writer_.write(group_of(ended_at(2, kNoon + std::chrono::hours(1))));
        writer_.finish(kNoon);
    }
    writer_.rolled_back();
    end({ended_at(3, kNoon + std::chrono::hours(2))});
    EXPECT_EQ(counts().runs, 2);
}

TEST_F(CountersTest, a_new_process_goes_on_counting) {
    end({ended_at(1, kNoon), ended_at(2, kNoon + std::chrono::hours(1))});
    GroupWriter another(*database_, {});
    commit(*database_, another, group_of(ended_at(3, kNoon + std::chrono::hours(1))));
    commit(*database_, another, group_of(ended_at(4, kNoon + std::chrono::hours(2))));
    EXPECT_EQ(counts().runs, 4);
}

}  // namespace
}  // namespace aifp::storage
