#include "mcp/call.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "mcp/envelope.hpp"

namespace aifp::mcp {

std::string key_of(const boost::json::value& id) {
    return json_text(id);
}

Call::Call(CallFacts facts,
           PeerPtr peer,
           std::shared_ptr<Outlet> outlet,
           std::shared_ptr<const std::string> server_meta)
    : facts_(std::move(facts)),
      peer_(std::move(peer)),
      outlet_(std::move(outlet)),
      server_meta_(std::move(server_meta)) {}

Call::~Call() {
    try {
        refuse(RpcError{codes::kInternal, "the request was dropped without an answer"});
    } catch (...) {
        // Out of memory: the client's own patience ends its wait.
    }
}

bool Call::client_can(std::string_view capability) const {
    const auto* declared = facts_.client_capabilities.if_contains(
        boost::json::string_view(capability.data(), capability.size()));
    return declared != nullptr && declared->is_object();
}

void Call::close() {
    open_ = false;
    on_cancel_ = nullptr;
    peer_->open.erase(key_of(id()));
    peer_->listening -= listening_ ? 1U : 0U;
    for (const auto number : asked_) {
        peer_->asked.erase(number);
    }
}

void Call::answer(ResultText result, std::string_view result_type) {
    if (!open_) {
        return;
    }
    if (is_modern(revision())) {
        result.add_text("resultType", result_type);
        result.add_raw("_meta", *server_meta_);
    }
    close();
    outlet_->finish(response_text(id(), std::move(result).take()), 200);
}

void Call::refuse(const RpcError& error) {
    if (!open_) {
        return;
    }
    close();
    outlet_->finish(error_text(id(), error), is_modern(revision()) ? http_status_of(error) : 200);
}

void Call::end_listening() {
    if (!open_) {
        return;
    }
    close();
    ResultText own_meta;
    own_meta.add(meta::kSubscriptionId, id());
    ResultText result;
    result.add_text("resultType", "complete");
    result.add_raw("_meta", std::move(own_meta).take());
    outlet_->finish(response_text(id(), std::move(result).take()), 200);
}

void Call::cancel() {
    if (!open_) {
        return;
    }
    const auto listener = std::exchange(on_cancel_, nullptr);
    close();
    outlet_->abandon();
    if (listener) {
        listener();
    }
}

void Call::notify(std::string_view method, std::string_view params) {
    if (open_) {
        outlet_->send(notification_text(method, params));
    }
}

void Call::progress(double done, double total, std::string_view text) {
    if (facts_.progress_token.is_null() || (last_progress_ && done <= *last_progress_)) {
        return;
    }
    last_progress_ = done;
    ResultText params;
    params.add("progressToken", facts_.progress_token);
    params.add("progress", done);
    params.add("total", total);
    if (features().hints) {
        params.add_if("message", text);
    }
    notify("notifications/progress", std::move(params).take());
}

void Call::log(LogLevel level, std::string_view logger, const boost::json::value& data) {
    if (!facts_.log_threshold || level < *facts_.log_threshold) {
        return;
    }
    ResultText params;
    params.add_text("level", name_in(kLogLevelNames, level));
    params.add_text("logger", logger);
    params.add("data", data);
    notify("notifications/message", std::move(params).take());
}

void Call::ask(std::string_view capability,
               std::string_view method,
               const boost::json::value& params,
               ClientAnswer answer) {
    if (!client_can(capability)) {
        answer(tl::unexpected<RpcError>(RpcError{
            codes::kMissingCapability,
            "the client did not declare the capability \"" + std::string(capability) + "\""}));
        return;
    }
    if (!open_ || peer_->asked.size() >= kMaxAsked) {
        answer(tl::unexpected<RpcError>(
            RpcError{codes::kInternal, "too many requests wait for an answer of the client"}));
        return;
    }
    const std::int64_t number = peer_->next_asked++;
    asked_.push_back(number);
    peer_->asked.emplace(number,
                         [weak = weak_from_this(), answer = std::move(answer)](auto outcome) {
                             const auto self = weak.lock();
                             if (self && self->is_open()) {
                                 answer(std::move(outcome));
                             }
                         });
    outlet_->send(request_text(number, method, json_text(params)));
}

}  // namespace aifp::mcp
