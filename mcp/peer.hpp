#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>

#include "base/enum_names.hpp"
#include "mcp/message.hpp"
#include "mcp/outlet.hpp"
#include "mcp/revision.hpp"

namespace aifp::mcp {

class Call;

/// Severities of notifications/message (RFC 5424), least first.
enum class LogLevel { debug, info, notice, warning, error, critical, alert, emergency };
inline constexpr EnumNames<8> kLogLevelNames{
    "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"};

/// What a client answered a request of ours: the result, or its error.
using ClientAnswer = std::function<void(tl::expected<boost::json::value, RpcError>)>;

inline constexpr std::size_t kMaxOpenCalls = 64;
inline constexpr std::size_t kMaxAsked = 64;
inline constexpr std::size_t kMaxSubscribed = 256;

/// One client as far as it is remembered between messages: a connection of lines, a legacy HTTP
/// session; over modern HTTP one request. Loop thread only; owned by its transport. Plain data that
/// the Dispatcher keeps.
struct Peer {
    explicit Peer(std::string who_it_is) : who(std::move(who_it_is)) {}

    const std::string who;             ///< For logs and approvals: "uid 1000", "admin token".
    std::optional<Revision> revision;  ///< Since `initialize`.
    boost::json::object capabilities;  ///< What `initialize` declared.
    LogLevel log_threshold = LogLevel::info;  ///< logging/setLevel.
    std::set<std::string> subscribed;         ///< URIs of resources/subscribe.
    std::weak_ptr<Outlet> side;               ///< For what belongs to no request; may be empty.

    /// By the id's JSON text, so that 1 and "1" are two.
    std::unordered_map<std::string, std::weak_ptr<Call>> open;
    std::map<std::int64_t, ClientAnswer> asked;  ///< Requests of ours, by id.
    std::int64_t next_asked = 1;
};
using PeerPtr = std::shared_ptr<Peer>;

}  // namespace aifp::mcp
