#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace aifp {
namespace {

TEST(HexDigit, knows_both_cases) {
    EXPECT_EQ(hex_digit('0'), 0);
    EXPECT_EQ(hex_digit('9'), 9);
    EXPECT_EQ(hex_digit('a'), 10);
    EXPECT_EQ(hex_digit('F'), 15);
    EXPECT_EQ(hex_digit('g'), -1);
    EXPECT_EQ(hex_digit('\xe9'), -1);
}

TEST(PercentEncode, leaves_the_unreserved_letters) {
    EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percent_encode("a b/ü*"), "a%20b%2F%C3%BC%2A");
    EXPECT_EQ(percent_encode(std::string_view("\0", 1)), "%00");
}

}  // namespace
}  // namespace aifp
