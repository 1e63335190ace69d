#include "logging/follower.hpp"

#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

using testing::line_at;
using testing::object_of;
using testing::write_file;
using namespace std::chrono_literals;

class FollowerTest : public testing::LogTest {
protected:
    [[nodiscard]] std::unique_ptr<LogFollower> follow() const {
        LogQuery query;
        query.directory = logs();
        return follow_logs(query).value();
    }
    [[nodiscard]] static std::string events_from(LogFollower& follower) {
        std::string events;
        const auto lines = follower.read_new().value();
        for (const std::string& line : lines) {
            events += std::string(object_of(line).at("event").as_string()) + ' ';
        }
        return events;
    }
    static void write_now(Log& log, std::string_view event) {
        log.write(LogType::execution, Level::info, event);
        log.blocking_flush();
    }
};

TEST_F(FollowerTest, begins_at_the_end) {
    const auto log = open();
    write_now(*log, "before");
    const auto follower = follow();
    EXPECT_EQ(events_from(*follower), "");
    write_now(*log, "a");
    write_now(*log, "b");
    EXPECT_EQ(events_from(*follower), "a b ");
    EXPECT_EQ(events_from(*follower), "");
}

TEST_F(FollowerTest, waits_for_logs_that_are_not_there_yet) {
    const auto follower = follow();
    EXPECT_EQ(events_from(*follower), "");
    const auto log = open();
    write_now(*log, "first");
    EXPECT_EQ(events_from(*follower), "first ");
}

TEST_F(FollowerTest, goes_on_across_rotation_and_compression) {
    const auto log = open();
    write_now(*log, "before");
    const auto follower = follow();
    write_now(*log, "sunday");
    clock_.advance(24h);
    write_now(*log, "monday");
    EXPECT_EQ(events_from(*follower), "sunday monday ");
    write_now(*log, "more");
    EXPECT_EQ(events_from(*follower), "more ");
}

TEST_F(FollowerTest, misses_no_file_rotated_between_two_looks) {
    const auto log = open();
    write_now(*log, "day1");
    const auto follower = follow();
    for (const char* const event : {"day2", "day3", "day4", "day5"}) {
        clock_.advance(24h);
        write_now(*log, event);
    }
    EXPECT_EQ(events_from(*follower), "day2 day3 day4 day5 ");
}

TEST_F(FollowerTest, goes_on_with_the_new_file_when_the_old_one_is_deleted) {
    const auto log = open();
    write_now(*log, "before");
    const auto follower = follow();
    std::filesystem::remove(current());
    write_now(*log, "after");
    EXPECT_EQ(events_from(*follower), "after ");
}

TEST_F(FollowerTest, wakes_when_a_line_comes) {
    const auto log = open();
    write_now(*log, "before");
    const auto follower = follow();
    EXPECT_FALSE(follower->blocking_wait(0ms));
    write_now(*log, "a");
    EXPECT_TRUE(follower->blocking_wait(10s));
    EXPECT_EQ(events_from(*follower), "a ");
    EXPECT_FALSE(follower->blocking_wait(0ms));
}

TEST_F(FollowerTest, filters) {
    const auto log = open();
    write_now(*log, "before");
    LogQuery query;
    query.directory = logs();
    query.filter.least = Level::error;
    const auto follower = follow_logs(query).value();
    write_now(*log, "a");
    log->write(LogType::error, Level::error, "b");
    log->blocking_flush();
    EXPECT_EQ(events_from(*follower), "b ");
}

}  // namespace
}  // namespace aifp::logging
