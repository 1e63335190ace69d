#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "llm/answer.hpp"
#include "prompts/assemble.hpp"

// The seam to whatever answers: agents know a Model and nothing of providers.

namespace aifp::llm {

/// Who is asked: what a prompts::Context is filled with.
struct ModelName {
    std::string provider;  ///< As in the settings: "anthropic".
    std::string model;
};

/// One request. Has constructors on purpose (GCC 12: see the rules for coroutines).
struct Request {
    explicit Request(std::shared_ptr<const prompts::Assembled> whole)
        : assembled(std::move(whole)) {}

    std::shared_ptr<const prompts::Assembled> assembled;  ///< Never null.
    std::optional<std::int64_t> max_tokens;  ///< Of the answer; absent: what the settings say.
    /// Each piece of the text as it comes, on the loop; it must not throw nor block. Given: the
    /// answer is streamed. What was told cannot be unsaid: after the first piece nothing is tried
    /// again.
    std::function<void(std::string_view piece)> on_text;
};

/// What an answer is worth in numbers, beside the answer.
struct Reply {
    Reply() = default;

    Answer answer;             ///< With the usage.
    std::string request_id;    ///< The provider's, for its support; may be empty.
    int tries = 1;             ///< How often it was sent.
    Milliseconds duration{0};  ///< All tries and pauses together.
};

/// Answers requests. Loop thread only; owned by the wiring, it outlives every ask() under way.
class Model {
public:
    virtual ~Model() = default;

    /// Nothing when no provider is set: the message of ask() then says what to set.
    [[nodiscard]] virtual std::optional<ModelName> name() const = 0;

    /// Sends the request and waits for the whole answer, within the time that the settings give.
    /// Cancelling the coroutine (asio cancellation) closes the connection: nothing more is paid
    /// for. Errors:
    ///   conflict      no provider or no model is set; the text says which lines to write;
    ///   denied        the provider refuses the key, or somebody has to pay or raise a limit there;
    ///   busy          the monthly token budget is used up; the provider wants a pause longer than
    ///                 we stand still for, or failed so often that it is left alone for a while:
    ///                 trying later may help, the text says when;
    ///   invalid_input the provider refuses the request itself, or what it sent is no answer;
    ///   unreachable   no connection, or the provider failed on its side, after all tries;
    ///   timed_out, cancelled.
    [[nodiscard]] virtual boost::asio::awaitable<Result<Reply>> ask(Request request) = 0;
};

}  // namespace aifp::llm
