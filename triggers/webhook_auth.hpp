#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/ip_address.hpp"
#include "http/message.hpp"
#include "triggers/replay_ledger.hpp"

namespace aifp::triggers {

/// Turns a string with ${NAME} or a {"$secret": "NAME"} into its text.
using ResolveText = std::function<Result<std::string>(const boost::json::value&)>;

/// HMAC-SHA-256 over `timestamp.body`, or the body alone. (reference/decisions.md, Webhooks)
struct HmacRule {
    std::vector<std::string> secrets;  ///< Any of them may have signed: rotation.
    std::string header = "X-Signature-256";
    std::string timestamp_header = "X-Timestamp";  ///< Empty: the body alone is signed.
    /// Also what tells deliveries apart; without a timestamp instead of the signed text, so that
    /// equal bodies may come. Empty: the hash of the signed text does alone. Nothing signs it: a
    /// timestamp's text is remembered too, or another id would let it come again.
    std::string id_header;
    /// How far the timestamp may be off; without one, how long a delivery is remembered: after it
    /// the same request may come again, whoever sends it.
    Milliseconds window{300'000};
};

/// Who may fire a webhook. All that is given must hold; nothing given means `auth: none`.
struct AuthRules {
    std::vector<std::string> bearer;  ///< Tokens; any of them.
    std::optional<HmacRule> hmac;
    std::vector<http::IpRange> ip;
};

/// Reads the `auth` argument of a webhook. An empty secret, an empty list or an unknown key is an
/// error, never a pass. Errors: invalid_input; what `resolve` returned.
[[nodiscard]] Result<AuthRules> auth_rules_from(const boost::json::value& auth,
                                                const ResolveText& resolve);

/// Why a request was not let in. For the count and the log: the client learns only 401.
enum class AuthFailure {
    none,
    address,    ///< Not in the IP list.
    bearer,     ///< Missing or wrong token.
    timestamp,  ///< Missing, unreadable, or outside the window.
    signature,  ///< Missing or wrong.
    delivery,   ///< The delivery id that was configured is missing.
};
[[nodiscard]] std::string_view name_of(AuthFailure failure) noexcept;

struct AuthVerdict {
    AuthFailure failure = AuthFailure::none;
    std::vector<ReplayMark> marks;  ///< With HMAC: any that the replay ledger knows refuses it.
};

/// Pure. `client` is empty over a unix socket: an IP list then refuses. `scope` keeps the marks of
/// webhooks apart.
[[nodiscard]] AuthVerdict check_auth(const AuthRules& rules,
                                     const http::Request& request,
                                     const std::optional<http::IpAddress>& client,
                                     std::string_view scope,
                                     WallTime now);

/// The client's address: the peer, or, if the peer is a trusted proxy, the nearest address of
/// X-Forwarded-For that is not one. An unreadable entry ends the search at the proxy before it.
[[nodiscard]] std::optional<http::IpAddress> client_address(
    const http::Request& request, const std::vector<http::IpRange>& trusted_proxies);

}  // namespace aifp::triggers
