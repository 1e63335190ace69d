#include "storage/counters.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

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
        const WriteGroup group = group_of(ended_at(2, kNoon + std::chrono::hours(1)));
        writer_.write(group);
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

class BusyCountersTest : public CountersTest {
protected:
    void end_busily(std::int64_t id, Milliseconds after = Milliseconds(0)) {
        commit_busily(*database_, *busy_, group_of(make_outcome(id)), kNoon + after);
    }
    // As after kill -9: all that the next process knows is in the file.
    void restart() { busy_ = std::make_unique<GroupWriter>(*database_, Retention{}); }
    std::int64_t written() {
        return database_->integer("SELECT sum(runs) FROM execution_counters");
    }

    std::unique_ptr<GroupWriter> busy_ = std::make_unique<GroupWriter>(*database_, Retention{});
};

TEST_F(BusyCountersTest, are_written_once_a_second) {
    end_busily(1);
    EXPECT_EQ(written(), 1);
    end_busily(2, Milliseconds(500));
    end_busily(3, Milliseconds(999));
    EXPECT_EQ(written(), 1);
    end_busily(4, Milliseconds(1'000));
    EXPECT_EQ(written(), 4);
}

TEST_F(BusyCountersTest, are_written_when_the_clock_was_set_back) {
    end_busily(1);
    end_busily(2, Milliseconds(-60'000));
    EXPECT_EQ(written(), 2);
}

TEST_F(BusyCountersTest, are_written_when_many_executions_wait) {
    end_busily(1);
    WriteGroup group;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(Counters::kMaxPending); ++i) {
        group.outcomes.push_back(make_outcome(2 + i));
    }
    commit_busily(*database_, *busy_, group);
    EXPECT_EQ(written(), 1 + static_cast<std::int64_t>(Counters::kMaxPending));
}

TEST_F(BusyCountersTest, what_was_not_written_is_counted_by_the_next_process) {
    end_busily(1);
    auto failed = make_outcome(2, 1, RunState::failed);
    failed.error = "no route";
    commit_busily(*database_, *busy_, group_of(failed));
    restart();
    EXPECT_TRUE(busy_->has_unwritten_counts());
    commit(*database_, *busy_, {});
    EXPECT_EQ(counts().runs, 2);
    EXPECT_EQ(counts().failures, 1);
    EXPECT_EQ(counts().duration_sum, Milliseconds(500));
    EXPECT_EQ(counts().last_error, "no route");
    restart();
    EXPECT_FALSE(busy_->has_unwritten_counts());
}

TEST_F(BusyCountersTest, an_end_below_the_mark_is_counted_at_once) {
    end_busily(5);
    end_busily(6);
    end_busily(3);
    EXPECT_EQ(written(), 2);  // 5 and 3
    restart();
    commit(*database_, *busy_, {});
    EXPECT_EQ(written(), 3);
}

TEST_F(BusyCountersTest, a_settling_that_fails_loses_nothing) {
    end_busily(1);
    end_busily(2);
    {
        const Transaction transaction(*database_);
        const WriteGroup group = group_of(make_outcome(3));
        busy_->write(group);
        busy_->settle(kNoon);
    }
    busy_->rolled_back();
    EXPECT_EQ(written(), 1);
    commit(*database_, *busy_, {});
    EXPECT_EQ(written(), 2);
}

TEST_F(BusyCountersTest, retention_spares_what_is_not_counted_yet) {
    busy_ = std::make_unique<GroupWriter>(*database_, Retention{.rows = 10});
    end_busily(1);
    std::int64_t next = 2;
    for (int commits = 0; commits < 60; ++commits) {
        WriteGroup group;
        for (int i = 0; i < 250; ++i, ++next) {
            group.decisions.push_back(make_decision(next));
            group.outcomes.push_back(make_outcome(next));
        }
        commit_busily(*database_, *busy_, group);
    }
    restart();
    commit(*database_, *busy_, {});
    EXPECT_EQ(written(), next - 1);
}

// Whatever order runs end in, whatever is rolled back, whenever the process dies.
RC_GTEST_FIXTURE_PROP(BusyCountersTest, count_each_execution_once, ()) {
    std::vector<std::int64_t> ids(200);
    std::iota(ids.begin(), ids.end(), 1);
    std::int64_t ended = 0;
    while (!ids.empty()) {
        const auto batch = *rc::gen::inRange<std::size_t>(1, 20);
        WriteGroup group;
        for (std::size_t i = 0; i < batch && !ids.empty(); ++i, ++ended) {
            const auto at = ids.begin() + *rc::gen::inRange<std::ptrdiff_t>(
                                              0, std::min<std::ptrdiff_t>(std::ssize(ids), 30));
            group.outcomes.push_back(make_outcome(*at, *at % 3));
            ids.erase(at);
        }
        if (*rc::gen::inRange(0, 5) == 0) {
            const Transaction transaction(*database_);
            busy_->write(group);
            busy_->finish(kNoon);
            busy_->rolled_back();
        }
        const Milliseconds after(*rc::gen::inRange(0, 3'000));
        commit_busily(*database_, *busy_, group, kNoon + after);
        if (*rc::gen::inRange(0, 5) == 0) {
            restart();
        }
    }
    commit(*database_, *busy_, {});
    RC_ASSERT(written() == ended);
    RC_ASSERT(counts(0).runs + counts(1).runs + counts(2).runs == ended);
}

}  // namespace
}  // namespace aifp::storage
