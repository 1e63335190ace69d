// Triggers on what lies outside the engine: files and polls, on a real folder.
#include "tests/engine/sensors_fixture.hpp"

namespace aifp::engine {
namespace {

TEST_F(SensorsFixture, a_poll_fires_when_the_value_changes_and_tells_failures_once) {
    write_file("meter", "1");
    write_directive("{poll: [cat, meter], every: 10s}");
    start();
    const auto look = [&] {
        pass(Seconds(11));
        for (int turns = 0; turns < 30; ++turns) {
            loop->restart();
            loop->run_one_for(Milliseconds(10));
        }
        settle();
    };
    look();
    look();
    EXPECT_EQ(started("d"), 0U);
    write_file("meter", "2");
    look();
    EXPECT_EQ(started("d"), 1U);
}

TEST_F(SensorsFixture, a_file_that_comes_fires_once_it_is_left_alone) {
    std::filesystem::create_directories(paths.root() / "inbox");
    write_directive("{file: inbox/*.csv, settle: 2s}");
    start();
    write_file("inbox/other.txt", "x");
    write_file("inbox/a.csv", "1");
    run_until([&] { return time.wake_at && *time.wake_at <= clock.wall() + Seconds(2); });
    EXPECT_EQ(started("d"), 0U);

    pass(Seconds(3));
    settle();

    EXPECT_EQ(started("d"), 1U);
}

class FileThatHasNotSettled : public SensorsFixture {
protected:
    void SetUp() override {
        std::filesystem::create_directories(paths.root() / "inbox");
        write_directive("{file: inbox/*.csv, settle: 2s}");
        start();
    }
    void write_and_see() {
        write_file("inbox/a.csv", "1");
        run_until([&] { return time.wake_at && *time.wake_at <= clock.wall() + Seconds(2); });
        settle();
        pass(Seconds(1));
    }
    void expect_one_run() {
        EXPECT_EQ(started("d"), 0U);
        pass(Seconds(3));
        EXPECT_EQ(started("d"), 1U);
    }
};

TEST_F(FileThatHasNotSettled, is_not_lost_when_the_settings_are_read_again) {
    write_and_see();
    engine->settings_changed();
    settle();
    expect_one_run();
}

TEST_F(FileThatHasNotSettled, is_not_lost_when_nobody_has_looked_at_it_yet) {
    write_file("inbox/a.csv", "1");
    engine->settings_changed();
    settle();
    expect_one_run();
}

TEST_F(FileThatHasNotSettled, is_not_lost_by_a_crash_and_not_told_twice) {
    write_and_see();
    crash();
    start();
    expect_one_run();
    crash();
    start();
    pass(Seconds(3));
    EXPECT_EQ(started("d"), 1U);
}

TEST_F(FileThatHasNotSettled, is_left_alone_by_a_pause) {
    write_and_see();
    ASSERT_TRUE(act(Verb::pause, "d"));
    settle();
    ASSERT_TRUE(act(Verb::resume, "d"));
    pass(Seconds(5));
    EXPECT_EQ(started("d"), 0U);
}

}  // namespace
}  // namespace aifp::engine
