#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace aifp::mcp {

/// Codes of JSON-RPC 2.0 and of MCP. (reference: MCP 1.2)
namespace codes {
inline constexpr int kNotJson = -32700;
inline constexpr int kNotAMessage = -32600;
inline constexpr int kNoSuchMethod = -32601;
inline constexpr int kBadParameters = -32602;
inline constexpr int kInternal = -32603;
inline constexpr int kLegacyNotFound = -32002;     ///< resources/read, legacy only.
inline constexpr int kHeaderMismatch = -32020;     ///< A header is missing or says another thing.
inline constexpr int kMissingCapability = -32021;  ///< The client did not declare it.
inline constexpr int kUnsupportedRevision = -32022;
}  // namespace codes

/// Bytes of one message; more is refused. Levels of nesting; a deeper text is refused.
inline constexpr std::size_t kMaxMessageBytes = 4'194'304;
inline constexpr std::size_t kMaxDepth = 64;

/// The error object of an answer. `data` is left out when null.
struct RpcError {
    int code = codes::kInternal;
    std::string message;
    boost::json::value data = nullptr;
    int http_status = 0;  ///< 0: what the code stands for.
};

/// The status that HTTP gives an answer with this error (modern; legacy: 200 once dispatched).
[[nodiscard]] int http_status_of(const RpcError& error) noexcept;

/// One JSON-RPC message.
struct Message {
    enum class Kind { request, notification, response };
    Kind kind = Kind::notification;
    boost::json::value id = nullptr;  ///< String or integer of a request or a response.
    std::string method;
    boost::json::object params;
    boost::json::object response;  ///< The whole message, of a response.
};

/// Why a text is no message, and the id if one could be read (else null).
struct Refusal {
    RpcError error;
    boost::json::value id = nullptr;
};

/// Text to JSON. Errors: kNotJson, also for more than kMaxDepth levels.
[[nodiscard]] tl::expected<boost::json::value, RpcError> parse_json(std::string_view text);
/// JSON to a message. Errors: kNotAMessage.
[[nodiscard]] tl::expected<Message, Refusal> read_message(boost::json::value json);

/// Messages as they go out, on one line. `result` and `params` are JSON texts.
[[nodiscard]] std::string response_text(const boost::json::value& id, std::string_view result);
/// A null id is left out: the schemas know no null.
[[nodiscard]] std::string error_text(const boost::json::value& id, const RpcError& error);
[[nodiscard]] std::string notification_text(std::string_view method, std::string_view params);
[[nodiscard]] std::string request_text(const boost::json::value& id,
                                       std::string_view method,
                                       std::string_view params);

}  // namespace aifp::mcp
