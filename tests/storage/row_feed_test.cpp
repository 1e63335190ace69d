#include "storage/row_feed.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "storage/recovery.hpp"
#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

class Pairs final : public RowFeed {
public:
    explicit Pairs(Database& database) : RowFeed(database, "number, text, absent") {}
    [[nodiscard]] std::size_t size() const noexcept override { return rows.size(); }
    void read(std::size_t row, int column, const Cell& cell) override {
        if (column == 0) {
            cell.put(rows[row].first);
        } else if (column == 1) {
            cell.put(std::string_view(rows[row].second));
        } else {
            cell.put(std::optional<WallTime>());
        }
    }
    std::vector<std::pair<std::int64_t, std::string>> rows;
};

TEST(RowFeed, gives_its_rows_to_a_statement_each_time_it_runs) {
    const auto database = memory_database();
    Pairs feed(*database);
    database->execute("CREATE TABLE t (number INTEGER PRIMARY KEY, text, absent)");
    Statement insert(*database, "INSERT INTO t SELECT * FROM " + feed.name());
    insert.run();
    feed.rows = {{1, "one"}, {2, ""}};
    insert.run();
    feed.rows = {{3, "three"}};
    insert.run();
    EXPECT_EQ(database->integer("SELECT count(*) FROM t"), 3);
    EXPECT_EQ(database->integer("SELECT count(*) FROM t WHERE text = '' AND number = 2"), 1);
    EXPECT_EQ(database->integer("SELECT count(*) FROM t WHERE absent IS NULL"), 3);
}

TEST(RowFeed, has_a_name_of_its_own) {
    const auto database = memory_database();
    const Pairs one(*database);
    const Pairs other(*database);
    EXPECT_NE(one.name(), other.name());
    EXPECT_EQ(database->integer("SELECT count(*) FROM " + one.name()), 0);
    EXPECT_EQ(database->integer("SELECT count(*) FROM " + other.name()), 0);
}

TEST(GroupWriter, a_run_that_is_cancelled_in_the_commit_of_its_decision_has_ended) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    auto group = group_of(make_decision(1, 7));
    group.outcomes.push_back(make_outcome(1, 7, model::RunState::cancelled));
    commit(*database, writer, group);
    EXPECT_TRUE(load_open_runs(*database).started.empty());
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger WHERE end_state = 'cancelled'"), 1);
}

TEST(GroupWriter, a_queued_run_may_begin_in_the_commit_of_its_decision) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    auto group = group_of(make_decision(1, 7, model::DecisionKind::queued));
    group.started.push_back(LedgerId{1});
    commit(*database, writer, group);
    EXPECT_EQ(load_open_runs(*database).started.size(), 1U);
}

TEST(GroupWriter, what_was_rolled_back_is_not_written_with_the_next_commit) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    {
        const Transaction transaction(*database);
        const auto lost = group_of(make_decision(1, 7));
        writer.write(lost);
        writer.rolled_back();
    }
    commit(*database, writer, group_of(make_decision(2, 7)));
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger"), 1);
    EXPECT_EQ(database->integer("SELECT max(id) FROM ledger"), 2);
}

TEST(OpenRuns, that_are_known_are_left_out) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of(make_decision(1, 7)));
    commit(*database, writer, group_of(make_decision(2, 7)));
    const auto open = load_open_runs(*database, [](LedgerId run) { return run == LedgerId{1}; });
    ASSERT_EQ(open.started.size(), 1U);
    EXPECT_EQ(open.started[0].id, LedgerId{2});
}

}  // namespace
}  // namespace aifp::storage
