#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/llm_settings.hpp"
#include "http/message.hpp"
#include "llm/answer.hpp"
#include "llm/wire.hpp"

// All that differs between one provider's API and another's. A new one is a row in adapters.cpp, a
// file that writes its body and one that reads its answer. For the sources of this room.

namespace aifp::llm {

struct Adapter {
    config::LlmProvider provider;
    std::string_view own_base;  ///< Where the provider itself is; empty: the settings have to say.
    /// What people leave out of an address or do not: put behind it where it is missing. May be "".
    std::string_view version_path;
    /// Behind the base: "/messages".
    std::string (*path)(const config::Llm& settings, bool is_streamed);
    http::Header (*key_header)(const std::string& api_key);
    /// Headers of this API alone.
    std::vector<http::Header> (*own_headers)(const config::Llm& settings,
                                             const WireOptions& options);
    std::string (*body)(const config::Llm& settings,
                        const prompts::Assembled& request,
                        const WireOptions& options);
    Result<Answer> (*read)(std::string_view body);
    std::unique_ptr<AnswerStream> (*make_stream)();
    /// Whether a file of this kind can be stored at the provider and named by its id.
    bool (*stores)(prompts::FileKind kind);
};

/// The row of a provider; null for none.
[[nodiscard]] const Adapter* find_adapter(config::LlmProvider provider) noexcept;

/// "https://api.anthropic.com/v1": without a slash at its end.
[[nodiscard]] std::string base_of(const Adapter& adapter, const config::Llm& settings);

/// Content-Type is not among them. Without a key none is sent.
[[nodiscard]] std::vector<http::Header> headers_of(const Adapter& adapter,
                                                   const config::Llm& settings,
                                                   const WireOptions& options);

}  // namespace aifp::llm
