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
