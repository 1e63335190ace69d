#include "mcp/project_views.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "helpers/tool.hpp"
#include "mcp/engine_provider.hpp"

namespace aifp::mcp {
namespace {

constexpr WallTime kNoon{Milliseconds(1'767'268'800'000)};  // 2026-01-01T12:00:00Z
constexpr const char* kLamp = "name: lamp\ntrigger: \"time: 18:00\"\naction: {log: lamp}\n";

TEST(ValidationView, tells_mistakes_with_their_place) {
    const auto view = validation_view(parse_directive_text("a.yaml", "name: lamp\n", {}));
    EXPECT_FALSE(view.at("valid").as_bool());
    EXPECT_GE(view.at("diagnostics").as_array().at(0).at("line").as_int64(), 1);
    EXPECT_TRUE(validation_view(parse_directive_text("a.yaml", kLamp, {})).at("valid").as_bool());
    EXPECT_FALSE(validation_view(parse_directive_text("a.yaml", "", {})).at("valid").as_bool());
}

TEST(DryRunView, tells_the_next_instants_in_the_zone) {
    const auto parsed = parse_directive_text("a.yaml", kLamp, {});
    ASSERT_EQ(parsed.directives.size(), 1U);
    const DryRun question{kNoon, *TimeZone::load("Europe/Berlin"), 2};
    const auto view = dry_run_view(parsed.directives[0].directive, question);
    EXPECT_EQ(boost::json::serialize(view.at("triggers").as_array().at(0).at("next")),
              R"(["2026-01-01T18:00:00+01:00","2026-01-02T18:00:00+01:00"])");
    EXPECT_EQ(view.at("actions").as_array().size(), 1U);
}

TEST(Explanation, names_the_reason_of_the_last_decision) {
    const auto directive =
        boost::json::parse(
            R"({"name":"lamp","status":"implemented","status_reason":"","approved":false})")
            .as_object();
    const auto decisions =
        boost::json::parse(
            R"([{"seen_at":"T","decision":"skipped","reason":"not_approved","detail":""}])")
            .as_array();
    const auto text = explanation_of(directive, decisions);
    EXPECT_NE(text.find("has not approved"), std::string::npos);
    EXPECT_NE(text.find("did not run: not_approved"), std::string::npos);
    EXPECT_NE(explanation_of(directive, {}).find("never been triggered"), std::string::npos);
}

TEST(ToolInfos, have_names_schemas_and_hints_that_clients_take) {
    for (const auto& tool : helpers::tools()) {
        const auto info = tool_info(tool);
        EXPECT_LE(info.name.size(), 64U);
        EXPECT_EQ(info.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_."),
                  std::string::npos);
        EXPECT_EQ(boost::json::parse(info.input_schema).at("type"), "object") << info.name;
        EXPECT_FALSE(info.output_schema.empty()) << info.name;
        EXPECT_FALSE(info.description.empty()) << info.name;
    }
    EXPECT_EQ(helpers::tools().size(), 35U);
    EXPECT_EQ(project_tools().size(), 5U);
}

TEST(ToolAnswers, are_errors_where_the_helper_refused) {
    EXPECT_TRUE(tool_answer(boost::json::parse(R"({"success":false,"error":"no"})")).is_error);
    EXPECT_TRUE(tool_answer(boost::json::parse(R"({"found":false,"error":"no"})")).is_error);
    EXPECT_FALSE(tool_answer(boost::json::parse(R"({"found":false})")).is_error);
    EXPECT_FALSE(tool_answer(boost::json::parse("[]")).is_error);
}

TEST(ProjectPrompts, carry_their_arguments) {
    EXPECT_EQ(project_prompts().size(), 3U);
    for (const auto& prompt : project_prompts()) {
        boost::json::object arguments;
        arguments[prompt.arguments.at(0).name] = "the lamp";
        const auto answer = project_prompt(prompt.name, arguments);
        EXPECT_NE(boost::json::serialize(answer.messages).find("the lamp"), std::string::npos);
    }
}

}  // namespace
}  // namespace aifp::mcp
