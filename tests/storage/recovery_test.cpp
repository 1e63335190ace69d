#include "storage/recovery.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "storage/ledger.hpp"
#include "storage/meta.hpp"
#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

std::vector<std::int64_t> ids_of(const std::vector<model::DecisionRecord>& records) {
    std::vector<std::int64_t> ids;
    for (const auto& record : records) {
        ids.push_back(record.id.value);
    }
    return ids;
}

TEST(LoadOpenRuns, tells_queued_from_started_and_leaves_out_the_ended) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    WriteGroup group;
    group.decisions = {make_decision(1),
                       make_decision(2, 1, model::DecisionKind::queued),
                       make_decision(3, 1, model::DecisionKind::skipped),
                       make_decision(4),
                       make_decision(5),
                       make_decision(6, 1, model::DecisionKind::queued)};
    group.started = {LedgerId{6}};
    group.outcomes = {make_outcome(4), make_outcome(5, 1, model::RunState::replaced)};
    commit(*database, writer, group);

    const OpenRuns runs = load_open_runs(*database);
    EXPECT_EQ(ids_of(runs.queued), std::vector<std::int64_t>{2});
    EXPECT_EQ(ids_of(runs.started), (std::vector<std::int64_t>{1, 6}));
}

TEST(LoadOpenRuns, brings_payload_and_fields_back) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    auto written = make_decision(1, 7, model::DecisionKind::queued);
    written.event.payload = R"({"door":"open"})";
    written.event.scheduled_for = kNoon;
    written.detail = "behind run 9";
    commit(*database, writer, group_of(written));
    const OpenRuns runs = load_open_runs(*database);
    ASSERT_EQ(runs.queued.size(), 1U);
    EXPECT_EQ(runs.queued[0].event.payload, written.event.payload);
    EXPECT_EQ(runs.queued[0].event.directive, DirectiveId{7});
    EXPECT_EQ(runs.queued[0].event.scheduled_for, kNoon);
    EXPECT_EQ(runs.queued[0].detail, "behind run 9");
}

TEST(LoadOpenRuns, brings_key_and_variables_back) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    auto written = make_decision(1, 7, model::DecisionKind::queued);
    written.event.key = "kitchen";
    written.event.vars = R"({"room":"kitchen"})";
    commit(*database, writer, group_of(written));
    const OpenRuns runs = load_open_runs(*database);
    ASSERT_EQ(runs.queued.size(), 1U);
    EXPECT_EQ(runs.queued[0].event.key, "kitchen");
    EXPECT_EQ(runs.queued[0].event.vars, written.event.vars);
}

TEST(LoadOpenRuns, tells_what_is_held_back_from_runs) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    WriteGroup group;
    group.decisions = {make_decision(1, 7, model::DecisionKind::waiting),
                       make_decision(2, 7, model::DecisionKind::waiting),
                       make_decision(3, 7, model::DecisionKind::waiting)};
    commit(*database, writer, group);
    WriteGroup settled;
    settled.skipped = {{LedgerId{1}, model::Reason::debounced, "decision 2 stands for it"}};
    auto released = make_decision(2, 7, model::DecisionKind::started);
    released.event.payload = R"({"count":2})";
    released.event.released_at = kNoon + Seconds(5);
    settled.released = {released};
    commit(*database, writer, settled);

    const OpenRuns runs = load_open_runs(*database);
    EXPECT_EQ(ids_of(runs.waiting), std::vector<std::int64_t>{3});
    ASSERT_EQ(ids_of(runs.started), std::vector<std::int64_t>{2});
    EXPECT_EQ(runs.started[0].event.payload, R"({"count":2})");
    EXPECT_EQ(runs.started[0].event.released_at, kNoon + Seconds(5));
}

TEST(GroupWriter, releases_only_what_is_held_back) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of(make_decision(1, 7, model::DecisionKind::skipped)));
    WriteGroup group;
    group.released = {make_decision(1, 7, model::DecisionKind::started)};
    commit(*database, writer, group);
    EXPECT_EQ(find_decision(*database, LedgerId{1})->decision.kind, model::DecisionKind::skipped);
}

TEST(LoadHistory, of_runs_leaves_out_what_was_held_back_and_then_skipped) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    std::int64_t id = 1;
    WriteGroup group;
    for (; id <= 10'000; ++id) {  // beyond the watermark of the index
        group.decisions.push_back(make_decision(id, 7, model::DecisionKind::waiting));
    }
    commit(*database, writer, group);
    for (int i = 0; i < 40; ++i) {
        commit(*database, writer, group_of(make_decision(id++, 8)));
    }
    ASSERT_GT(ledger_watermark(*database), 5);
    WriteGroup skipped;
    skipped.skipped = {{LedgerId{5}, model::Reason::debounced, {}}};
    commit(*database, writer, skipped);
    const HistoryQuery query{DirectiveId{7}, LedgerId{7}, 50, true};
    const auto ids = find_history_ids(*database, query);
    EXPECT_EQ(std::set(ids.begin(), ids.end()),
              (std::set{LedgerId{1}, LedgerId{2}, LedgerId{3}, LedgerId{4}, LedgerId{6}}));
}

TEST(LoadOpenRuns, leaves_out_what_was_queued_and_then_skipped) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of(make_decision(1, 7, model::DecisionKind::queued)));
    WriteGroup group;
    group.skipped = {{LedgerId{1}, model::Reason::queue_expired, "it waited 12m; max_age is 10m"}};
    commit(*database, writer, group);
    EXPECT_TRUE(load_open_runs(*database).queued.empty());
    const auto row = find_decision(*database, LedgerId{1});
    ASSERT_TRUE(row);
    EXPECT_EQ(row->decision.kind, model::DecisionKind::skipped);
    EXPECT_EQ(row->decision.reason, model::Reason::queue_expired);
    EXPECT_EQ(row->decision.detail, "it waited 12m; max_age is 10m");
}

TEST(LoadFailureStreaks, gives_the_last_count_of_each_that_still_fails) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    WriteGroup group;
    group.streaks = {{DirectiveId{7}, 1}, {DirectiveId{8}, 3}, {DirectiveId{7}, 2}};
    commit(*database, writer, group);
    WriteGroup mended;
    mended.streaks = {{DirectiveId{8}, 0}};
    commit(*database, writer, mended);
    const auto streaks = load_failure_streaks(*database);
    ASSERT_EQ(streaks.size(), 1U);
    EXPECT_EQ(streaks[0].directive, DirectiveId{7});
    EXPECT_EQ(streaks[0].failures, 2);
}

TEST(LoadOpenRuns, an_abandoned_run_becomes_a_failed_execution) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of(make_decision(1)));
    commit(*database, writer, group_of(make_outcome(1, 1, model::RunState::abandoned)));
    EXPECT_TRUE(load_open_runs(*database).started.empty());
    EXPECT_EQ(database->integer("SELECT status = 'failure' AND run_state = 'abandoned' "
                                "FROM directive_executions"),
              1);
}

// Whatever ends when, in whatever batches, with restarts in between: what is open is what a plain
// comparison of the tables says.
RC_GTEST_PROP(LoadOpenRuns, agrees_with_a_plain_comparison, ()) {
    const auto database = memory_database();
    auto writer = std::make_unique<GroupWriter>(*database, Retention{});
    std::set<std::int64_t> open;
    std::int64_t next = 20;
    std::int64_t late = 1;
    const auto rounds = *rc::gen::inRange(1, 30);
    for (int round = 0; round < rounds; ++round) {
        WriteGroup group;
        const auto count = *rc::gen::inRange<std::int64_t>(1, 1'200);
        for (std::int64_t i = 0; i < count; ++i, ++next) {
            group.decisions.push_back(make_decision(next));
            open.insert(next);
        }
        if (late < 19 && *rc::gen::arbitrary<bool>()) {
            group.decisions.push_back(make_decision(late));
            open.insert(late++);
        }
        const auto keep = *rc::gen::inRange<std::size_t>(0, 30);
        while (open.size() > keep) {
            const auto ended = *rc::gen::arbitrary<bool>() ? open.begin() : std::prev(open.end());
            group.outcomes.push_back(make_outcome(*ended));
            open.erase(ended);
        }
        commit(*database, *writer, group);
        if (*rc::gen::inRange(0, 10) == 0) {
            writer = std::make_unique<GroupWriter>(*database, Retention{});
        }
    }
    RC_ASSERT(ids_of(load_open_runs(*database).started) ==
              std::vector<std::int64_t>(open.begin(), open.end()));
}

TEST(LoadOpenRuns, an_end_after_a_restart_closes_a_late_row) {
    const auto database = memory_database();
    auto writer = std::make_unique<GroupWriter>(*database, Retention{});
    WriteGroup group;
    for (std::int64_t id = 2; id < 5'000; ++id) {
        group.decisions.push_back(make_decision(id, 1, model::DecisionKind::skipped));
    }
    commit(*database, *writer, group);                       // closes a slice, not written yet
    commit(*database, *writer, group_of(make_decision(1)));  // late: below the slice's end
    writer = std::make_unique<GroupWriter>(*database, Retention{});
    commit(*database, *writer, group_of(make_outcome(1)));
    for (std::int64_t id = 5'000; id < 5'100; ++id) {
        commit(*database, *writer, group_of(make_decision(id, 1, model::DecisionKind::skipped)));
    }
    EXPECT_GE(ledger_watermark(*database), 4'096);
    EXPECT_TRUE(load_open_runs(*database).started.empty());
}

TEST(LoadOpenRuns, finds_an_old_run_below_the_watermark) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of(make_decision(1, 1, model::DecisionKind::queued)));
    for (std::int64_t first = 2; first < 20'000; first += 1'000) {
        WriteGroup group;
        for (std::int64_t id = first; id < first + 1'000; ++id) {
            group.decisions.push_back(make_decision(id, 1, model::DecisionKind::skipped));
        }
        commit(*database, writer, group);
    }
    ASSERT_GT(ledger_watermark(*database), 8'000);
    EXPECT_EQ(ids_of(load_open_runs(*database).queued), std::vector<std::int64_t>{1});
    commit(*database, writer, group_of(make_outcome(1)));
    EXPECT_TRUE(load_open_runs(*database).queued.empty());
    EXPECT_EQ(database->integer("SELECT count(*) FROM open_runs"), 0);
}

}  // namespace
}  // namespace aifp::storage
