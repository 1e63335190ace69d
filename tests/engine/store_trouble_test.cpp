#include <sqlite3.h>

#include "engine/states.hpp"
#include "engine_fixture.hpp"
#include "storage/database.hpp"
#include "tests/support/one_answer.hpp"
#include "tests/support/storage_faulty_vfs.hpp"

namespace aifp::engine {
namespace {

constexpr const char* kBeat =
    "name: beat\ntrigger: {every: 10s, anchor: epoch}\naction: {log: x}\n";

/// An engine on a disk that is full for a while.
class StoreTrouble : public EngineFixture {
protected:
    ~StoreTrouble() override { crash(); }

    /// Wakes the engine for the next due instant, as the clock would.
    void wake_when_due() {
        clock.advance(*time.wake_at - clock.wall());
        time.wake_at.reset();
        time.callbacks.wake();
    }
    void run_until_disk_failed() {
        const int before = disk.failed();
        run_until([&] { return disk.failed() > before; });
    }
    void run_until_ended(const std::string& name, std::size_t runs) {
        run_until([&] {
            const auto rows = history(name);
            std::size_t ended = 0;
            for (const auto& row : rows) {
                const auto* state =
                    row.as_object().if_contains("state");  // what did not run has none
                ended += state != nullptr && *state == "ok" ? 1U : 0U;
            }
            return ended == runs;
        });
    }

    /// Events of `bell`, which is debounced.
    void write_bell() {
        write_file("directives/bell.yaml",
                   "name: bell\ndebounce: 1m\ntriggers: [{event: bell}, {webhook: bell, auth: "
                   "{bearer: \"0123456789abcdef0123\"}}]\naction: {log: x}\n");
    }
    std::shared_ptr<testing::OneAnswer> ring() {
        http::Request request;
        request.method = "POST";
        request.target = "/hooks/bell";
        request.headers.add("Authorization", "Bearer 0123456789abcdef0123");
        request.received = clock.mono();
        auto sink = std::make_shared<testing::OneAnswer>();
        engine->handle_hook(std::move(request), http::Responder(sink, 0));
        return sink;
    }
    std::string outcomes(const std::string& name) {
        std::string said;
        auto rows = history(name);
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            said += (said.empty() ? "" : " ") +
                    (row->at("reason").is_null() ? text(*row, "decision") : text(*row, "reason"));
        }
        return said;
    }

    testing::FaultyVfs disk;
};

TEST_F(StoreTrouble, a_due_instant_waits_for_the_store_and_runs_once) {
    write_file("directives/beat.yaml", kBeat);
    start();
    settle();

    disk.fail_with(SQLITE_FULL);
    wake_when_due();
    run_until_disk_failed();
    EXPECT_TRUE(history("beat").empty());
    disk.heal();
    run_until_ended("beat", 1);

    EXPECT_EQ(history("beat").size(), 1U);
}

TEST_F(StoreTrouble, a_second_refusal_is_tried_again_too) {
    write_file("directives/beat.yaml", kBeat);
    start();
    settle();

    disk.fail_with(SQLITE_FULL);
    wake_when_due();
    run_until_disk_failed();
    run_until_disk_failed();  // the first try again
    disk.heal();
    run_until_ended("beat", 1);

    EXPECT_EQ(history("beat").size(), 1U);
}

// The decision was about a text that somebody had approved.
TEST_F(StoreTrouble, an_edit_that_nobody_approved_does_not_run_for_an_instant_that_waited) {
    settings.approval = config::Approval::required;
    write_file("directives/beat.yaml", kBeat);
    start();
    static_cast<void>(act(Verb::approve, "beat"));
    settle();
    disk.fail_with(SQLITE_FULL);
    wake_when_due();
    run_until_disk_failed();

    write_file("directives/beat.yaml",
               "name: beat\ntrigger: {every: 10s, anchor: epoch}\naction: {log: other}\n");
    disk.heal();
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    run_until([this] { return !history("beat").empty(); });
    settle();

    EXPECT_EQ(outcomes("beat"), "not_approved");
}

// What waits for the store goes together; one row that breaks a rule of the schema is found in it.
TEST_F(StoreTrouble, a_decision_that_can_never_be_stored_holds_up_no_other) {
    for (const auto* name : {"a", "b", "c"}) {
        write_file(std::string("directives/") + name + ".yaml",
                   std::string("name: ") + name +
                       "\ntrigger: {every: 10s, anchor: epoch}\naction: {log: x}\n");
    }
    write_file("directives/d.yaml", "name: d\ntrigger: {state: door}\naction: {log: x}\n");
    start();
    settle();
    const auto taken = std::to_string(store->next_ledger_id().value + 2);  // that of b

    disk.fail_with(SQLITE_FULL);
    wake_when_due();
    run_until_disk_failed();
    model::StateUpdate update;
    update.values["door"] = "open";
    engine->control().states()->change_states(std::move(update), [](const auto&) {});
    run_until_disk_failed();
    disk.heal();
    store->write(
        [taken](storage::Database& database) {
            database.execute(("INSERT INTO ledger (id, directive_id, trigger_index, cause, "
                              "seen_at_ms, decision) VALUES (" +
                              taken + ", 0, 0, 'x', 0, 'skipped')")
                                 .c_str());
        },
        [](const Status& written) { EXPECT_TRUE(written); });
    for (const auto* name : {"a", "c", "d"}) {
        run_until_ended(name, 1);
    }
    EXPECT_TRUE(history("b").empty());

    wake_when_due();
    run_until_ended("b", 1);
}

// The rest of a pause begins where the decision that waits for the store ends.
TEST_F(StoreTrouble, a_pause_loses_no_instant_that_could_not_be_stored) {
    write_file("directives/beat.yaml", kBeat);
    start();
    settle();

    disk.fail_with(SQLITE_FULL);
    wake_when_due();
    run_until_disk_failed();
    disk.heal();
    ASSERT_TRUE(act(Verb::pause, "beat"));
    settle();
    crash();
    start();
    pass(Milliseconds(0));

    const auto rows = history("beat");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "scheduled_for"), "2026-01-01T00:00:10.000Z");
}

TEST_F(StoreTrouble, a_queued_start_and_a_due_instant_both_come_through) {
    write_file("directives/beat.yaml", kBeat);
    write_file("directives/slow.yaml",
               "name: slow\nmode: queued\ntrigger: manual\naction: {command: [sleep, \"0.2\"]}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "slow"));
    ASSERT_TRUE(act(Verb::run, "slow"));

    disk.fail_with(SQLITE_FULL);
    wake_when_due();
    run_until_disk_failed();  // the due instant
    run_until_disk_failed();  // the first run's end, and the second one's start
    disk.heal();
    run_until_ended("slow", 2);
    run_until_ended("beat", 1);

    EXPECT_EQ(history("slow").size(), 2U);
    EXPECT_EQ(history("beat").size(), 1U);
}

TEST_F(StoreTrouble, an_event_that_a_run_told_is_not_lost) {
    write_file("directives/teller.yaml",
               "name: teller\ntrigger: manual\n"
               "actions: [{command: [sleep, \"0.2\"]}, {emit: told}]\n");
    write_file("directives/hearer.yaml",
               "name: hearer\ntrigger: {event: told}\naction: {log: x}\n");
    start();
    ASSERT_TRUE(act(Verb::run, "teller"));

    disk.fail_with(SQLITE_FULL);
    run_until_disk_failed();  // the decision about the event
    disk.heal();
    run_until_ended("hearer", 1);

    EXPECT_EQ(history("hearer").size(), 1U);
}

TEST_F(StoreTrouble, a_pause_that_was_not_stored_is_stored_by_the_next) {
    write_file("directives/beat.yaml", kBeat);
    start();
    settle();
    disk.fail_with(SQLITE_FULL);
    EXPECT_FALSE(act(Verb::pause, "beat"));
    disk.heal();
    EXPECT_TRUE(act(Verb::pause, "beat"));
    crash();
    start();
    EXPECT_EQ(status_of("beat"), "paused");
}

TEST_F(StoreTrouble, an_event_that_could_not_be_held_back_leaves_the_one_before_it_held) {
    write_bell();
    start();
    ring();
    settle();
    disk.fail_with(SQLITE_FULL);
    const auto refused = ring();
    run_until_disk_failed();
    disk.heal();
    settle();
    EXPECT_EQ(refused->response().status, 503);
    EXPECT_EQ(outcomes("bell"), "waiting");

    pass(std::chrono::minutes(1));
    EXPECT_EQ(outcomes("bell"), "started");
}

// The first event waits for the store when the second is stored already: one run for both.
TEST_F(StoreTrouble, an_event_that_is_stored_after_the_one_that_stands_for_it_is_debounced) {
    write_bell();
    write_file("directives/teller.yaml",
               "name: teller\ntrigger: manual\n"
               "actions: [{command: [sleep, \"0.2\"]}, {emit: bell}]\n");
    start();
    ASSERT_TRUE(act(Verb::run, "teller"));
    disk.fail_with(SQLITE_FULL);
    run_until_disk_failed();  // the decision about the event
    disk.heal();
    ring();
    run_until([&] { return history("bell").size() == 2; });
    EXPECT_EQ(outcomes("bell"), "debounced waiting");

    crash();
    start();
    pass(std::chrono::minutes(1));
    EXPECT_EQ(outcomes("bell"), "debounced started");
}

// What would be over after a crash is not there before it either.
TEST_F(StoreTrouble, a_snooze_that_was_not_stored_is_refused_and_forgotten) {
    write_file("directives/beat.yaml", kBeat);
    start();
    settle();
    const auto snooze = [this](const char* until) {
        return ask([until](Control& control, auto answer) {
            control.snooze("beat", until, "me", answer);
        });
    };
    disk.fail_with(SQLITE_FULL);
    EXPECT_FALSE(snooze("1h"));
    disk.heal();
    EXPECT_FALSE(ask([](Control& control, auto answer) { control.unsnooze("beat", "me", answer); }))
        << "it is awake";

    ASSERT_TRUE(snooze("20s"));
    disk.fail_with(SQLITE_FULL);
    EXPECT_FALSE(snooze("1h"));
    EXPECT_FALSE(
        ask([](Control& control, auto answer) { control.unsnooze("beat", "me", answer); }));
    disk.heal();
    pass(Seconds(10));
    EXPECT_EQ(text(history("beat").front(), "reason"), "snoozed") << "the first one still holds";
    pass(Seconds(20));
    EXPECT_EQ(text(history("beat").front(), "decision"), "started");
}

TEST_F(StoreTrouble, what_came_due_meanwhile_is_decided_once_afterwards) {
    write_file("directives/beat.yaml", kBeat);
    start();
    settle();

    disk.fail_with(SQLITE_FULL);
    wake_when_due();
    run_until_disk_failed();
    clock.advance(Seconds(10));
    time.callbacks.wake();  // held back: the first instant is not stored yet
    disk.heal();
    run_until_ended("beat", 1);
    pass(Seconds(10));

    EXPECT_EQ(history("beat").size(), 3U);
}

TEST_F(StoreTrouble, instants_that_wait_for_a_commit_all_come_through) {
    write_file("directives/beat.yaml", std::string(kBeat) + "mode: parallel\nmax: 10\n");
    start();
    settle();

    for (int i = 0; i < 4; ++i) {
        wake_when_due();  // the first one is under way all the time
    }
    run_until_ended("beat", 4);

    const auto rows = history("beat");
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(text(rows[0], "scheduled_for"), "2026-01-01T00:00:40.000Z");
    EXPECT_EQ(text(rows[3], "scheduled_for"), "2026-01-01T00:00:10.000Z");
}

TEST_F(StoreTrouble, more_events_than_can_wait_for_the_disk_become_one_row) {
    constexpr int kChanges = 10'300;
    write_file("directives/d.yaml", "name: d\ntrigger: {state: x}\naction: {log: x}\n");
    start();
    settle();

    disk.fail_with(SQLITE_FULL);
    for (int i = 0; i < kChanges; ++i) {
        model::StateUpdate update;
        update.values["x"] = i;
        engine->control().states()->change_states(std::move(update), [](auto&&) {});
        if (i % 100 == 0) {
            loop->restart();
            loop->poll();
        }
        if (i % 1'000 == 0) {
            run_until_disk_failed();
        }
    }
    disk.heal();
    const auto is_told = [&] {
        const auto rows = history("d");
        return !rows.empty() && text(rows.front(), "reason") == "queue_full";
    };
    run_until(is_told);

    EXPECT_NE(text(history("d").front(), "detail").find("events until"), std::string::npos);
}

}  // namespace
}  // namespace aifp::engine
