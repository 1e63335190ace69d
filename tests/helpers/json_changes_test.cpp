#include "helpers/json_changes.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace aifp::helpers {
namespace {

std::string changes(const char* before, const char* after) {
    return boost::json::serialize(
        changes_between(boost::json::parse(before), boost::json::parse(after)));
}

TEST(ChangesBetween, of_equal_values_are_none) {
    EXPECT_EQ(changes(R"({"a":[1,{"b":2}]})", R"({"a":[1,{"b":2}]})"), "[]");
}

TEST(ChangesBetween, name_the_place) {
    EXPECT_EQ(changes(R"({"actions":[{"url":"a"}]})", R"({"actions":[{"url":"b"}]})"),
              R"([{"path":"actions.0.url","before":"a","after":"b"}])");
}

TEST(ChangesBetween, tell_what_came_and_what_went) {
    EXPECT_EQ(changes(R"({"a":1,"l":[1,2]})", R"({"l":[1],"b":null})"),
              R"([{"path":"a","before":1},{"path":"l.1","before":2},{"path":"b","after":null}])");
}

TEST(ChangesBetween, of_other_kinds_are_the_whole_value) {
    EXPECT_EQ(changes(R"({"a":{"b":1}})", R"({"a":[1]})"),
              R"([{"path":"a","before":{"b":1},"after":[1]}])");
}

}  // namespace
}  // namespace aifp::helpers
