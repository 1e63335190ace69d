#include "logging/recent_lines.hpp"

#include <gtest/gtest.h>

#include <string>

namespace aifp::logging {
namespace {

TEST(RecentLines, knows_a_line_that_was_there) {
    RecentLines recent;

    EXPECT_TRUE(recent.is_new("a"));
    EXPECT_FALSE(recent.is_new("a"));
    EXPECT_TRUE(recent.is_new("b"));
}

TEST(RecentLines, knows_the_end_of_a_run_from_the_other_channel_a_moment_later) {
    const std::string rest = R"(,"level":"error","event":"run_ended","directive":"bell","run":7})";
    RecentLines recent;

    EXPECT_TRUE(recent.is_new(R"({"ts":"2026-11-22T17:00:00.123Z")" + rest));
    EXPECT_FALSE(recent.is_new(R"({"ts":"2026-11-22T17:00:00.124Z")" + rest));
}

TEST(RecentLines, tells_what_a_run_says_twice_by_the_time) {
    const std::string rest = R"(,"level":"info","event":"log","run":7,"message":"tick"})";
    RecentLines recent;

    EXPECT_TRUE(recent.is_new(R"({"ts":"2026-11-22T17:00:00.123Z")" + rest));
    EXPECT_TRUE(recent.is_new(R"({"ts":"2026-11-22T17:00:00.124Z")" + rest));
}

TEST(RecentLines, forgets_the_oldest) {
    RecentLines recent;
    EXPECT_TRUE(recent.is_new("first"));
    for (std::size_t i = 1; i < RecentLines::kRemembered; ++i) {
        EXPECT_TRUE(recent.is_new(std::to_string(i)));
    }

    EXPECT_FALSE(recent.is_new("first"));
    EXPECT_TRUE(recent.is_new("one more"));
    EXPECT_TRUE(recent.is_new("first"));
}

}  // namespace
}  // namespace aifp::logging
