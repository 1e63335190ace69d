#include "daemon/parts.hpp"

#include <utility>

#include "directives/files.hpp"

namespace aifp::daemon {

briefing::BriefingParts briefing_parts(const engine::EngineParts& parts) {
    return {parts.loop,
            parts.clock,
            parts.paths,
            parts.settings,
            parts.secrets,
            parts.store,
            parts.client,
            parts.log,
            nullptr,
            parts.keeper};
}

helpers::workflow::WorkflowServices workflow_services(
    const engine::EngineParts& parts,
    engine::Engine& engine,
    const helpers::workflow::Generator& generator) {
    return {parts.loop.get_executor(),
            parts.clock,
            parts.paths,
            parts.settings,
            parts.secrets,
            parts.store,
            engine.control(),
            engine.upkeep(),
            generator};
}

helpers::ProjectParts project_parts(const engine::EngineParts& parts,
                                    engine::Control& control,
                                    helpers::Toolbox& toolbox,
                                    std::vector<helpers::Scope> scopes) {
    return {control,
            toolbox,
            parts.store,
            parts.clock,
            parts.paths,
            parts.settings.timezone,
            directives::context_of(parts.settings, parts.secrets),
            std::move(scopes),
            AIFP_VERSION,
            {}};
}

}  // namespace aifp::daemon
