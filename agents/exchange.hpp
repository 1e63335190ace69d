#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent_tool.hpp"
#include "llm/answer.hpp"
#include "prompts/message.hpp"

namespace aifp::agents {

/// How far an agent may go for one question.
struct ExchangeLimits {
    int max_rounds = 12;                ///< Requests; at least 1, at most kMostRounds.
    std::int64_t max_tokens = 200'000;  ///< Input and output of all requests together.
    std::size_t max_calls = 16;         ///< Of tools in one answer; more are refused.
    int max_mends = 3;                  ///< Answers that are sent back as not what was asked for.
};
inline constexpr int kMostRounds = 50;

/// How an exchange ended.
enum class Ended {
    answered,  ///< With an answer.
    rounds,    ///< max_rounds requests were made and the AI wanted more tools.
    tokens,    ///< max_tokens are used up.
    cut,       ///< The answer was longer than one may be.
    refused,   ///< The provider or the AI declined.
    unusable,  ///< max_mends answers in a row were not what was asked for.
};
/// "answered", "rounds", "tokens", "cut", "refused", "unusable".
[[nodiscard]] std::string_view name_of(Ended ended) noexcept;
/// What a person reads about an end that is no answer; empty for `answered`.
[[nodiscard]] std::string describe(Ended ended, const ExchangeLimits& limits);

/// One question to an AI and all that follows until its answer: a plain state machine that is told
/// what happened and says what to do next. Whoever owns it sends the requests and calls the tools.
/// What it adds to the conversation is always whole: every call of a tool has its result, so that a
/// provider takes it again when the conversation goes on.
class Exchange {
public:
    enum class Step {
        ask,   ///< Send messages() to the AI, then say take().
        call,  ///< Call what calls() names, all at once, then say give().
        end,   ///< ended() and text() say how.
    };

    /// `conversation` ends with what the AI is to answer.
    Exchange(std::vector<prompts::Message> conversation, ExchangeLimits limits);

    /// The AI answered.
    [[nodiscard]] Step take(const llm::Answer& answer);
    /// One outcome for each of calls(), in their order.
    [[nodiscard]] Step give(std::vector<ToolOutcome> outcomes);
    /// After an end with `answered`: the answer will not do; `why` is said to the AI. Gives `end`,
    /// with `unusable` or the bound that is reached, when it is not asked again.
    [[nodiscard]] Step mend(const std::string& why);

    [[nodiscard]] const std::vector<prompts::Message>& messages() const { return messages_; }
    /// What was added to the conversation that it began with.
    [[nodiscard]] std::vector<prompts::Message> added() const;
    [[nodiscard]] const std::vector<prompts::ToolCall>& calls() const { return calls_; }
    [[nodiscard]] Ended ended() const noexcept { return ended_; }
    /// The last thing that the AI said.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const llm::Usage& usage() const noexcept { return usage_; }
    [[nodiscard]] int rounds() const noexcept { return rounds_; }
    /// Tokens that are left.
    [[nodiscard]] std::int64_t tokens_left() const noexcept;

private:
    [[nodiscard]] Step end(Ended ended);
    /// Another request, if the bounds allow one.
    [[nodiscard]] Step again();
    void add_outcome(const prompts::ToolCall& call, ToolOutcome outcome);

    std::vector<prompts::Message> messages_;
    std::size_t began_with_;
    ExchangeLimits limits_;
    std::vector<prompts::ToolCall> calls_;
    std::vector<prompts::ToolCall> over_;  // calls beyond max_calls
    std::string paused_text_;              // of an answer that goes on with the next
    std::string text_;
    llm::Usage usage_;
    int rounds_ = 0;
    int mends_ = 0;
    Ended ended_ = Ended::answered;
};

}  // namespace aifp::agents
