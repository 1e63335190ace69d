#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "prompts/prompt_directive.hpp"

namespace aifp::prompts {

// The ids of the seven that the program brings along.
inline constexpr std::string_view kCoreId = "core";
inline constexpr std::string_view kChatAgentId = "chat_agent";
inline constexpr std::string_view kGlobalSystemPromptId = "global_system_prompt";
inline constexpr std::string_view kPipelineSystemPromptId = "pipeline_system_prompt";
inline constexpr std::string_view kPipelineContextFilesId = "pipeline_context_files";
inline constexpr std::string_view kToolDefinitionsId = "tool_definitions";
inline constexpr std::string_view kSiteContextId = "site_context";

/// The JSON of the site is made smaller until it fits (prompts/site_context.hpp).
inline constexpr std::size_t kMaxSiteBytes = 32 << 10;

/// The seven of the document on prompt directives, with its priorities: Core 10 and Tool
/// definitions 40 for chat and pipeline, Chat agent 15 for chat, Global system prompt 20 and Site
/// context 50 for all, Pipeline system prompt 30 and Pipeline context files 35 for pipeline. Only
/// the pipeline system prompt is required: a step that publishes unattended is not sent without its
/// orders.
[[nodiscard]] std::vector<PromptDirective> builtin_directives();

/// "RSS FETCH -> AI (YOU ARE HERE) -> WORDPRESS PUBLISH"; "" without steps.
[[nodiscard]] std::string describe_workflow(const Pipeline& pipeline);

}  // namespace aifp::prompts
