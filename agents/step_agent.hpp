#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actions/ai.hpp"
#include "agents/agent_run.hpp"
#include "helpers/project_parts.hpp"

namespace aifp::agents {

/// The agent behind `ai:` steps. Loop thread only; owned by the wiring, outlives the engine. Made
/// before the engine, which needs it, and given what stands above the engine by open().
class StepAgent final : public actions::Ai {
public:
    explicit StepAgent(const AgentServices& services) : services_(services) {}

    /// From here on steps can ask. `parts` outlives the engine's runs.
    void open(const helpers::ProjectParts& parts) { parts_ = &parts; }

    [[nodiscard]] Status check(const actions::AiQuestion& question) const override;
    [[nodiscard]] actions::Cancel ask(actions::AiQuestion question, actions::Done done) override;

private:
    AgentServices services_;
    const helpers::ProjectParts* parts_ = nullptr;
};

/// The goals as the AI reads them: the owner's words, with what templates gave marked as data; and
/// what form the answer has to have. Pure.
[[nodiscard]] std::string goals_of(const actions::AiQuestion& question);
/// What the AI is given beside its goals. Pure.
[[nodiscard]] std::string input_of(const actions::AiQuestion& question);
/// What is wrong with an answer, as it is said to the AI, or nothing. Pure.
[[nodiscard]] std::optional<std::string> fault_in(const actions::AiQuestion& question,
                                                  std::string_view answer);
/// The directive's steps in their order, with this one marked. `configuration` is the directive's
/// configuration_json. Pure.
[[nodiscard]] prompts::Pipeline pipeline_of(const actions::AiQuestion& question,
                                            const boost::json::object& configuration);
/// The step's result: its output, or its error with the class of docs/errors.md. Pure.
[[nodiscard]] actions::StepResult step_result(const actions::AiQuestion& question,
                                              const ExchangeLimits& limits,
                                              AgentResult result);

}  // namespace aifp::agents
