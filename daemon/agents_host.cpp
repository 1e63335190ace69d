#include "daemon/agents_host.hpp"

#include <utility>

#include "agents/codegen.hpp"
#include "agents/toolset.hpp"
#include "daemon/parts.hpp"

namespace aifp::daemon {

agents::AgentServices AgentsHost::services() {
    agents::AgentServices made;
    made.executor = parts_.loop.get_executor();
    made.ask = [&briefing = briefing_](briefing::Draft draft) {
        return briefing.ask(std::move(draft));
    };
    made.model_name = [&briefing = briefing_] { return briefing.model_name(); };
    made.redact = [keeper = parts_.keeper](std::string text) {
        return keeper->redacted(std::move(text));
    };
    return made;
}

AgentsHost::AgentsHost(const engine::EngineParts& parts, briefing::Briefing& briefing)
    : parts_(parts), briefing_(briefing), step_(services()) {
    for (auto& directive : agents::code_prompt_directives()) {
        briefing_.add(std::move(directive));
    }
}

void AgentsHost::open(engine::Control& control, helpers::Toolbox& toolbox) {
    project_.emplace(project_parts(parts_, control, toolbox, agents::agent_scopes()));
    step_.open(*project_);
    chat_.emplace(services(), *project_, [&settings = parts_.settings] { return settings.chat; });
}

std::unique_ptr<helpers::workflow::Generator> AgentsHost::create_generator() {
    const agents::CodegenParts parts{{parts_.loop.get_executor(), parts_.clock, parts_.paths},
                                     parts_.store,
                                     [&settings = parts_.settings] { return settings.codegen; }};
    return agents::create_ai_generator(
        services(), parts, helpers::workflow::create_python_generator());
}

void AgentsHost::stop() {
    if (chat_) {
        chat_->stop_all();
    }
}

}  // namespace aifp::daemon
