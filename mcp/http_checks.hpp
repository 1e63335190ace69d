#pragma once

#include <optional>
#include <string_view>

#include "http/message.hpp"
#include "mcp/envelope.hpp"
#include "mcp/message.hpp"

namespace aifp::mcp {

/// Header fields of Streamable HTTP.
namespace fields {
inline constexpr std::string_view kRevision = "Mcp-Protocol-Version";
inline constexpr std::string_view kMethod = "Mcp-Method";
inline constexpr std::string_view kName = "Mcp-Name";
inline constexpr std::string_view kSession = "Mcp-Session-Id";
}  // namespace fields

/// Whether `header` (Accept) lets `type` through; an absent header lets everything through.
[[nodiscard]] bool accepts(const http::Headers& headers, std::string_view type);
/// Whether the body is said to be application/json.
[[nodiscard]] bool is_json_request(const http::Headers& headers);

/// A modern request tells its revision, method and name in its header too, so that what stands in
/// between need not read bodies. Errors: kHeaderMismatch. (reference: MCP 1.3)
[[nodiscard]] std::optional<RpcError> check_headers(const http::Headers& headers,
                                                    const Message& message,
                                                    const Envelope& envelope);

/// Whether an HTTP message is of the modern era: by what its body claims, else by its header.
[[nodiscard]] bool is_modern_message(const http::Headers& headers, const Message& message);

}  // namespace aifp::mcp
