#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "mcp/message.hpp"
#include "mcp/peer.hpp"

namespace aifp::mcp {

/// What a modern request says of itself in `_meta`. (reference: MCP 1.2)
struct Envelope {
    std::string revision;  ///< As written; may be one that nobody knows.
    boost::json::object client_capabilities;
    std::optional<LogLevel> log_threshold;
};

/// Names within `_meta`.
namespace meta {
inline constexpr std::string_view kRevision = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view kCapabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view kLogLevel = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view kServerInfo = "io.modelcontextprotocol/serverInfo";
inline constexpr std::string_view kSubscriptionId = "io.modelcontextprotocol/subscriptionId";
}  // namespace meta

/// Whether the parameters claim to be modern, rightly or not.
[[nodiscard]] bool claims_modern(const boost::json::object& params) noexcept;

/// Errors: kBadParameters (HTTP 400) when `_meta` lacks the revision or the capabilities.
[[nodiscard]] tl::expected<Envelope, RpcError> read_envelope(const boost::json::object& params);

/// The refusal of a revision that is not served, naming those that are.
[[nodiscard]] RpcError unsupported_revision(std::string_view requested);

/// The member, or null: for looking into what a client sent.
[[nodiscard]] const boost::json::value* find_member(const boost::json::object& object,
                                                    std::string_view name) noexcept;
/// Its text, or nothing if it is absent or something else.
[[nodiscard]] std::optional<std::string_view> find_text(const boost::json::object& object,
                                                        std::string_view name) noexcept;

}  // namespace aifp::mcp
