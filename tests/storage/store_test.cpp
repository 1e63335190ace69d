#include "storage/store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "storage/executions.hpp"
#include "storage/ledger.hpp"
#include "storage/recovery.hpp"
#include "storage/state.hpp"
#include "tests/storage/store_fixture.hpp"

namespace aifp::storage {
namespace {

class StoreTest : public StoreFixture {};

TEST_F(StoreTest, keeps_every_field_of_a_decision) {
    open();
    model::DecisionRecord written = make_decision(1, 7, model::DecisionKind::skipped);
    written.event.trigger_index = 3;
    written.event.scheduled_for = kNoon - Milliseconds(5);
    written.event.payload = R"({"a":1})";
    written.reason = model::Reason::condition_false;
    written.detail = "temperature is 19";
    ASSERT_TRUE(submit(group_of(written)).has_value());

    std::optional<HistoryEntry> read;
    store_->read([&](Database& database) { read = find_decision(database, LedgerId{1}); },
                 [](const Status&) {});
    run_loop();

    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->decision.event.directive, DirectiveId{7});
    EXPECT_EQ(read->decision.event.trigger_index, 3U);
    EXPECT_EQ(read->decision.event.cause, "webhook");
    EXPECT_EQ(read->decision.event.scheduled_for, written.event.scheduled_for);
    EXPECT_EQ(read->decision.event.seen_at, kNoon);
    EXPECT_EQ(read->decision.event.payload, written.event.payload);
    EXPECT_EQ(read->decision.kind, model::DecisionKind::skipped);
    EXPECT_EQ(read->decision.reason, model::Reason::condition_false);
    EXPECT_EQ(read->decision.detail, "temperature is 19");
    EXPECT_FALSE(read->end.has_value());
}

TEST_F(StoreTest, writes_an_execution_for_an_ended_run) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1, 7))).has_value());
    model::OutcomeRecord outcome = make_outcome(1, 7, model::RunState::timed_out);
    outcome.error = "no answer after 30s";
    ASSERT_TRUE(submit(group_of(outcome)).has_value());

    std::vector<ExecutionRow> rows;
    store_->read([&](Database& database) { rows = load_executions(database, {}); },
                 [](const Status&) {});
    run_loop();

    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].id, LedgerId{1});
    EXPECT_EQ(rows[0].directive, DirectiveId{7});
    EXPECT_EQ(rows[0].status, model::ExecutionStatus::timeout);
    EXPECT_EQ(rows[0].run_state, model::RunState::timed_out);
    EXPECT_EQ(rows[0].executed_at, "2026-11-22T12:00:00");
    EXPECT_EQ(rows[0].ended_at, kNoon + Milliseconds(250));
    EXPECT_EQ(rows[0].duration, Milliseconds(250));
    EXPECT_EQ(rows[0].error_message, "no answer after 30s");
}

TEST_F(StoreTest, keeps_a_cancelled_run_in_the_ledger_only) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1))).has_value());
    ASSERT_TRUE(submit(group_of(make_outcome(1, 1, model::RunState::cancelled))).has_value());

    std::optional<HistoryEntry> read;
    store_->read([&](Database& database) { read = find_decision(database, LedgerId{1}); },
                 [](const Status&) {});
    run_loop();

    ASSERT_TRUE(read.has_value() && read->end.has_value());
    EXPECT_EQ(read->end->state, model::RunState::cancelled);
    EXPECT_EQ(query("SELECT count(*) FROM directive_executions"), 0);
}

TEST_F(StoreTest, deletes_what_has_expired_while_nobody_writes) {
    open();
    for (std::int64_t id = 1; id <= 20; ++id) {
        ASSERT_TRUE(submit(group_of(make_decision(id))).has_value());
        ASSERT_TRUE(submit(group_of(make_outcome(id, 1))).has_value());
    }
    close();
    kept_rows_ = 1;
    sweep_pause_ = Milliseconds(1);
    open();
    std::int64_t left = -1;
    for (int looks = 0; looks < 10'000 && left != 1; ++looks) {
        left = query("SELECT count(*) FROM ledger");
    }
    EXPECT_EQ(left, 1);
    EXPECT_EQ(query("SELECT count(*) FROM directive_executions"), 1);
}

TEST_F(StoreTest, writes_the_parts_of_a_group_together) {
    open();
    WriteGroup group = group_of(make_decision(1));
    group.cursors.push_back(model::Cursor{DirectiveId{1}, 2, kNoon});
    group.states.push_back(StateWrite{"door", "\"open\"", kNoon});
    group.replay_marks.push_back(ReplayMark{"delivery-1", kMuchLater});
    ASSERT_TRUE(submit(std::move(group)).has_value());

    store_->read(
        [&](Database& database) {
            ASSERT_EQ(load_cursors(database).size(), 1U);
            EXPECT_EQ(load_cursors(database)[0].trigger_index, 2U);
            EXPECT_EQ(load_cursors(database)[0].decided_until, kNoon);
            EXPECT_EQ(find_state(database, "door")->value_json, "\"open\"");
            EXPECT_EQ(load_state(database).size(), 1U);
            ASSERT_EQ(load_replay_marks(database, kNoon).size(), 1U);
            EXPECT_EQ(load_replay_marks(database, kNoon)[0].key, "delivery-1");
            EXPECT_TRUE(load_replay_marks(database, kMuchLater).empty());
            EXPECT_EQ(last_seen_time(database), kNoon);
        },
        [](const Status& status) { EXPECT_TRUE(status.has_value()); });
    run_loop();
}

TEST_F(StoreTest, replaces_cursors_and_states) {
    open();
    for (const int minutes : {0, 5}) {
        WriteGroup group;
        group.cursors.push_back(model::Cursor{DirectiveId{1}, 0, kNoon + Seconds(60 * minutes)});
        group.states.push_back(StateWrite{"door", std::to_string(minutes), kNoon});
        ASSERT_TRUE(submit(std::move(group)).has_value());
    }
    EXPECT_EQ(query("SELECT decided_until_ms FROM schedule_cursors"), to_unix_ms(kNoon) + 300'000);
    EXPECT_EQ(query("SELECT value_json FROM state_values"), 5);
}

TEST_F(StoreTest, commits_one_turn_of_the_loop_as_one_transaction) {
    open();
    int stored = 0;
    for (int i = 0; i < 1'000; ++i) {
        ASSERT_TRUE(store_
                        ->submit(group_of(make_decision(store_->next_ledger_id().value)),
                                 [&](const Status& status) { stored += status ? 1 : 0; })
                        .has_value());
    }
    run_loop();
    EXPECT_EQ(stored, 1'000);
    EXPECT_EQ(store_->statistics().commits, 1U);
    EXPECT_EQ(store_->statistics().last_batch, 1'000U);
    EXPECT_EQ(store_->statistics().batches.view().sum, 1'000);
    EXPECT_EQ(store_->statistics().batches.view().counts[5], 1U);  // up to 1,024
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 1'000);
}

TEST_F(StoreTest, completes_in_the_order_of_submission) {
    open();
    std::vector<int> order;
    for (int i = 0; i < 50; ++i) {
        const auto note = [&order, i](const Status&) { order.push_back(i); };
        if (i % 7 == 0) {
            store_->write([](Database&) {}, note);
        } else {
            ASSERT_TRUE(store_->submit(group_of(make_decision(i)), note).has_value());
        }
    }
    run_loop();
    EXPECT_EQ(order.size(), 50U);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(StoreTest, refuses_more_than_the_queue_holds) {
    open(2);
    int stored = 0;
    const auto count = [&](const Status& status) { stored += status ? 1 : 0; };
    EXPECT_TRUE(store_->submit(group_of(make_decision(1)), count).has_value());
    EXPECT_TRUE(store_->submit(group_of(make_decision(2)), count).has_value());
    const Status third = store_->submit(group_of(make_decision(3)), count);
    ASSERT_FALSE(third.has_value());
    EXPECT_EQ(third.error().code(), ErrorCode::busy);
    run_loop();
    EXPECT_EQ(stored, 2);
    EXPECT_TRUE(submit(group_of(make_decision(3))).has_value());
}

TEST_F(StoreTest, stores_lazy_groups_after_a_quiet_moment) {
    open();
    store_->submit_lazily(group_of(make_decision(1)));
    loop_.poll();
    // No flush and no other work: only the quiet moment can store it.
    while (store_->statistics().queued > 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 1);
}

TEST_F(StoreTest, lazy_groups_ride_with_the_next_commit) {
    open();
    store_->submit_lazily(group_of(make_decision(1)));
    ASSERT_TRUE(submit(group_of(make_decision(2))).has_value());
    EXPECT_EQ(store_->statistics().commits, 1U);
    EXPECT_EQ(store_->statistics().groups, 2U);
}

TEST_F(StoreTest, flush_waits_for_lazy_groups) {
    open();
    store_->submit_lazily(group_of(make_decision(1)));
    EXPECT_TRUE(flush().has_value());
    EXPECT_EQ(store_->statistics().queued, 0U);
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 1);
}

TEST_F(StoreTest, closing_commits_what_is_queued) {
    open();
    store_->submit_lazily(group_of(make_decision(1)));
    EXPECT_TRUE(store_->submit(group_of(make_decision(2)), [](const Status&) {}).has_value());
    close();
    open();
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 2);
}

TEST_F(StoreTest, calls_nothing_after_it_is_gone) {
    open();
    bool called = false;
    const auto note = [&](const Status&) { called = true; };
    EXPECT_TRUE(store_->submit(group_of(make_decision(1)), note).has_value());
    store_->read([](Database&) {}, note);
    close();
    run_loop();
    EXPECT_FALSE(called);
}

TEST_F(StoreTest, may_be_destroyed_by_a_completion) {
    open();
    int called = 0;
    for (int i = 1; i <= 3; ++i) {
        EXPECT_TRUE(store_
                        ->submit(group_of(make_decision(i)),
                                 [&](const Status&) {
                                     ++called;
                                     store_.reset();
                                 })
                        .has_value());
    }
    run_loop();
    EXPECT_EQ(called, 1);
}

TEST_F(StoreTest, a_write_job_that_throws_leaves_nothing) {
    open();
    Status told;
    store_->write(
        [](Database& database) {
            database.execute(
                "INSERT INTO state_values (name, value_json, updated_at_ms) VALUES ('door', '1', "
                "1)");
            throw std::runtime_error("no more");
        },
        [&](Status status) { told = std::move(status); });
    run_loop();
    ASSERT_FALSE(told.has_value());
    EXPECT_EQ(told.error().code(), ErrorCode::io_failure);
    EXPECT_NE(told.error().detail().find("no more"), std::string::npos);
    EXPECT_EQ(query("SELECT count(*) FROM state_values"), 0);
}

TEST_F(StoreTest, a_write_job_sees_what_was_queued_before_it) {
    open();
    std::int64_t seen = 0;
    store_->submit_lazily(group_of(make_decision(1)));
    store_->write(
        [&](Database& database) { seen = database.integer("SELECT count(*) FROM ledger"); },
        [](const Status&) {});
    run_loop();
    EXPECT_EQ(seen, 1);
}

TEST_F(StoreTest, a_read_sees_exact_counters) {
    open();
    for (std::int64_t id = 1; id <= 40; ++id) {  // faster than one a second
        ASSERT_TRUE(submit(group_of(make_outcome(id))).has_value());
        if (id % 10 == 0) {
            EXPECT_EQ(query("SELECT sum(runs) FROM execution_counters"), id);
        }
    }
}

TEST_F(StoreTest, a_write_job_sees_exact_counters) {
    open();
    std::int64_t seen = 0;
    for (std::int64_t id = 1; id <= 5; ++id) {
        ASSERT_TRUE(submit(group_of(make_outcome(id))).has_value());
    }
    store_->write(
        [&](Database& database) {
            seen = database.integer("SELECT sum(runs) FROM execution_counters");
        },
        [](const Status&) {});
    run_loop();
    EXPECT_EQ(seen, 5);
}

TEST_F(StoreTest, reads_come_back_in_order_while_counters_wait) {
    open();
    std::vector<int> order;
    for (int i = 0; i < 60; ++i) {
        if (i % 3 == 0) {
            store_->submit_lazily(group_of(make_outcome(i + 1)));
        }
        store_->read([](Database&) {}, [&order, i](const Status&) { order.push_back(i); });
        if (i % 4 == 0) {
            run_loop();
        }
    }
    run_loop();
    EXPECT_EQ(order.size(), 60U);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(StoreTest, counters_are_in_the_file_after_closing) {
    open();
    for (std::int64_t id = 1; id <= 5; ++id) {
        store_->submit_lazily(group_of(make_outcome(id)));
        ASSERT_TRUE(submit(group_of(make_decision(id))).has_value());
    }
    close();
    DatabaseOptions options;
    options.file = file();
    EXPECT_EQ(Database::open(options)->integer("SELECT sum(runs) FROM execution_counters"), 5);
}

TEST_F(StoreTest, readers_cannot_write) {
    open();
    Status told;
    store_->read([](Database& database) { database.execute("DELETE FROM ledger"); },
                 [&](Status status) { told = std::move(status); });
    run_loop();
    ASSERT_FALSE(told.has_value());
    EXPECT_EQ(told.error().code(), ErrorCode::io_failure);
}

TEST_F(StoreTest, ids_rise_above_those_in_the_file) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(41))).has_value());
    close();
    open();
    EXPECT_EQ(store_->next_ledger_id(), LedgerId{42});
    EXPECT_EQ(store_->next_ledger_id(), LedgerId{43});
}

TEST_F(StoreTest, a_group_that_breaks_a_rule_harms_no_other) {
    open();
    std::vector<bool> stored(5, false);
    for (const std::int64_t id : {1, 2, 2, 3, 4}) {  // the second 2 cannot be stored
        const Status taken =
            store_->submit(group_of(make_decision(id)), [&, id](const Status& status) {
                stored[static_cast<std::size_t>(id)] = status.has_value();
            });
        ASSERT_TRUE(taken.has_value());
    }
    store_->submit_lazily(group_of(make_decision(1)));
    EXPECT_TRUE(flush().has_value());
    EXPECT_TRUE(stored[1] && stored[3] && stored[4]);
    EXPECT_FALSE(stored[2]);  // the last answer for 2
    EXPECT_EQ(store_->statistics().dropped, 1U);
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 4);
}

TEST_F(StoreTest, tells_a_group_that_can_never_be_stored_from_one_that_may_be) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1))).has_value());
    WriteGroup group = group_of(make_decision(2));
    group.decisions.push_back(make_decision(1));  // it is there already
    const Status told = submit(std::move(group));
    ASSERT_FALSE(told.has_value());
    EXPECT_EQ(told.error().code(), ErrorCode::internal);
    EXPECT_NE(told.error().detail().find("UNIQUE"), std::string::npos) << told.error().detail();
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 1);
}

TEST_F(StoreTest, opens_in_memory_and_reads_what_it_wrote) {
    StoreOptions options;
    options.file = ":memory:";
    auto opened = open_store(options, loop_.get_executor(), clock_);
    ASSERT_TRUE(opened.has_value());
    store_ = std::move(opened->store);
    ASSERT_TRUE(submit(group_of(make_decision(1))).has_value());
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 1);
}

}  // namespace
}  // namespace aifp::storage
