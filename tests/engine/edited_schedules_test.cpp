// A crash between the edit of a schedule and its first cursor.
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

}  // namespace
}  // namespace aifp::engine
