#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/message.hpp"
#include "mcp/outlet.hpp"
#include "mcp/peer.hpp"
#include "mcp/result_text.hpp"
#include "mcp/revision.hpp"

namespace aifp::mcp {

/// What is known of a request before it is looked at closer.
struct CallFacts {
    Message request;
    Revision revision = kModern;
    boost::json::object client_capabilities;
    std::optional<LogLevel> log_threshold;        ///< Nothing: no log messages are wanted.
    boost::json::value progress_token = nullptr;  ///< Null: no progress is wanted.
};

/// One request being answered. Exactly one answer goes out: answer(), refuse(), or nothing once it
/// was cancelled; a call that is dropped unanswered is told -32603. Loop thread only. Shared by who
/// works on it; the peer and the outlet may be gone before it.
class Call final : public std::enable_shared_from_this<Call> {
public:
    /// `server_meta`: JSON text of the `_meta` that modern results carry.
    Call(CallFacts facts,
         PeerPtr peer,
         std::shared_ptr<Outlet> outlet,
         std::shared_ptr<const std::string> server_meta);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call();

    [[nodiscard]] const boost::json::value& id() const noexcept { return facts_.request.id; }
    [[nodiscard]] const std::string& method() const noexcept { return facts_.request.method; }
    [[nodiscard]] const boost::json::object& params() const noexcept {
        return facts_.request.params;
    }
    [[nodiscard]] Revision revision() const noexcept { return facts_.revision; }
    [[nodiscard]] Features features() const noexcept { return features_of(facts_.revision); }
    [[nodiscard]] Peer& peer() const noexcept { return *peer_; }
    [[nodiscard]] const PeerPtr& shared_peer() const noexcept { return peer_; }
    [[nodiscard]] bool is_open() const noexcept { return open_; }
    /// Whether the client declared a capability: "sampling", "elicitation", "roots".
    [[nodiscard]] bool client_can(std::string_view capability) const;

    void answer(ResultText result, std::string_view result_type = "complete");
    void refuse(const RpcError& error);
    /// The last word of a subscription that the server ends.
    void end_listening();
    /// The client wants no answer any more: tells on_cancel's listener; the rest is silence.
    void cancel();
    void on_cancel(std::function<void()> listener) { on_cancel_ = std::move(listener); }

    /// Tells how far it is, if the client asked for that; values that do not grow are dropped.
    void progress(double done, double total, std::string_view text = {});
    /// Sends a log message, if the client wants that level.
    void log(LogLevel level, std::string_view logger, const boost::json::value& data);
    /// A notification on this call's own stream.
    void notify(std::string_view method, std::string_view params);
    /// Legacy: asks the client (sampling/createMessage, elicitation/create). The answer comes on
    /// the loop; never, once the call is over. Errors of its own: kMissingCapability when the
    /// client did not declare `capability`, kInternal when too much is being asked.
    void ask(std::string_view capability,
             std::string_view method,
             const boost::json::value& params,
             ClientAnswer answer);

private:
    void close();

    CallFacts facts_;
    PeerPtr peer_;
    std::shared_ptr<Outlet> outlet_;
    std::shared_ptr<const std::string> server_meta_;
    std::function<void()> on_cancel_;
    std::optional<double> last_progress_;
    std::vector<std::int64_t> asked_;  ///< Our requests to the client that wait.
    bool open_ = true;
};
using CallPtr = std::shared_ptr<Call>;

/// The text that names an id in Peer::open.
[[nodiscard]] std::string key_of(const boost::json::value& id);

}  // namespace aifp::mcp
