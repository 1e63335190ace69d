#include "base/json_member.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace aifp {
namespace {

TEST(JsonMember, is_there_only_as_what_it_should_be) {
    const auto of =
        boost::json::parse(R"({"text":"a","empty":"","list":[1],"yes":true,"no":false})");
    EXPECT_EQ(*member_in(of, "text"), "a");
    EXPECT_EQ(member_in(of, "other"), nullptr);
    EXPECT_EQ(member_in("no object", "text"), nullptr);
    EXPECT_EQ(text_member(of.as_object(), "text"), "a");
    EXPECT_EQ(text_member(of.as_object(), "empty"), "");
    EXPECT_EQ(text_member(of.as_object(), "list"), std::nullopt);
    EXPECT_EQ(list_member(of, "list").size(), 1U);
    EXPECT_TRUE(list_member(of, "text").empty());
    EXPECT_TRUE(is_true_member(of, "yes"));
    EXPECT_FALSE(is_true_member(of, "no"));
    EXPECT_FALSE(is_true_member(of, "text"));
}

}  // namespace
}  // namespace aifp
