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
#include <vector>

#include "base/enum_names.hpp"
#include "helpers/tool.hpp"
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
    explicit Peer(helpers::Caller caller)
        : who(std::move(caller.who)),
          from(std::move(caller.from)),
          scopes(std::move(caller.scopes)) {}

    const std::string who;   ///< For logs and approvals: "uid 1000", "admin token".
    const std::string from;  ///< Where it connects from; may be empty.
    /// What the connection was opened with: bounds what the setting mcp.scope allows.
    const std::vector<helpers::Scope> scopes;
    std::optional<Revision> revision;         ///< Since `initialize`.
    boost::json::object capabilities;         ///< What `initialize` declared.
    LogLevel log_threshold = LogLevel::info;  ///< logging/setLevel.
    std::set<std::string> subscribed;         ///< URIs of resources/subscribe.
    std::weak_ptr<Outlet> side;               ///< For what belongs to no request; may be empty.

    /// By the id's JSON text, so that 1 and "1" are two.
    std::unordered_map<std::string, std::weak_ptr<Call>> open;
    std::size_t listening = 0;  ///< Of these: subscriptions, which end with the connection.
    /// Whether a request is under way that will be answered.
    [[nodiscard]] bool waits_for_answers() const { return open.size() > listening; }

    std::map<std::int64_t, ClientAnswer> asked;  ///< Requests of ours, by id.
    std::int64_t next_asked = 1;
};
using PeerPtr = std::shared_ptr<Peer>;

}  // namespace aifp::mcp
