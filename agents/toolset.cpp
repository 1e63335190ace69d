#include "agents/toolset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "helpers/project_tools.hpp"
#include "helpers/schema.hpp"

namespace aifp::agents {
namespace {

namespace json = boost::json;

/// Of the helper functions that write, the one that only proposes.
constexpr std::string_view kPropose = "update_directive_config";
constexpr std::size_t kMaxName = 128;

AgentTool from_helper(const helpers::Tool& tool,
                      const helpers::ProjectParts& parts,
                      const std::string& who) {
    AgentTool made;
    made.name = tool.name;
    made.description = tool.purpose;
    made.schema = tool.parameters;
    made.only_reads = tool.hints.read_only;
    made.run = [&parts, who, name = std::string(tool.name)](json::object arguments, ToolDone done) {
        parts.toolbox.call(name,
                           std::move(arguments),
                           helpers::Caller{who, agent_scopes()},
                           [done = std::move(done)](json::value said) { done(std::move(said)); });
    };
    return made;
}

AgentTool from_project(const helpers::ProjectTool& tool,
                       const helpers::ProjectParts& parts,
                       const std::string& who) {
    AgentTool made;
    made.name = tool.name;
    made.description = tool.purpose;
    made.schema = tool.parameters;
    made.only_reads = tool.hints.read_only;
    made.run = [&parts, who, &tool](json::object arguments, ToolDone done) {
        helpers::run_project_tool(
            tool, parts, {helpers::Arguments(std::move(arguments)), who}, std::move(done));
    };
    return made;
}

engine::Insight* insight_of(const helpers::ProjectParts& parts, const ToolDone& done) {
    auto* const insight = parts.control.insight();
    if (insight == nullptr) {
        done(fail(ErrorCode::not_found, "no engine runs this project"));
    }
    return insight;
}

AgentTool why_tool(const helpers::ProjectParts& parts) {
    AgentTool made;
    made.name = "why";
    made.description =
        "Why a directive ran or did not: its last decisions with the values its conditions read, "
        "and what its triggers wait for.";
    made.schema = helpers::object_schema(
        {{"name", helpers::short_text(kMaxName, "Name or id of a directive")},
         {"since", helpers::short_text(kMaxName, "An instant, or how long ago: 7d"), false}});
    made.run = [&parts](json::object given, ToolDone done) {
        const helpers::Arguments arguments(std::move(given));
        if (auto* const insight = insight_of(parts, done)) {
            insight->why({arguments.text("name"), arguments.optional_text("since").value_or("")},
                         std::move(done));
        }
    };
    return made;
}

AgentTool trace_tool(const helpers::ProjectParts& parts) {
    AgentTool made;
    made.name = "trace";
    made.description = "What the steps of one run did and gave; of runs that failed, as a rule.";
    made.schema = helpers::object_schema(
        {{"run", helpers::row_id("Number of the run, from why or explain")}});
    made.run = [&parts](json::object given, ToolDone done) {
        const helpers::Arguments arguments(std::move(given));
        if (auto* const insight = insight_of(parts, done)) {
            insight->trace(LedgerId{arguments.integer("run")}, std::move(done));
        }
    };
    return made;
}

}  // namespace

std::vector<helpers::Scope> agent_scopes() {
    return {helpers::Scope::read, helpers::Scope::author};
}

std::vector<AgentTool> chat_tools(const helpers::ProjectParts& parts, const std::string& who) {
    std::vector<AgentTool> tools;
    for (const auto& tool : helpers::tools()) {
        if (tool.hints.read_only || tool.name == kPropose) {
            tools.push_back(from_helper(tool, parts, who));
        }
    }
    for (const auto& tool : helpers::project_tools()) {
        tools.push_back(from_project(tool, parts, who));
    }
    tools.push_back(why_tool(parts));
    tools.push_back(trace_tool(parts));
    return tools;
}

Result<std::vector<AgentTool>> step_tools(const helpers::ProjectParts& parts,
                                          const std::string& who,
                                          std::span<const std::string> names) {
    auto all = chat_tools(parts, who);
    std::vector<std::string_view> known;
    for (const auto& tool : all) {
        known.emplace_back(tool.name);
    }
    std::vector<AgentTool> wanted;
    for (const auto& name : names) {
        const auto found = std::find(known.begin(), known.end(), name);
        if (found != known.end()) {
            wanted.push_back(all[static_cast<std::size_t>(found - known.begin())]);
            continue;
        }
        if (helpers::find_tool(name) != nullptr) {
            return fail(ErrorCode::denied,
                        fmt::format("no AI may call {}: an ai step looks and proposes; leave it "
                                    "out of tools",
                                    name));
        }
        const auto nearest = nearest_name(name, known);
        return fail(ErrorCode::not_found,
                    fmt::format("there is no tool {}{}",
                                name,
                                nearest ? fmt::format("; did you mean {}?", *nearest)
                                        : std::string("; aifp tool --list names them")));
    }
    return wanted;
}

}  // namespace aifp::agents
