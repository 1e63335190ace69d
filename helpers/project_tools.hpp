#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <string>

#include "base/result.hpp"
#include "helpers/project_parts.hpp"

namespace aifp::helpers {

/// What MCP and the chat agent have beside the helper functions: propose_directive,
/// validate_directive, dry_run, explain, read_logs.
using ToolDone = std::function<void(Result<boost::json::value>)>;

/// One row per tool. `run` gets arguments that passed the schema; loop thread; calls `done` once.
struct ProjectTool {
    std::string_view name;
    std::string_view purpose;
    std::string parameters;  ///< JSON Schema, text.
    std::string result;      ///< JSON Schema of an object, text.
    helpers::Hints hints;
    helpers::Scope scope;
    void (*run)(const ProjectParts& parts,
                const helpers::Arguments& arguments,
                const std::string& who,
                ToolDone done);
};
[[nodiscard]] std::span<const ProjectTool> project_tools();

/// A call of one.
struct ProjectToolCall {
    helpers::Arguments arguments;  ///< That passed the schema.
    std::string who;
    std::string from = {};  ///< "127.0.0.1:40112"; empty: not known.
};

/// Runs it for a caller who is known to have its scope; one that changes something leaves a line
/// in the lifecycle log (helpers/audit.hpp). `tool` is one of project_tools().
void run_project_tool(const ProjectTool& tool,
                      const ProjectParts& parts,
                      ProjectToolCall call,
                      ToolDone done);

}  // namespace aifp::helpers
