#pragma once

#include <memory>
#include <optional>

#include "agents/chat.hpp"
#include "agents/step_agent.hpp"
#include "briefing/briefing.hpp"
#include "engine/engine.hpp"
#include "helpers/project_parts.hpp"
#include "helpers/toolbox.hpp"
#include "helpers/workflow/generator.hpp"

namespace aifp::daemon {

/// The agents of one project. Loop thread only; made after the briefing and before the engine,
/// whose `ai:` steps reach them through ai(); destroyed after the engine.
class AgentsHost {
public:
    /// `parts` are the engine's; what they refer to outlives this object. Registers what stands in
    /// front of the agents' requests with the briefing.
    AgentsHost(const engine::EngineParts& parts, briefing::Briefing& briefing);

    [[nodiscard]] actions::Ai& ai() noexcept { return step_; }
    /// What stands above the engine is there: from here on agents can work.
    void open(engine::Control& control, helpers::Toolbox& toolbox);
    /// Precondition: open.
    [[nodiscard]] agents::Chat& chat() { return *chat_; }
    /// Writes implementations with an AI where a provider is set, else from tables.
    [[nodiscard]] std::unique_ptr<helpers::workflow::Generator> create_generator();
    /// Ends the conversations under way.
    void stop();

private:
    [[nodiscard]] agents::AgentServices services();

    engine::EngineParts parts_;
    briefing::Briefing& briefing_;
    agents::StepAgent step_;
    std::optional<helpers::ProjectParts> project_;
    std::optional<agents::Chat> chat_;
};

}  // namespace aifp::daemon
