#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent_run.hpp"
#include "agents/code_check.hpp"
#include "config/codegen_settings.hpp"
#include "helpers/workflow/generator.hpp"
#include "prompts/prompt_directive.hpp"
#include "storage/store.hpp"

namespace aifp::agents {

/// What writing implementations works with; outlives the generator.
struct CodegenParts {
    CodeTools tools;
    storage::Store& store;                      ///< For the declared dependencies.
    std::function<config::Codegen()> settings;  ///< Asked at the beginning of each program.
};

/// Writes implementations with an AI where a provider is set, else with `otherwise`. Code is only
/// handed on once it keeps the project's rules (check_code) and its own test passes, contained in a
/// folder of its own; until then the AI is told what is wrong, within codegen.max_rounds. Errors
/// beside those of Generator: of the model; invalid_input with what is still wrong.
[[nodiscard]] std::unique_ptr<helpers::workflow::Generator> create_ai_generator(
    const AgentServices& services,
    const CodegenParts& parts,
    std::unique_ptr<helpers::workflow::Generator> otherwise);

/// The two files in an answer.
struct WrittenCode {
    std::string program;
    std::string test;
};
/// Takes an answer apart: two fenced blocks, the program first. Pure. Errors: invalid_input, for
/// the AI to read.
[[nodiscard]] Result<WrittenCode> code_in_answer(std::string_view text);

/// What stands in front of every request of agent codegen, to be registered with the briefing:
/// codegen_agent (10) and codegen_rules (30), the rules as they are said to the AI.
[[nodiscard]] std::vector<prompts::PromptDirective> code_prompt_directives();
/// What the AI is to write, and under which names. Pure.
[[nodiscard]] std::string code_order(const helpers::workflow::GenerationRequest& request,
                                     const helpers::workflow::Generated& wanted,
                                     const std::vector<std::string>& declared);

}  // namespace aifp::agents
