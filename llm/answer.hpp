#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "prompts/message.hpp"

// What comes back over the wire, in no provider's form. Lenient where servers are known to differ,
// strict about an answer that is not whole. (reference: mcp and llm, 3.1 and 3.3)

namespace aifp::llm {

/// Why an answer ended.
enum class Stop {
    done,     ///< It is complete.
    tools,    ///< The AI wants tools called.
    length,   ///< The bound of the answer, or of the model's window, was reached.
    refused,  ///< The provider or the model declined.
    paused,   ///< Anthropic's pause_turn: send what there is again to go on.
};

struct Usage {
    std::int64_t input_tokens = 0;  ///< Those read from a cache and written to it included.
    std::int64_t output_tokens = 0;
    std::int64_t cached_tokens = 0;  ///< Of the input, read from the provider's cache.
};

struct Answer {
    std::string text;
    std::vector<prompts::ToolCall> tool_calls;  ///< Each with an id, made up where there is none.
    Stop stop = Stop::done;
    Usage usage;
};

/// What the ids begin with that are made up where a provider gives none.
inline constexpr std::string_view kMadeUpCallId = "call_";

inline constexpr std::size_t kMaxAnswerBytes = 8 << 20;
inline constexpr std::size_t kMaxToolCalls = 128;

/// The whole body of an answer. Errors: unreachable with the provider's words when the body tells
/// of an error; invalid_input when it is not of this API.
[[nodiscard]] Result<Answer> read_chat_completion(std::string_view body);
[[nodiscard]] Result<Answer> read_message(std::string_view body);
[[nodiscard]] Result<Answer> read_gemini(std::string_view body);

/// An answer that comes in pieces: the data of each server-sent event is given to take(). Errors of
/// take(): as above, and invalid_input beyond kMaxAnswerBytes or kMaxToolCalls; nothing is taken
/// after one. finish() is for the end of the stream. Errors: unreachable when it ended too early.
class AnswerStream {
public:
    virtual ~AnswerStream() = default;
    /// The text that it adds, to be shown at once; empty for most events.
    [[nodiscard]] virtual Result<std::string> take(std::string_view data) = 0;
    [[nodiscard]] virtual Result<Answer> finish() = 0;
};
[[nodiscard]] std::unique_ptr<AnswerStream> make_chat_stream();
[[nodiscard]] std::unique_ptr<AnswerStream> make_message_stream();
[[nodiscard]] std::unique_ptr<AnswerStream> make_gemini_stream();

}  // namespace aifp::llm
