#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "llm/file_ids.hpp"
#include "prompts/assemble.hpp"

// What goes over the wire: an assembled request in the form of a provider. Pure functions: the same
// request gives the same bytes, whether it is sent or shown. Every text of every message is in the
// result, in its order, whatever the form. (reference: mcp and llm, 3.1 and 3.3)

namespace aifp::llm {

/// Where a provider takes system messages.
enum class SystemMode {
    multi,         ///< As many as there are, in their places (OpenAI).
    single_first,  ///< One, in front: many chat templates refuse another (llama.cpp, vLLM, Ollama).
    top_level,     ///< Not among the messages but beside them (Anthropic, Gemini).
};

/// How an endpoint that speaks Chat Completions wants its requests.
struct ChatOptions {
    std::string model;
    SystemMode system_mode = SystemMode::single_first;  ///< multi or single_first.
    std::optional<std::int64_t> max_tokens;             ///< Of the answer; absent: the provider's.
    bool is_openai = false;             ///< Says max_completion_tokens instead of max_tokens.
    std::optional<double> temperature;  ///< Absent: not sent.
    bool is_streamed = false;           ///< With the usage in a last chunk.
    bool takes_images = true;
    bool takes_pdf = false;  ///< OpenAI does; local servers mostly do not.
    FileIds file_ids = {};   ///< Of PDFs that are stored there.
};
/// The body of POST {base}/chat/completions. An image or PDF stands, below its label, in the first
/// message of the user; what the endpoint does not take is named there with the reason.
[[nodiscard]] boost::json::object chat_completions_body(const prompts::Assembled& request,
                                                        const ChatOptions& options);

/// The version of the Messages API that is spoken: header `anthropic-version`.
inline constexpr const char* kAnthropicVersion = "2026-10-21";

/// How Anthropic's Messages API is asked. Sampling is not set: the version refuses it.
struct MessagesOptions {
    std::string model;
    std::int64_t max_tokens = 4'096;  ///< Of the answer; the API demands one.
    bool is_streamed = false;
    /// Marks the end of the blocks that stay the same from turn to turn, so that the provider reads
    /// them from its cache.
    bool marks_cache = true;
    FileIds file_ids = {};  ///< Of attachments that are stored there.
};
/// The body of POST {base}/v1/messages. All system texts are blocks of `system`; messages of one
/// role that follow each other become one; where the conversation does not begin with the user, a
/// message "Begin." stands first, as the API demands one.
[[nodiscard]] boost::json::object messages_body(const prompts::Assembled& request,
                                                const MessagesOptions& options);

/// How Gemini's generateContent is asked.
struct GeminiOptions {
    std::optional<std::int64_t> max_tokens;  ///< Of the answer; absent: the model's.
    std::optional<double> temperature;       ///< Absent: not sent.
};
/// The body of POST {base}/models/MODEL:generateContent, and of :streamGenerateContent. All system
/// texts are parts of `systemInstruction`, attachments are parts of the first content of the user,
/// messages of one role that follow each other become one content, results of tools one of their
/// own. A conversation that does not begin with the user begins with "Begin.". A tool's answer
/// carries the name of the call that it answers.
[[nodiscard]] boost::json::object gemini_body(const prompts::Assembled& request,
                                              const GeminiOptions& options);

}  // namespace aifp::llm
