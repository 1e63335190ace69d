#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/llm_settings.hpp"
#include "http/message.hpp"
#include "llm/file_ids.hpp"
#include "prompts/assemble.hpp"

// A request as it goes over the wire. What is shown and what is sent come from here. Pure.

namespace aifp::llm {

/// Anthropic refuses more (413), and nobody else takes it gladly.
inline constexpr std::size_t kMaxRequestBytes = 32 << 20;

/// A POST, complete but for Host and Content-Length.
struct Wire {
    std::string url;
    std::vector<http::Header> headers;
    std::string body;
};

/// What the settings do not say.
struct WireOptions {
    std::string api_key;  ///< As sent; empty: no header for it.
    std::optional<std::int64_t> max_tokens;
    bool is_streamed = false;
    FileIds file_ids;        ///< Of attachments that are stored at the provider.
    bool is_upload = false;  ///< The headers are for storing a file.
    /// Takes secrets out of all texts, whoever assembled them; null: they are sent as they are.
    std::function<std::string(std::string)> redact;
};

/// Whether there is somebody to ask. Errors: conflict with the lines to write into engine.yaml.
[[nodiscard]] Status check_provider(const config::Llm& settings);

/// Whether the request may go there. Errors: invalid_input when the URL is none, or leads over
/// plain http to another machine. Precondition: check_provider().
[[nodiscard]] Status check_address(const config::Llm& settings);

/// Errors: of check_provider() and check_address(); invalid_input when the body is longer than
/// kMaxRequestBytes.
[[nodiscard]] Result<Wire> make_wire(const config::Llm& settings,
                                     const prompts::Assembled& request,
                                     const WireOptions& options);

/// "POST URL", the headers, an empty line and the body, byte for byte; of the key only "***".
[[nodiscard]] std::string shown(const Wire& wire);

}  // namespace aifp::llm
