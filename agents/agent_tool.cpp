#include "agents/agent_tool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/text.hpp"
#include "helpers/json_text.hpp"
#include "helpers/schema.hpp"
#include "helpers/toolbox.hpp"
#include "prompts/render.hpp"
#include "prompts/utf8.hpp"

namespace aifp::agents {
namespace {

namespace json = boost::json;

ToolOutcome refused(std::string why, const Redact& redact) {
    return {redact ? redact(std::move(why)) : std::move(why), true};
}

// Names and messages in a result were written by anybody.
ToolOutcome outcome_of(const std::string& tool,
                       const Result<json::value>& result,
                       const Redact& redact) {
    if (!result) {
        return refused(result.error().detail(), redact);
    }
    auto text = prompts::well_formed(helpers::to_json_text(*result));
    text = redact ? redact(std::move(text)) : std::move(text);
    const auto cut = truncate_utf8(text, kMaxOutcomeBytes);
    if (cut.size() < text.size()) {
        text = fmt::format(
            "{}\n[cut: {} of {} bytes are here; ask for less]", cut, cut.size(), text.size());
    }
    return {prompts::marked_as_data(tool, text), helpers::is_refusal(*result)};
}

Result<json::object> arguments_in(const prompts::ToolCall& call) {
    if (trim(call.arguments).empty()) {
        return json::object();
    }
    boost::system::error_code error;
    auto value = json::parse(call.arguments, error);
    if (error || !value.is_object()) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the arguments of {} must be one JSON object{}",
                                call.name,
                                error ? ": " + error.message() : ""));
    }
    return std::move(value.get_object());
}

std::string no_such_tool(std::span<const AgentTool> tools, std::string_view name) {
    std::vector<std::string_view> names;
    for (const auto& tool : tools) {
        names.emplace_back(tool.name);
    }
    const auto nearest = nearest_name(name, names);
    return fmt::format("there is no tool {}{}",
                       truncate_utf8(name, 64),
                       nearest ? fmt::format("; did you mean {}?", *nearest) : std::string());
}

}  // namespace

std::vector<prompts::Tool> offered(std::span<const AgentTool> tools) {
    std::vector<prompts::Tool> all;
    for (const auto& tool : tools) {
        prompts::Tool one;
        one.name = tool.name;
        one.description = tool.description;
        one.parameters = json::parse(tool.schema).as_object();
        all.push_back(std::move(one));
    }
    return all;
}

void call_tool(std::span<const AgentTool> tools,
               const prompts::ToolCall& call,
               const Redact& redact,
               const OutcomeDone& done) {
    const auto tool = std::find_if(tools.begin(), tools.end(), [&](const AgentTool& known) {
        return known.name == call.name;
    });
    if (tool == tools.end()) {
        done(refused(no_such_tool(tools, call.name), redact));
        return;
    }
    auto arguments = arguments_in(call);
    if (arguments) {
        arguments = helpers::check_arguments(tool->schema, std::move(*arguments));
    }
    if (!arguments) {
        done(refused(arguments.error().detail(), redact));
        return;
    }
    tool->run(std::move(*arguments),
              [name = tool->name, redact, done](const Result<json::value>& result) {
                  done(outcome_of(name, result, redact));
              });
}

}  // namespace aifp::agents
