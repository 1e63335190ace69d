#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

#include "agents/chat.hpp"
#include "agents/step_agent.hpp"
#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "briefing/briefing.hpp"
#include "config/secret_keeper.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "engine/control.hpp"
#include "helpers/project_parts.hpp"
#include "helpers/toolbox.hpp"
#include "helpers/workflow/generator.hpp"
#include "storage/store.hpp"

namespace aifp::daemon {

/// The agents of one project. Loop thread only; made after the briefing and before the engine,
/// whose `ai:` steps reach them through ai(); destroyed after the engine.
class AgentsHost {
public:
    struct Parts {
        boost::asio::io_context& loop;
        const Clock& clock;
        const ProjectPaths& paths;
        const config::Settings& settings;
        const config::Secrets& secrets;
        storage::Store& store;
        briefing::Briefing& briefing;
        std::shared_ptr<config::SecretKeeper> keeper;
    };
    /// Registers what stands in front of the agents' requests with the briefing.
    explicit AgentsHost(const Parts& parts);

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

    Parts parts_;
    agents::StepAgent step_;
    std::optional<helpers::ProjectParts> project_;
    std::optional<agents::Chat> chat_;
};

}  // namespace aifp::daemon
