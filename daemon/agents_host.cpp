#include "daemon/agents_host.hpp"

#include <utility>

#include "agents/codegen.hpp"
#include "agents/toolset.hpp"
#include "directives/files.hpp"

namespace aifp::daemon {

agents::AgentServices AgentsHost::services() {
    agents::AgentServices made;
    made.executor = parts_.loop.get_executor();
    made.ask = [&briefing = parts_.briefing](briefing::Draft draft) {
        return briefing.ask(std::move(draft));
    };
    made.model_name = [&briefing = parts_.briefing] { return briefing.model_name(); };
    made.redact = [keeper = parts_.keeper](std::string text) {
        return keeper->redacted(std::move(text));
    };
    return made;
}

AgentsHost::AgentsHost(const Parts& parts) : parts_(parts), step_(services()) {
    for (auto& directive : agents::code_prompt_directives()) {
        parts_.briefing.add(std::move(directive));
    }
}

void AgentsHost::open(engine::Control& control, helpers::Toolbox& toolbox) {
    project_.emplace(helpers::ProjectParts{control,
                                           toolbox,
                                           parts_.store,
                                           parts_.clock,
                                           parts_.paths,
                                           parts_.settings.timezone,
                                           directives::context_of(parts_.settings, parts_.secrets),
                                           agents::agent_scopes(),
                                           AIFP_VERSION});
    step_.open(*project_);
    chat_.emplace(services(), *project_, [&settings = parts_.settings] { return settings.chat; });
}

std::unique_ptr<helpers::workflow::Generator> AgentsHost::create_generator() {
    const agents::CodegenParts parts{{parts_.loop.get_executor(), parts_.clock, parts_.paths},
                                     parts_.store};
    return agents::create_ai_generator(
        services(), parts, helpers::workflow::create_python_generator());
}

void AgentsHost::stop() {
    if (chat_) {
        chat_->stop_all();
    }
}

}  // namespace aifp::daemon
