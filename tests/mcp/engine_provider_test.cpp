#include "mcp/engine_provider.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "helpers/tool.hpp"

namespace aifp::mcp {
namespace {

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
    EXPECT_EQ(helpers::project_tools().size(), 5U);
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
