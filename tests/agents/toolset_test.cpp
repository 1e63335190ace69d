#include "agents/toolset.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/agents/agents_fixture.hpp"

namespace aifp::agents {
namespace {

class Toolset : public AgentsFixture {};

/// Arguments that mean something, so that a tool does all that it can do.
std::string arguments_for(const AgentTool& tool) {
    boost::json::object given;
    const auto schema = boost::json::parse(tool.schema).as_object();
    for (const auto& property : schema.at("properties").as_object()) {
        const auto& rule = property.value().as_object();
        const auto type = rule.contains("type") ? rule.at("type") : boost::json::value("string");
        if (property.key() == "configuration_json") {
            given[property.key()] = {{"actions", {{{"log", "other"}}}}};
        } else if (property.key() == "text" && tool.name != "dry_run") {
            given[property.key()] = "name: made\ntrigger: manual\naction: {log: made}\n";
        } else if (property.key() == "file") {
            given[property.key()] = "made.yaml";
        } else if (rule.contains("enum")) {
            given[property.key()] = rule.at("enum").as_array().at(0);
        } else if (type == "integer") {
            given[property.key()] = 1;
        } else if (type == "string" && property.key() != "text") {
            given[property.key()] = "lamp";
        }
    }
    return boost::json::serialize(given);
}

TEST_F(Toolset, approves_activates_and_runs_nothing_with_any_tool) {
    start();
    ASSERT_TRUE(act(engine::Verb::approve, "lamp"));
    ASSERT_TRUE(act(engine::Verb::approve, "idle"));
    const auto before = standing();
    EXPECT_NE(before.find("idle active true"), std::string::npos) << before;
    for (const auto& tool : chat_tools(*parts, "test (chat)")) {
        (void)call(tool.name, arguments_for(tool));
        settle();
        auto now = standing();
        const auto made = now.find("made ");
        EXPECT_TRUE(made == now.npos || now.find("made draft false") != now.npos ||
                    now.find("made validated false") != now.npos ||
                    now.find("made implemented false") != now.npos)
            << tool.name << "\n"
            << now;
        now = made == now.npos ? now : now.erase(made, now.find('\n', made) + 1 - made);
        EXPECT_EQ(now, before) << tool.name;
    }
    EXPECT_TRUE(ran("lamp").empty());
    EXPECT_TRUE(ran("made").empty());
}

TEST_F(Toolset, offers_what_only_reads_and_two_ways_to_propose) {
    start();
    std::set<std::string> writes;
    std::size_t reads = 0;
    for (const auto& tool : chat_tools(*parts, "test (chat)")) {
        if (tool.only_reads) {
            ++reads;
        } else {
            writes.insert(tool.name);
        }
        EXPECT_TRUE(boost::json::parse(tool.schema).is_object()) << tool.name;
    }
    EXPECT_EQ(writes, (std::set<std::string>{"propose_directive", "update_directive_config"}));
    std::size_t looking = 0;
    for (const auto& tool : helpers::tools()) {
        looking += tool.hints.read_only ? 1U : 0U;
    }
    EXPECT_EQ(reads, looking + 4 + 2);
}

TEST_F(Toolset, explains_with_why_and_trace) {
    start();
    const auto said = call("why", R"({"name":"lamp"})");
    ASSERT_TRUE(said) << said.error().detail();
    EXPECT_FALSE(call("trace", R"({"run":99})"));
}

TEST_F(Toolset, gives_a_step_what_it_names_and_nothing_that_acts) {
    start();
    const std::vector<std::string> fine{"get_execution_stats", "why"};
    EXPECT_EQ(step_tools(*parts, "x", fine)->size(), 2U);
    const std::vector<std::string> acts{"set_directive_approval"};
    EXPECT_EQ(step_tools(*parts, "x", acts).error().code(), ErrorCode::denied);
    const std::vector<std::string> wrong{"get_execution_stat"};
    EXPECT_NE(step_tools(*parts, "x", wrong).error().detail().find("get_execution_stats"),
              std::string::npos);
}

}  // namespace
}  // namespace aifp::agents
