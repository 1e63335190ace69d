#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <type_traits>
#include <unordered_set>

namespace aifp {
namespace {

TEST(Id, of_two_kinds_do_not_mix) {
    EXPECT_FALSE((std::is_convertible_v<DirectiveId, LedgerId>));
    EXPECT_FALSE((std::is_convertible_v<DirectiveId, std::int64_t>));
}

TEST(Id, is_ordered_and_hashed_by_value) {
    const std::unordered_set<DirectiveId> ids = {DirectiveId(1), DirectiveId(2), DirectiveId(1)};
    EXPECT_EQ(ids.size(), 2U);
    EXPECT_LT(LedgerId(1), LedgerId(2));
}

}  // namespace
}  // namespace aifp
