#include "base/rate.hpp"

#include <gtest/gtest.h>

namespace aifp {
namespace {

TEST(ParseRate, reads_count_and_period) {
    EXPECT_EQ(parse_rate("60/1m"), (Rate{60, Milliseconds(60'000)}));
    EXPECT_EQ(parse_rate("5/s"), (Rate{5, Milliseconds(1'000)}));
    EXPECT_EQ(parse_rate("1 / 1h30m"), (Rate{1, Milliseconds(5'400'000)}));
    for (const char* bad : {"",
                            "60",
                            "60/",
                            "/1m",
                            "0/1m",
                            "-1/1m",
                            "6x/1m",
                            "1/0s",
                            "9999999/1s",
                            "1/400d",
                            "99999999999/1s"}) {
        EXPECT_FALSE(parse_rate(bad)) << bad;
    }
}

TEST(ParseRate, reads_words) {
    EXPECT_EQ(parse_rate("10/hour"), (Rate{10, std::chrono::hours(1)}));
    EXPECT_EQ(parse_rate("10 per hour"), (Rate{10, std::chrono::hours(1)}));
    EXPECT_EQ(parse_rate("3 per 2h"), (Rate{3, std::chrono::hours(2)}));
    EXPECT_EQ(parse_rate("1 per week"), (Rate{1, std::chrono::hours(168)}));
    EXPECT_FALSE(parse_rate("10 per fortnight"));
    EXPECT_FALSE(parse_rate("per hour"));
}

TEST(FormatRate, is_read_again) {
    for (const char* text : {"60/1m", "1/1d", "3/1h30m"}) {
        EXPECT_EQ(format_rate(*parse_rate(text)), text);
    }
}

}  // namespace
}  // namespace aifp
