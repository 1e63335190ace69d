#include "storage/traces.hpp"

#include <gtest/gtest.h>

#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

class Traces : public ::testing::Test {
protected:
    Traces() {
        DatabaseOptions options;
        options.file = ":memory:";
        database = Database::open(options);
        migrate(*database);
        writer.emplace(*database);
    }
    void put(std::int64_t run,
             const char* steps,
             model::RunState state = model::RunState::failed,
             bool is_run = true) {
        writer->put({LedgerId{run}, DirectiveId{3}, state, from_unix_ms(7), steps, is_run});
    }
    std::unique_ptr<Database> database;
    std::optional<TraceWriter> writer;
};

TEST_F(Traces, come_back_as_they_were_put_and_a_second_one_replaces_the_first) {
    put(1, "[1]");
    put(1, "[2]");
    const auto found = find_trace(*database, LedgerId{1});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->steps, "[2]");
    EXPECT_EQ(found->directive, DirectiveId{3});
    EXPECT_EQ(found->state, model::RunState::failed);
    EXPECT_EQ(found->ended_at, from_unix_ms(7));
    EXPECT_FALSE(find_trace(*database, LedgerId{2}));
}

TEST_F(Traces, keep_their_number_the_oldest_go_first) {
    for (std::int64_t run = 1; run <= kMaxTraceRows + 200; ++run) {
        put(run, "[]");
    }
    const auto kept = database->integer("SELECT COUNT(*) FROM run_traces");
    EXPECT_GE(kept, kMaxTraceRows);
    EXPECT_LE(kept, kMaxTraceRows + TraceWriter::kTraceSlack);
    EXPECT_FALSE(find_trace(*database, LedgerId{100}));
    EXPECT_TRUE(find_trace(*database, LedgerId{201}));
}

TEST_F(Traces, of_failed_runs_and_of_non_runs_outlive_a_flood_of_good_ones) {
    put(1, "[]");
    put(2, "{}", model::RunState::ok, false);
    for (std::int64_t run = 3; run <= kMaxTraceRows + 300; ++run) {
        put(run, "[]", model::RunState::ok);
    }
    EXPECT_FALSE(find_trace(*database, LedgerId{3}));
    EXPECT_TRUE(find_trace(*database, LedgerId{1}));
    ASSERT_TRUE(find_trace(*database, LedgerId{2}));
    EXPECT_FALSE(find_trace(*database, LedgerId{2})->is_run);
}

TEST_F(Traces, every_state_counts_for_the_share_that_is_trimmed_for_it) {
    for (int state = 0; state <= static_cast<int>(model::RunState::waiting); ++state) {
        put(state + 1, "[]", static_cast<model::RunState>(state));
    }
    const auto good = database->integer(
        "SELECT COUNT(*) FROM run_traces WHERE state IN ('ok', 'ok_after_retry')");
    EXPECT_EQ(good, 2);
    EXPECT_EQ(database->integer("SELECT COUNT(*) FROM run_traces WHERE state = 'not_run'"), 0);
}

}  // namespace
}  // namespace aifp::storage
