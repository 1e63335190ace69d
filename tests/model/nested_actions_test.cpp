#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "model/directive.hpp"

namespace aifp::model {
namespace {

Directive directive_of(const std::string& actions) {
    const auto text = R"({"name":"a","triggers":[{"manual":null}],"actions":)" + actions + "}";
    return directive_from_json(boost::json::parse(text).as_object());
}

std::string kinds_of(const std::vector<Action>& actions) {
    std::string kinds;
    for (const auto& action : actions) {
        kinds += (kinds.empty() ? "" : " ") + action.kind;
    }
    return kinds;
}

TEST(NestedActions, if_has_then_and_else_even_if_one_is_not_written) {
    const auto directive = directive_of(R"([{"if":[{"expression":"x"}],"then":[{"log":"a"}]}])");

    const auto lists = nested_actions(directive.actions.at(0));

    ASSERT_EQ(lists.size(), 2U);
    EXPECT_EQ(lists[0].size(), 1U);
    EXPECT_TRUE(lists[1].empty());
}

TEST(NestedActions, choose_has_its_options_and_the_default_last) {
    const auto directive = directive_of(
        R"([{"choose":[{"if":[],"then":[{"log":"a"}]},{"if":[],"then":[]}],"default":[{"emit":"b"}]}])");

    const auto lists = nested_actions(directive.actions.at(0));

    ASSERT_EQ(lists.size(), 3U);
    EXPECT_EQ(kinds_of(lists[2]), "emit");
}

TEST(NestedActions, each_branch_of_parallel_is_a_list) {
    const auto directive = directive_of(R"([{"parallel":[{"log":"a"},{"sequence":[]}]}])");

    EXPECT_EQ(nested_actions(directive.actions.at(0)).size(), 2U);
}

TEST(AllActions, finds_what_stands_inside_others_on_error_and_finally) {
    auto directive = directive_of(
        R"([{"repeat":[{"parallel":[{"sequence":[{"run":"src/a.py"}]}]}],"count":2},{"log":"b"}])");
    directive.on_error = directive.actions;
    directive.finally.push_back(directive.actions.at(1));

    EXPECT_EQ(kinds_of(all_actions(directive)),
              "repeat parallel sequence run log repeat parallel sequence run log log");
}

TEST(Action, retry_and_classes_survive_a_round_trip) {
    const std::string text =
        R"({"log":"a","continue_on_error":["timeout","5xx"],"retry":{"attempts":3}})";
    const auto actions = read_actions(boost::json::parse("[" + text + "]"));

    ASSERT_EQ(actions.size(), 1U);
    EXPECT_TRUE(actions[0].continue_on_error);
    EXPECT_EQ(actions[0].continue_on.size(), 2U);
    EXPECT_EQ(boost::json::serialize(to_json(actions[0])), text);
}

}  // namespace
}  // namespace aifp::model
