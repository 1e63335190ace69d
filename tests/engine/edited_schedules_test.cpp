// Schedules that are edited or taken out while nobody decides, and a crash between such an edit and
// the first cursor of the new one.
#include "engine_fixture.hpp"
#include "storage/database.hpp"

namespace aifp::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class EditedSchedules : public EngineFixture {
protected:
    void write_schedule(const std::string& cron) {
        write_file("directives/a.yaml",
                   "name: a\ntimezone: UTC\nmisfire: all\ngrace: 1s\ntrigger: {cron: \"" + cron +
                       "\"}\naction: {log: ran}\n");
    }
    /// Runs at 01:00; then the engine is down from 01:10 to 03:10.
    void miss_two_hours() {
        write_file("directives/a.yaml", hourly("{log: ran}"));
        start();
        pass(minutes(70));
        crash();
        clock.advance(hours(2));
    }
    /// The engine is there, and has not come to decide two instants yet.
    void be_late_by_two_hours() {
        write_file("directives/a.yaml", hourly("{log: ran}"));
        start();
        pass(minutes(70));
        clock.advance(hours(2));
    }
    void reload() {
        ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
        settle();
    }
    [[nodiscard]] static std::string hourly(const std::string& action) {
        return "name: a\ntimezone: UTC\nmisfire: once\ngrace: 1s\ntrigger: {cron: \"0 * * * *\"}\n"
               "action: " +
               action + "\n";
    }
    /// What was decided about the two instants at the start.
    void expect_let_go(const std::string& reason, const std::string& detail) {
        const auto rows = history("a");
        ASSERT_EQ(rows.size(), 2U);
        EXPECT_EQ(text(rows[0], "reason"), reason);
        EXPECT_EQ(text(rows[0], "detail"), detail);
        EXPECT_EQ(text(rows[0], "scheduled_for").substr(11, 5), "03:00");
    }
    /// Likewise, while it was there: what would have run, and what would have been part of that
    /// run.
    void expect_each_let_go(const std::string& detail) {
        const auto rows = history("a");
        ASSERT_EQ(rows.size(), 3U);
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_EQ(text(rows[i], "reason"), "disabled");
            EXPECT_EQ(text(rows[i], "detail"), detail);
        }
    }
    /// The new text is stored when the power goes; its schedule is not armed yet.
    void load_and_crash() {
        begin_start();
        for (int turns = 0; turns < 2; ++turns) {
            loop->restart();
            loop->run_one();
        }
        crash();
        storage::DatabaseOptions options;
        options.file = paths.database();
        const auto database = storage::Database::open(options);
        ASSERT_EQ(
            database->integer("SELECT COUNT(*) FROM schedule_cursors WHERE edited_ms IS NOT NULL"),
            1);
    }
};

TEST_F(EditedSchedules, make_up_for_nothing_of_before_the_edit) {
    write_schedule("0 * * * *");
    start();
    pass(minutes(70));
    const auto before = history("a").size();
    crash();
    clock.advance(minutes(45));
    write_schedule("*/5 * * * *");
    load_and_crash();

    start();
    pass(Seconds(1));
    settle();

    EXPECT_EQ(before, 1U);
    EXPECT_EQ(history("a").size(), before);
}

TEST_F(EditedSchedules, make_up_for_what_came_after_the_edit) {
    write_schedule("0 * * * *");
    start();
    pass(minutes(70));
    crash();
    clock.advance(minutes(3));
    write_schedule("*/5 * * * *");
    load_and_crash();
    clock.advance(minutes(10));  // 01:15 and 01:20

    start();
    pass(Seconds(1));
    settle();

    const auto rows = history("a");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(text(rows[1], "scheduled_for").substr(11, 5), "01:15");
}

TEST_F(EditedSchedules, stand_at_their_own_cursor_once_it_is_stored) {
    write_schedule("0 * * * *");
    start();
    pass(minutes(70));
    crash();
    write_schedule("*/5 * * * *");
    start();
    clock.step_wall(-hours(5));  // to before the edit
    time.callbacks.clock_changed();
    settle();
    crash();
    clock.advance(minutes(4));
    start();

    pass(minutes(2));

    EXPECT_EQ(history("a").size(), 2U);
}

TEST_F(EditedSchedules, are_told_what_the_version_before_was_due_for) {
    miss_two_hours();
    write_schedule("30 12 * * *");
    start();
    settle();
    expect_let_go("disabled", "its file was edited; 2 instants");

    crash();
    start();
    settle();
    EXPECT_EQ(history("a").size(), 2U);
}

TEST_F(EditedSchedules, are_told_it_also_after_a_crash_behind_the_edit) {
    miss_two_hours();
    write_schedule("30 12 * * *");
    load_and_crash();
    start();
    settle();
    expect_let_go("disabled", "its file was edited; 2 instants");
}

TEST_F(EditedSchedules, that_stay_the_same_make_up_for_what_was_missed) {
    miss_two_hours();
    write_file("directives/a.yaml", hourly("{log: ran otherwise}"));
    start();
    pass(Seconds(1));
    settle();
    const auto rows = history("a");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(text(rows[0], "state"), "ok");
    EXPECT_EQ(text(rows[0], "scheduled_for").substr(11, 5), "03:00");
    EXPECT_EQ(text(rows[1], "reason"), "coalesced_into");
}

TEST_F(EditedSchedules, whose_file_is_gone_are_told_it_too) {
    miss_two_hours();
    std::filesystem::remove(paths.root() / "directives/a.yaml");
    start();
    settle();
    expect_let_go("disabled", "its file was removed; 2 instants");

    crash();
    clock.advance(hours(2));
    write_file("directives/a.yaml", hourly("{log: ran}"));  // it is back
    start();
    settle();
    EXPECT_EQ(history("a").size(), 2U);
}

TEST_F(EditedSchedules, of_a_paused_one_are_told_that) {
    write_schedule("0 * * * *");
    start();
    static_cast<void>(act(Verb::pause, "a"));
    pass(minutes(10));
    crash();
    clock.advance(hours(2));
    write_schedule("30 12 * * *");
    start();
    settle();
    const auto rows = history("a");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0], "reason"), "paused");
    EXPECT_EQ(text(rows[0], "detail"), "2 instants");
}

TEST_F(EditedSchedules, of_a_live_edit_never_run_what_was_not_due) {
    be_late_by_two_hours();
    write_schedule("30 12 * * *");
    reload();
    expect_each_let_go("its file was edited");
    crash();
    start();
    settle();
    expect_each_let_go("its file was edited");
}

TEST_F(EditedSchedules, never_run_what_was_removed) {
    be_late_by_two_hours();
    std::filesystem::remove(paths.root() / "directives/a.yaml");
    reload();
    expect_each_let_go("its file was removed");
}

TEST_F(EditedSchedules, do_not_lose_what_was_removed_when_it_comes_back_behind_a_crash) {
    miss_two_hours();
    std::filesystem::remove(paths.root() / "directives/a.yaml");
    load_and_crash();
    write_schedule("30 12 * * *");
    start();
    settle();
    expect_let_go("disabled", "its file was edited; 2 instants");
}

}  // namespace
}  // namespace aifp::engine
