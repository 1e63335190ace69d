#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/prompt_settings.hpp"
#include "prompts/context_file.hpp"
#include "prompts/tool.hpp"

namespace aifp::prompts {

/// One step of a workflow, as the AI is told about it.
struct WorkflowStep {
    std::string id;
    std::string type;     ///< "fetch", "ai", "publish" ...
    std::string handler;  ///< What does it, in words ("rss"); "?" if nobody knows; empty: nothing.
};

/// What the AI step of a pipeline brings along. A run makes it once, when it starts, and keeps it:
/// a prompt that is edited meanwhile counts from the next run on.
struct Pipeline {
    std::int64_t id = 0;
    std::string prompt;               ///< The goals, as the step has them.
    std::vector<WorkflowStep> steps;  ///< In their order; empty: not known.
    std::string current_step;         ///< Id of the step that is running.
};

/// What the AI is told about the site, with all extensions applied.
struct SiteView {
    boost::json::object data;
    std::string provider;
    bool is_stale = false;  ///< The provider failed; this is from before.
};

/// Everything a prompt directive may look at, read before the assembly begins so that assembling
/// does no I/O. Identities have no defaults: one that is not known is absent.
struct Context {
    std::string agent;  ///< "chat", "pipeline", "codegen" or any other name, compared exactly.
    std::string provider;
    std::string model;
    std::optional<std::int64_t> job_id;  ///< Of the run.
    std::optional<std::int64_t> user_id;
    std::optional<std::string> session_id;
    std::optional<std::string> step_id;
    std::optional<std::string> directive;  ///< The automation that it is about.
    std::vector<Tool> tools;
    config::Prompts settings;
    /// Null: the request belongs to no pipeline. An error: it does, and that could not be read.
    Result<std::shared_ptr<const Pipeline>> pipeline = nullptr;
    LoadedFiles files;       ///< Read for this very request.
    LoadedFiles hook_files;  ///< Those that prompt directives of hooks name, likewise.
    std::shared_ptr<const SiteView> site;  ///< Null: switched off, or nothing known yet.
};

/// The names that `{{context.NAME}}` and `when: {has: NAME}` know.
[[nodiscard]] std::span<const std::string_view> context_keys() noexcept;
/// The value of one of them as text, or nothing if it is absent or the name is unknown.
[[nodiscard]] std::optional<std::string> find_value(const Context& context, std::string_view key);

}  // namespace aifp::prompts
