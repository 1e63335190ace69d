#pragma once

#include <vector>

#include "briefing/briefing.hpp"
#include "engine/engine.hpp"
#include "helpers/project_parts.hpp"
#include "helpers/workflow/services.hpp"

// What a project is made of is listed once, as engine::EngineParts; here is what the rooms above
// the engine take of it.
namespace aifp::daemon {

[[nodiscard]] briefing::BriefingParts briefing_parts(const engine::EngineParts& parts);

[[nodiscard]] helpers::workflow::WorkflowServices workflow_services(
    const engine::EngineParts& parts,
    engine::Engine& engine,
    const helpers::workflow::Generator& generator);

/// For those who work through the helper tools with such scopes: assistants, agents.
[[nodiscard]] helpers::ProjectParts project_parts(const engine::EngineParts& parts,
                                                  engine::Control& control,
                                                  helpers::Toolbox& toolbox,
                                                  std::vector<helpers::Scope> scopes);

}  // namespace aifp::daemon
