#include "storage/ledger_index.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "storage/ledger.hpp"
#include "storage/meta.hpp"
#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

constexpr std::int64_t kDirectives = 7;

// `count` decisions with rising ids from `first` on, 500 at a time; a third is skipped.
void fill(Database& database, GroupWriter& writer, std::int64_t first, std::int64_t count) {
    constexpr std::int64_t kPerCommit = 500;
    for (std::int64_t id = first; id < first + count;) {
        WriteGroup group;
        for (std::int64_t i = 0; i < kPerCommit && id < first + count; ++i, ++id) {
            const auto kind =
                id % 3 == 0 ? model::DecisionKind::skipped : model::DecisionKind::started;
            group.decisions.push_back(make_decision(id, id * id % kDirectives, kind));
        }
        commit_busily(database, writer, group);
    }
}

std::vector<LedgerId> plain_scan(Database& database, const HistoryQuery& query) {
    std::vector<LedgerId> ids;
    Statement row(database,
                  "SELECT id, decision <> 'skipped' FROM ledger WHERE directive_id = ? "
                  "ORDER BY id DESC");
    row.bind(query.directive);
    while (row.step() && ids.size() < query.limit) {
        const bool is_before = !query.before || row.integer(0) < query.before->value;
        if (is_before && (row.boolean(1) || !query.runs_only)) {
            ids.push_back(LedgerId{row.integer(0)});
        }
    }
    return ids;
}

TEST(LedgerIndex, moves_its_watermark_slice_by_slice) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    fill(*database, writer, 1, 4'000);
    EXPECT_EQ(ledger_watermark(*database), 0);
    fill(*database, writer, 4'001, 6'000);
    const std::int64_t watermark = ledger_watermark(*database);
    EXPECT_GE(watermark, 4'096);
    HistoryQuery query;
    query.limit = 1'000;
    for (std::int64_t directive = 0; directive < kDirectives; ++directive) {
        query.directive = DirectiveId{directive};
        EXPECT_EQ(find_history_ids(*database, query), plain_scan(*database, query));
    }
}

TEST(LedgerIndex, has_one_row_per_directive_and_slice) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    fill(*database, writer, 1, 4'500);
    commit(*database, writer, {});
    EXPECT_EQ(ledger_watermark(*database), 4'500);
    EXPECT_LE(database->integer("SELECT count(*) FROM ledger_index"), 2 * kDirectives);
}

TEST(LedgerIndex, a_quiet_moment_finishes_the_slice) {
    const auto database = memory_database();
    {
        GroupWriter writer(*database, {});
        WriteGroup group;
        for (std::int64_t id = 1; id <= 5'000; ++id) {
            group.decisions.push_back(make_decision(id));
        }
        commit_busily(*database, writer, group);
    }
    EXPECT_EQ(ledger_watermark(*database), 0);
    GroupWriter next_process(*database, {});
    EXPECT_TRUE(next_process.is_behind());
    commit(*database, next_process, {});
    EXPECT_EQ(ledger_watermark(*database), 5'000);
    EXPECT_FALSE(next_process.is_behind());
}

TEST(LedgerIndex, a_slice_that_was_cut_off_is_read_once) {
    const auto database = memory_database();
    for (const std::int64_t first : {1, 5'001, 10'001}) {
        GroupWriter writer(*database, {});  // dies in the middle of a slice
        fill(*database, writer, first, 5'000);
    }
    GroupWriter writer(*database, {});
    commit(*database, writer, {});
    HistoryQuery query;
    query.limit = 1'000;
    for (std::int64_t directive = 0; directive < kDirectives; ++directive) {
        query.directive = DirectiveId{directive};
        EXPECT_EQ(find_history_ids(*database, query), plain_scan(*database, query));
    }
}

RC_GTEST_PROP(LedgerIndex, gives_what_a_plain_scan_gives, ()) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    const auto count = *rc::gen::inRange<std::int64_t>(1, 14'000);
    fill(*database, writer, 10, count);
    // Ids that come late, below a slice that is closed already.
    fill(*database, writer, 1, *rc::gen::inRange<std::int64_t>(0, 9));
    for (const bool runs_only : {false, true}) {
        HistoryQuery query;
        query.directive = DirectiveId{*rc::gen::inRange<std::int64_t>(0, kDirectives)};
        query.limit = *rc::gen::inRange<std::size_t>(0, 1'000);
        query.runs_only = runs_only;
        if (*rc::gen::arbitrary<bool>()) {
            query.before = LedgerId{*rc::gen::inRange<std::int64_t>(1, count + 10)};
        }
        RC_ASSERT(find_history_ids(*database, query) == plain_scan(*database, query));
    }
}

TEST(LedgerIndex, goes_on_where_the_last_process_stopped) {
    const auto database = memory_database();
    for (std::int64_t first = 1; first < 19'000; first += 6'500) {
        GroupWriter writer(*database, {});  // each knows only what is in the file
        fill(*database, writer, first, 6'500);
    }
    EXPECT_GE(ledger_watermark(*database), 13'000);
    HistoryQuery query;
    query.directive = DirectiveId{1};
    query.limit = 1'000;
    EXPECT_EQ(find_history_ids(*database, query), plain_scan(*database, query));
}

TEST(LedgerIndex, a_rolled_back_commit_leaves_no_trace) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    fill(*database, writer, 1, 4'200);
    for (int i = 0; i < 3; ++i) {
        const Transaction transaction(*database);
        const WriteGroup group = group_of(make_decision(9'000 + i, 1));
        writer.write(group);
        writer.finish(kNoon);
        writer.rolled_back();
    }
    fill(*database, writer, 4'201, 9'000);
    HistoryQuery query;
    query.directive = DirectiveId{1};
    query.limit = 1'000;
    EXPECT_EQ(find_history_ids(*database, query), plain_scan(*database, query));
    EXPECT_EQ(database->integer("SELECT count(*) FROM ledger_index i LEFT JOIN ledger l ON "
                                "l.id = i.id WHERE l.id IS NULL"),
              0);
}

TEST(FindHistoryIds, pages_through_everything_once) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    fill(*database, writer, 1, 9'000);
    HistoryQuery query;
    query.directive = DirectiveId{4};
    query.limit = 100;
    std::vector<LedgerId> all;
    while (true) {
        const auto page = find_history_ids(*database, query);
        all.insert(all.end(), page.begin(), page.end());
        if (page.size() < query.limit) {
            break;
        }
        query.before = page.back();
    }
    query.before.reset();
    query.limit = 1'000'000;
    EXPECT_EQ(all, plain_scan(*database, query));
}

TEST(FindHistoryIds, gives_all_directives_and_no_more_than_a_thousand) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    fill(*database, writer, 1, 2'000);
    HistoryQuery query;
    query.limit = 5'000;
    const auto ids = find_history_ids(*database, query);
    ASSERT_EQ(ids.size(), 1'000U);
    EXPECT_EQ(ids.front(), LedgerId{2'000});
}

}  // namespace
}  // namespace aifp::storage
