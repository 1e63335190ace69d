#include "base/result.hpp"

#include <gtest/gtest.h>

#include <set>

namespace aifp {
namespace {

TEST(Error, with_context_puts_the_deed_in_front) {
    const Error error(ErrorCode::not_found, "no such file");
    const Error told = error.with_context("loading lights.yaml");
    EXPECT_EQ(told.code(), ErrorCode::not_found);
    EXPECT_EQ(told.detail(), "loading lights.yaml: no such file");
    EXPECT_EQ(error.detail(), "no such file");
}

TEST(ErrorCode, has_a_name_of_its_own_for_each_code) {
    std::set<std::string_view> names;
    for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
        names.insert(name_of(static_cast<ErrorCode>(code)));
    }
    EXPECT_EQ(names.size(), 10U);
    EXPECT_EQ(name_of(ErrorCode::timed_out), "timed_out");
}

Result<int> half(int number) {
    if (number % 2 != 0) {
        return fail(ErrorCode::invalid_input, "odd");
    }
    return number / 2;
}

TEST(Result, holds_a_value_or_an_error) {
    EXPECT_EQ(half(4).value(), 2);
    ASSERT_FALSE(half(3));
    EXPECT_EQ(half(3).error().code(), ErrorCode::invalid_input);
}

}  // namespace
}  // namespace aifp
