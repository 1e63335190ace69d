#include "base/read_number.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace aifp {
namespace {

TEST(ReadNumber, takes_all_of_the_text_or_nothing) {
    EXPECT_EQ(read_number<std::int64_t>("-17"), -17);
    EXPECT_EQ(read_number<std::uint64_t>("18446744073709551615"), UINT64_MAX);
    for (const auto* text : {"", "1x", " 1", "+1", "1.5", "99999999999999999999"}) {
        EXPECT_EQ(read_number<std::int64_t>(text), std::nullopt) << text;
    }
    EXPECT_EQ(read_number<std::uint64_t>("-1"), std::nullopt);
}

}  // namespace
}  // namespace aifp
