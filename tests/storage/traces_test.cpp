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
    }
    void put(std::int64_t run, const char* steps) {
        put_trace(*database,
                  {LedgerId{run}, DirectiveId{3}, model::RunState::failed, from_unix_ms(7), steps});
    }
    std::unique_ptr<Database> database;
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
    for (std::int64_t run = 1; run <= kMaxTraceRows + 3; ++run) {
        put(run, "[]");
    }
    EXPECT_EQ(database->integer("SELECT COUNT(*) FROM run_traces"), kMaxTraceRows);
    EXPECT_FALSE(find_trace(*database, LedgerId{3}));
    EXPECT_TRUE(find_trace(*database, LedgerId{4}));
}

}  // namespace
}  // namespace aifp::storage
