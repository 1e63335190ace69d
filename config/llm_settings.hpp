#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace aifp::config {

/// Whose API is spoken.
enum class LlmProvider {
    none,        ///< No AI is asked; everything else works.
    openai,      ///< Chat Completions as OpenAI has them.
    compatible,  ///< Chat Completions as Ollama, llama.cpp, vLLM and LM Studio have them.
    anthropic,   ///< The Messages API.
    gemini,      ///< Google's generateContent.
};

/// How system texts are put to a server that speaks Chat Completions.
enum class Projection {
    automatic,     ///< multi for OpenAI, single_first for others.
    multi,         ///< As many messages as there are texts.
    single_first,  ///< One message in front: many chat templates refuse another.
};

/// The section `llm` of engine.yaml: the AI that is asked. A changed value counts from the next
/// request on. (reference: mcp and llm, 3.4)
struct Llm {
    LlmProvider provider = LlmProvider::none;
    std::string base_url;  ///< Empty: the provider's own; `compatible` has none and needs one.
    std::string model;
    boost::json::value api_key;  ///< Text or {"$secret": NAME}; null: none is sent.
    Projection projection = Projection::automatic;
    std::optional<double> temperature;  ///< Absent: not sent. Never to Anthropic, which refuses it.
    std::int64_t max_tokens = 4'096;    ///< Of one answer.
    bool stream = true;       ///< false: whole answers only, for servers that cannot do it well.
    std::string api_version;  ///< Of Anthropic's API; empty: the one this program speaks.
    bool allow_plain_http = false;  ///< http:// also to other machines than this one.
    bool takes_images = true;
    std::optional<bool> takes_pdf;  ///< Absent: as the provider is known for.
    bool upload_files = false;      ///< Stores attachments at the provider, each once.
    std::string ca_file;            ///< Certificates to trust besides the system's.
    Milliseconds connect_timeout = Seconds(10);
    Milliseconds first_byte_timeout = Seconds(120);   ///< A local server may load its model first.
    Milliseconds idle_timeout = Seconds(60);          ///< Between two pieces of a streamed answer.
    Milliseconds timeout = std::chrono::minutes(10);  ///< Of the whole request, all tries together.
    std::int64_t max_retries = 2;
    std::int64_t monthly_token_budget = 0;  ///< Input and output of a calendar month (UTC); 0: any.

    friend bool operator==(const Llm&, const Llm&) = default;
};

[[nodiscard]] std::string_view name_of(LlmProvider provider) noexcept;
[[nodiscard]] std::string_view name_of(Projection projection) noexcept;

}  // namespace aifp::config
