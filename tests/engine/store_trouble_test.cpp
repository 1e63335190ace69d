#include <sqlite3.h>

#include "engine_fixture.hpp"
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

}  // namespace
}  // namespace aifp::engine
