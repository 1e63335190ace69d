#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent_tool.hpp"
#include "agents/exchange.hpp"
#include "base/clock.hpp"
#include "briefing/draft.hpp"
#include "llm/model.hpp"

namespace aifp::agents {

/// Told while an agent works. All may be empty; they must not throw.
struct AgentEvents {
    std::function<void(std::string_view piece)> text;  ///< Given: answers are streamed.
    std::function<void(const prompts::ToolCall&)> calling;
    std::function<void(const prompts::ToolCall&, const ToolOutcome&)> called;
};

/// Nothing: the answer will do.
using FaultFound = std::function<void(std::optional<std::string> fault)>;

/// What an agent is to do.
struct AgentTask {
    explicit AgentTask(std::string agent) : draft(std::move(agent)) {}

    briefing::Draft draft;  ///< Its tools are filled in from `tools`, its on_text from `events`.
    std::vector<AgentTool> tools;
    ExchangeLimits limits;
    Milliseconds max_time = std::chrono::minutes(10);  ///< Of all of it.
    /// Says what is wrong with an answer, for the AI to read, or nothing; calls `found` once, on
    /// the loop. Empty: any text will do.
    std::function<void(const std::string& text, FaultFound found)> judge;
    AgentEvents events;
};

/// What came of it. With an error the rest tells how far it came.
struct AgentResult {
    std::optional<Error> error;  ///< Of the model, of the request's assembly, timed_out, cancelled.
    Ended ended = Ended::answered;
    std::string text;
    std::vector<prompts::Message> added;  ///< To the conversation: whole, fit to be stored.
    llm::Usage usage;
    int rounds = 0;
    llm::ModelName model;
};

/// What agents work with; what it refers to outlives every run. As functions, so that a test can
/// stand in for all of them.
struct AgentServices {
    boost::asio::any_io_executor executor;
    /// Puts a request together, sends it and keeps its manifest (briefing::Briefing::ask).
    std::function<boost::asio::awaitable<Result<llm::Reply>>(briefing::Draft)> ask;
    /// Nothing: no provider is set.
    std::function<std::optional<llm::ModelName>()> model_name;
    Redact redact = {};  ///< May be empty.
};

/// Asks until there is an answer: sends requests, each put together anew, and calls the tools that
/// the AI asks for (all of one answer at once), within the task's bounds. `done` comes once, on the
/// loop, perhaps before this returns. The returned function stops it: `done` then comes with
/// `cancelled`, and nothing more is sent; what a tool is doing is not undone.
std::function<void()> run_agent(const AgentServices& services,
                                AgentTask task,
                                std::function<void(AgentResult)> done);

}  // namespace aifp::agents
