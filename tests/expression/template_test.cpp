#include <gtest/gtest.h>

#include "tests/expression/fixture.hpp"

namespace aifp::expression {
namespace {

TEST(Template, literal_is_known_when_compiled) {
    Household household;
    const auto literal = household.sandbox.compile_template("no braces } here").value();
    EXPECT_TRUE(literal.is_literal());
    EXPECT_EQ(household.sandbox.render(literal, household.scope).value(), "no braces } here");
    EXPECT_FALSE(household.sandbox.compile_template("{{ 1 }}")->is_literal());
}

TEST(Template, renders_every_kind) {
    Household household;
    EXPECT_EQ(household.render("{{ state.presence }}, {{state.lux}} lx, {{ 0.1 + 0.2 }}, "
                               "{{ 60 / 2 }}, {{ state.wet }}, [{{ null }}], {{ state.doors }}"),
              "home, 35 lx, 0.3, 30, true, [], [\"front\",\"back\"]");
    EXPECT_EQ(household.render("{{ '{{' }}x{{ {a = {b = 1}} }}"), "{{x{\"a\":{\"b\":1}}");
}

TEST(Template, names_the_placeholder_in_errors) {
    Household household;
    EXPECT_EQ(household.render("a {{ state.presense }} b"),
              "in {{ state.presense }}: state.presense is not known; did you mean presence? "
              "(column 7)");
    EXPECT_EQ(household.render("a {{ 'x' + 1 }} b"),
              "in {{ 'x' + 1 }}: cannot perform arithmetic on a text (constant 'x'); make a "
              "number of it with number() (column 5)");
    EXPECT_EQ(household.render("a {{ text.upper }}"),
              "in {{ text.upper }}: the result is a function; write () behind its name to call it");
    EXPECT_EQ(household.render("ä {{ b c }}"), "in {{ b c }}: unexpected 'c' (column 3)");
    EXPECT_EQ(household.render("ä {{ b = c }}"), "'=' does not compare; write: == (column 8)");
}

TEST(Template, alone_keeps_its_json_type) {
    Household household;
    const auto render = [&](std::string_view text) {
        const auto compiled = household.sandbox.compile_template(text).value();
        return boost::json::serialize(
            household.sandbox.render_value(compiled, household.scope).value());
    };
    EXPECT_EQ(render("{{ state.lux }}"), "35");
    EXPECT_EQ(render("{{ state.doors }}"), R"(["front","back"])");
    EXPECT_EQ(render("{{ null }}"), "null");
    EXPECT_EQ(render(" {{ state.lux }}"), R"(" 35")");
    EXPECT_EQ(render("{{ 1 }}{{ 2 }}"), R"("12")");
    EXPECT_EQ(render("plain"), R"("plain")");
}

TEST(Template, stops_growing_without_bound) {
    Limits limits;
    limits.memory_bytes = 64 * 1024;
    Household household(limits);
    household.scope.values()["long"] = std::string(20'000, 'x');
    EXPECT_EQ(household.render("{{ long }}").size(), 20'000U);
    EXPECT_EQ(household.render("{{ long }}{{ long }}{{ long }}{{ long }}"),
              "in {{ long }}: the text becomes too long");
}

TEST(CompiledValue, renders_a_whole_tree) {
    Household household;
    const auto tree = boost::json::parse(
        R"({"level": "{{ state.lux }}", "who": ["{{ trigger.payload.user.name }}!", 1, null],
            "plain": {"a": "b"}, "{{ key }}": true})");
    const auto compiled = household.sandbox.compile_value(tree).value();

    const auto rendered = household.sandbox.render_value(compiled, household.scope).value();

    EXPECT_EQ(boost::json::serialize(rendered),
              R"({"level":35,"who":["Ada!",1,null],"plain":{"a":"b"},"{{ key }}":true})");
}

TEST(CompiledValue, tree_without_templates_is_literal) {
    Household household;
    const auto tree = boost::json::parse(R"({"a": [1, "x", {"b": null}]})");
    const auto compiled = household.sandbox.compile_value(tree).value();
    EXPECT_TRUE(compiled.is_literal());
    EXPECT_EQ(household.sandbox.render_value(compiled, household.scope).value(), tree);
}

TEST(CompiledValue, errors_name_the_place) {
    Household household;
    const auto broken = boost::json::parse(R"({"headers": ["x", "{{ a = 1 }}"]})");
    EXPECT_EQ(household.sandbox.compile_value(broken).error().detail(),
              "headers: [2]: '=' does not compare; write: == (column 6)");
    const auto unknown = boost::json::parse(R"({"headers": ["x", "{{ state.presense }}"]})");
    const auto compiled = household.sandbox.compile_value(unknown).value();
    EXPECT_EQ(household.sandbox.render_value(compiled, household.scope).error().detail(),
              "headers: [2]: in {{ state.presense }}: state.presense is not known; did you mean "
              "presence? (column 7)");
}

TEST(CompiledValue, deep_trees_are_refused) {
    Household household;
    boost::json::value tree = "x";
    for (int depth = 0; depth < 70; ++depth) {
        tree = boost::json::array({tree});
    }
    EXPECT_EQ(household.sandbox.compile_value(tree).error().code(), ErrorCode::invalid_input);
}

}  // namespace
}  // namespace aifp::expression
