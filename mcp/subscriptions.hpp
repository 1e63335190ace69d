#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/call.hpp"
#include "mcp/peer.hpp"
#include "mcp/provider.hpp"

namespace aifp::mcp {

inline constexpr std::size_t kMaxListening = 1'024;

/// Who wants to hear of changes: modern calls of `subscriptions/listen`, and legacy peers. Loop
/// thread only; owned by the Dispatcher.
class Subscriptions {
public:
    /// Acknowledges and keeps the call open. Refuses it beyond kMaxListening.
    void listen(const CallPtr& call, const Offer& offer);
    /// A legacy client that has initialized.
    void join(const PeerPtr& peer);

    void list_changed(std::string_view list);  ///< "tools", "prompts", "resources"
    void resource_updated(const std::string& uri);
    /// Ends every listening call with its result.
    void end_all();
    [[nodiscard]] std::size_t listening() const noexcept { return listeners_.size(); }

private:
    struct Listener {
        CallPtr call;
        std::set<std::string, std::less<>> lists;
        std::set<std::string> uris;
    };
    void tell(const Listener& listener, std::string_view method, boost::json::object params);
    void tell_peers(std::string_view method, const std::string& params, const std::string* uri);
    void forget_closed();

    std::vector<Listener> listeners_;
    std::vector<std::weak_ptr<Peer>> peers_;
};

}  // namespace aifp::mcp
