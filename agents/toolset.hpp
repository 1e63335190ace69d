#pragma once

#include <span>
#include <string>
#include <vector>

#include "agents/agent_tool.hpp"
#include "helpers/project_parts.hpp"

namespace aifp::agents {

/// What the chat agent may call: the helper functions that only look, why and trace, the project
/// tools, and update_directive_config. Whatever it writes is a proposal; there is nothing among
/// them that approves, activates, runs, pauses or archives, nor anything that notes down as done
/// what somebody else has to do. `who` stands in the logs and beside its proposals. `parts` must
/// outlive the tools.
[[nodiscard]] std::vector<AgentTool> chat_tools(const helpers::ProjectParts& parts,
                                                const std::string& who);

/// Those of `names` out of what an `ai:` step may call: what the chat agent may, too. Errors:
/// not_found with the nearest name; denied for a helper function that no agent may call.
[[nodiscard]] Result<std::vector<AgentTool>> step_tools(const helpers::ProjectParts& parts,
                                                        const std::string& who,
                                                        std::span<const std::string> names);

/// The scopes with which an agent calls: look, and propose.
[[nodiscard]] std::vector<helpers::Scope> agent_scopes();

}  // namespace aifp::agents
