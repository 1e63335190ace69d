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

}  // namespace aifp::helpers
