#include <gtest/gtest.h>

#include "storage/ledger.hpp"
#include "storage/meta.hpp"
#include "storage/recovery.hpp"
#include "storage/state.hpp"
#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

using std::chrono::days;

// `count` ended runs of ten directives from `first` on, 250 per commit, seen at `now`.
void run_many(
    Database& database, GroupWriter& writer, std::int64_t first, std::int64_t count, WallTime now) {
    for (std::int64_t id = first; id < first + count;) {
        WriteGroup group;
        for (int i = 0; i < 250 && id < first + count; ++i, ++id) {
            group.decisions.push_back(make_decision(id, id % 10));
            group.decisions.back().event.seen_at = now;
            group.outcomes.push_back(make_outcome(id, id % 10));
        }
        commit(database, writer, group, now);
    }
}

TEST(Retention, deletes_by_age_as_new_rows_come) {
    const auto database = memory_database();
    GroupWriter writer(*database, {.age = days(30)});
    run_many(*database, writer, 1, 10'000, kNoon);
    run_many(*database, writer, 10'001, 1'000, kNoon + days(31));
    const auto left = database->integer("SELECT count(*) FROM ledger WHERE id <= 10000");
    EXPECT_LT(left, 10'000);
    EXPECT_GE(left, 8'000);  // at most twice what arrived
    EXPECT_EQ(database->integer("SELECT count(*) FROM directive_executions WHERE id <= 10000"),
              left);
    run_many(*database, writer, 11'001, 12'000, kNoon + days(31));
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger WHERE id <= 10000"), 0);
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger WHERE id > 10000"), 13'000);
}

/// A clock that nothing vouches for.
class WildClock final : public Clock {
public:
    [[nodiscard]] WallTime wall() const override { return kNoon; }
    [[nodiscard]] MonoTime mono() const override { return {}; }
    [[nodiscard]] bool is_synchronised() const override { return false; }
};

TEST(Retention, deletes_nothing_by_a_clock_that_leapt_ahead) {
    const auto database = memory_database();
    const WildClock wild;
    {
        GroupWriter writer(*database, {.age = days(30)});
        run_many(*database, writer, 1, 5'000, kNoon);
    }
    GroupWriter writer(*database, {.age = days(30)}, &wild);
    run_many(*database, writer, 5'001, 5'000, kNoon + days(3'650));
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger"), 10'000);
    // The clock was set right, and time passes: what expired goes as new rows come.
    for (int day = 1; day <= 40; ++day) {
        run_many(*database, writer, 10'000 + day * 1'000, 1'000, kNoon + days(day));
    }
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger WHERE id <= 5000"), 0);
}

TEST(Retention, goes_on_while_nothing_comes) {
    const auto database = memory_database();
    GroupWriter writer(*database, {.age = days(30)});
    run_many(*database, writer, 1, 10'000, kNoon);
    const auto sweep = [&](WallTime now) {
        Transaction transaction(*database);
        writer.settle(now);  // as an idle store has
        const bool has_more = writer.sweep_idle(now);
        transaction.commit();
        writer.committed();
        return has_more;
    };
    EXPECT_FALSE(sweep(kNoon + days(29)));
    int parts = 0;
    while (parts < 100 && sweep(kNoon + days(31))) {
        ++parts;
    }
    EXPECT_LT(parts, 100);
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger"), 0);
    EXPECT_EQ(database->integer("SELECT count(*) FROM directive_executions"), 0);
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger_index"), 0);
    EXPECT_GT(first_free_ledger_id(*database).value, 10'000);
}

TEST(Retention, keeps_everything_that_is_young_and_few) {
    const auto database = memory_database();
    GroupWriter writer(*database, {.age = days(30), .rows = 100'000});
    run_many(*database, writer, 1, 12'000, kNoon + days(29));
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger"), 12'000);
}

TEST(Retention, deletes_by_number_of_rows) {
    const auto database = memory_database();
    GroupWriter writer(*database, {.rows = 2'000});
    run_many(*database, writer, 1, 30'000, kNoon);
    // What is above the index's watermark does not count: it may be two slices long.
    EXPECT_LE(database->integer("SELECT count(*) FROM ledger"), 2'000 + 2 * 4'096 + 1'000);
    EXPECT_EQ(database->integer("SELECT max(id) FROM ledger"), 30'000);
}

TEST(Retention, never_deletes_a_run_without_an_end) {
    const auto database = memory_database();
    GroupWriter writer(*database, {.rows = 1'000});
    commit(*database, writer, group_of(make_decision(1, 1, model::DecisionKind::queued)));
    run_many(*database, writer, 2, 20'000, kNoon);
    ASSERT_LT(database->integer("SELECT count(*) FROM ledger"), 15'000);
    EXPECT_EQ(load_open_runs(*database).queued.size(), 1U);
    HistoryQuery query;
    query.directive = DirectiveId{1};
    query.limit = 1'000'000;
    EXPECT_TRUE(find_decision(*database, LedgerId{1}).has_value());
}

TEST(Retention, trims_the_index_of_deleted_rows) {
    const auto database = memory_database();
    GroupWriter writer(*database, {.rows = 1'000});
    commit(*database, writer, group_of(make_decision(1, 1, model::DecisionKind::queued)));
    run_many(*database, writer, 2, 40'000, kNoon);
    EXPECT_LT(database->integer("SELECT count(*) FROM ledger_index WHERE id < 20000"), 10);
    for (std::int64_t directive = 0; directive < 10; ++directive) {
        HistoryQuery query;
        query.directive = DirectiveId{directive};
        query.limit = 1'000;
        query.before = LedgerId{ledger_watermark(*database) + 1};
        Statement row(*database, "SELECT count(*) FROM ledger WHERE directive_id = ? AND id < ?");
        row.bind(query.directive, query.before);
        ASSERT_TRUE(row.step());
        const auto ids = find_history_ids(*database, query);
        EXPECT_EQ(static_cast<std::int64_t>(ids.size()),
                  std::min(row.integer(0), std::int64_t{1'000}));
        EXPECT_EQ(directive == 1, !ids.empty() && ids.back() == LedgerId{1});  // it has no end yet
    }
}

TEST(Retention, keeps_the_counters_and_the_next_id) {
    const auto database = memory_database();
    {
        GroupWriter writer(*database, {.rows = 1'000});
        run_many(*database, writer, 1, 20'000, kNoon);
    }
    EXPECT_EQ(database->integer("SELECT sum(runs) FROM execution_counters"), 20'000);
    database->execute("DELETE FROM ledger; DELETE FROM directive_executions");
    EXPECT_GT(first_free_ledger_id(*database).value, 8'000);
}

TEST(Retention, forgets_old_delivery_ids) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    for (int i = 0; i < 100; ++i) {
        WriteGroup group;
        const WallTime now = kNoon + Seconds(i);
        group.replay_marks.push_back(ReplayMark{std::to_string(i), now + Seconds(10)});
        commit(*database, writer, group, now);
    }
    EXPECT_LE(database->integer("SELECT count(*) FROM webhook_replay"), 11);
    EXPECT_EQ(load_replay_marks(*database, kNoon + Seconds(99)).size(), 10U);
}

}  // namespace
}  // namespace aifp::storage
