#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "actions/action.hpp"

// How an `ai:` step reaches the agents. Declared here, implemented above the engine, so that no
// action points upward.

namespace aifp::actions {

/// A piece of a step's prompt: what the owner wrote, or what a template gave.
struct PromptPiece {
    std::string text;
    std::string source;  ///< Of a template its expression; empty: the owner's own words.
};

/// What a step asks an AI.
struct AiQuestion {
    LedgerId run;
    std::string directive;                   ///< Its name.
    std::string step;                        ///< Name of the step's output (`as`); may be empty.
    std::vector<PromptPiece> prompt;         ///< The goals. What templates gave is data in them.
    boost::json::value input;                ///< What it is about: data. Null: nothing.
    std::vector<std::string> context_files;  ///< Paths below the project.
    std::vector<std::string> tools;          ///< Names of what it may call.
    boost::json::object output_schema;       ///< Of the answer; empty: any text will do.
    std::int64_t max_rounds = 12;            ///< Requests at most.
    std::int64_t max_tokens = 50'000;  ///< Input and output of all requests together, at most.
};

/// The agents as the engine sees them. Loop thread only; outlives every step.
class Ai {
public:
    virtual ~Ai() = default;
    /// Whether such a question can be asked at all, as far as the directive says it. Errors:
    /// not_found (a tool), denied (a tool that no step may use), invalid_input (the schema).
    [[nodiscard]] virtual Status check(const AiQuestion& question) const = 0;
    /// Asks. The answer: {text, json (with a schema: what it gave), model, tokens, requests}.
    /// Errors: of the provider, with the classes of docs/errors.md; "config" when none is set,
    /// "answer" when what came is not what was asked for, "limit" beyond a bound.
    [[nodiscard]] virtual Cancel ask(AiQuestion question, Done done) = 0;
};

}  // namespace aifp::actions
