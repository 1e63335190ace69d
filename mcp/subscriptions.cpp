#include "mcp/subscriptions.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_text.hpp"
#include "mcp/envelope.hpp"

namespace aifp::mcp {
namespace {

struct List {
    std::string_view name;
    std::string_view filter;  ///< In the parameters of subscriptions/listen.
    bool Offer::*offered;
};
constexpr std::array<List, 3> kLists{
    {{"tools", "toolsListChanged", &Offer::tools_change},
     {"prompts", "promptsListChanged", &Offer::prompts_change},
     {"resources", "resourcesListChanged", &Offer::resources_change}}};
constexpr std::string_view kUris = "resourceSubscriptions";

boost::json::object subscription_meta(const Call& call) {
    boost::json::object meta;
    meta[boost::json::string_view(meta::kSubscriptionId.data(), meta::kSubscriptionId.size())] =
        call.id();
    return meta;
}

const boost::json::object* filter_of(const Call& call) {
    const auto* filter = call.params().if_contains("notifications");
    return filter == nullptr ? nullptr : filter->if_object();
}

bool is_asked_for(const boost::json::object& filter, std::string_view name) {
    const auto* wanted = find_member(filter, name);
    return wanted != nullptr && wanted->is_bool() && wanted->as_bool();
}

}  // namespace

void Subscriptions::listen(const CallPtr& call, const Offer& offer) {
    const auto* filter = filter_of(*call);
    if (filter == nullptr) {
        call->refuse(RpcError{codes::kBadParameters, "\"notifications\" must be an object"});
        return;
    }
    forget_closed();
    if (listeners_.size() >= kMaxListening) {
        call->refuse(RpcError{codes::kInternal, "too many subscriptions are open"});
        return;
    }
    Listener listener;
    listener.call = call;
    boost::json::object honoured;
    for (const auto& list : kLists) {
        if (offer.*list.offered && is_asked_for(*filter, list.filter)) {
            listener.lists.emplace(list.name);
            honoured[boost::json::string_view(list.filter.data(), list.filter.size())] = true;
        }
    }
    const auto* uris = find_member(*filter, kUris);
    if (offer.subscribe && uris != nullptr && uris->is_array()) {
        boost::json::array kept;
        for (const auto& uri : uris->as_array()) {
            if (uri.is_string() && listener.uris.size() < kMaxSubscribed) {
                listener.uris.emplace(uri.as_string().c_str());
                kept.push_back(uri);
            }
        }
        honoured["resourceSubscriptions"] = std::move(kept);
    }
    call->begin_listening();
    boost::json::object params;
    params["notifications"] = std::move(honoured);
    tell(listener, "notifications/subscriptions/acknowledged", std::move(params));
    listeners_.push_back(std::move(listener));
}

void Subscriptions::join(const PeerPtr& peer) {
    std::erase_if(peers_, [](const auto& known) { return known.expired(); });
    peers_.push_back(peer);
}

void Subscriptions::tell(const Listener& listener,
                         std::string_view method,
                         boost::json::object params) {
    params["_meta"] = subscription_meta(*listener.call);
    listener.call->notify(method, json_text(params));
}

void Subscriptions::tell_peers(std::string_view method,
                               const std::string& params,
                               const std::string* uri) {
    for (const auto& known : peers_) {
        const auto peer = known.lock();
        const auto side = peer ? peer->side.lock() : nullptr;
        if (side && (uri == nullptr || peer->subscribed.contains(*uri))) {
            side->send(notification_text(method, params));
        }
    }
}

void Subscriptions::list_changed(std::string_view list) {
    forget_closed();
    const std::string method = "notifications/" + std::string(list) + "/list_changed";
    const auto listeners = listeners_;
    for (const auto& listener : listeners) {
        if (listener.lists.contains(list)) {
            tell(listener, method, {});
        }
    }
    tell_peers(method, "{}", nullptr);
}

void Subscriptions::resource_updated(const std::string& uri) {
    forget_closed();
    boost::json::object params;
    params["uri"] = uri;
    const auto listeners = listeners_;
    for (const auto& listener : listeners) {
        if (listener.uris.contains(uri)) {
            tell(listener, "notifications/resources/updated", params);
        }
    }
    tell_peers("notifications/resources/updated", json_text(params), &uri);
}

void Subscriptions::forget_closed() {
    std::erase_if(listeners_, [](const Listener& listener) { return !listener.call->is_open(); });
}

bool Subscriptions::has_listeners() {
    forget_closed();
    std::erase_if(peers_, [](const auto& known) { return known.expired(); });
    return !listeners_.empty() || !peers_.empty();
}

void Subscriptions::end_all() {
    const auto listeners = std::exchange(listeners_, {});
    for (const auto& listener : listeners) {
        listener.call->end_listening();
    }
    peers_.clear();
}

}  // namespace aifp::mcp
