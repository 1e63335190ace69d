#include "mcp/dispatcher.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <utility>

namespace aifp::mcp {
namespace {

std::string meta_text(const About& about) {
    ResultText server;
    server.add_text("name", about.name);
    server.add_text("version", about.version);
    ResultText meta;
    meta.add_raw(meta::kServerInfo, std::move(server).take());
    return std::move(meta).take();
}

boost::json::value progress_token_of(const boost::json::object& params) {
    const auto* meta = params.if_contains("_meta");
    const auto* token = meta != nullptr && meta->is_object()
                            ? find_member(meta->as_object(), "progressToken")
                            : nullptr;
    const bool is_token =
        token != nullptr && (token->is_string() || token->is_int64() || token->is_uint64());
    return is_token ? *token : boost::json::value();
}

/// Gathers the answers of a batch; the last one sends them all.
class BatchOutlet final : public Outlet {
public:
    explicit BatchOutlet(std::shared_ptr<Outlet> whole) : whole_(std::move(whole)) {}
    BatchOutlet(const BatchOutlet&) = delete;
    BatchOutlet& operator=(const BatchOutlet&) = delete;
    // Every call of the batch holds the outlet: once it goes, all have been answered.
    ~BatchOutlet() override {
        if (answers_.size() > 1) {
            whole_->finish(answers_ + "]", 200);
        } else {
            whole_->abandon();
        }
    }
    void send(std::string message) override { whole_->send(std::move(message)); }
    void finish(std::string message, int) override { append_element(answers_, message); }
    void abandon() override {}

private:
    std::shared_ptr<Outlet> whole_;
    std::string answers_ = "[";
};

}  // namespace

/// One row per method.
struct Dispatcher::Method {
    std::string_view name;
    void (Dispatcher::*run)(const CallPtr&);
    bool legacy;
    bool modern;
    bool Offer::*needs;  ///< Null: always there.
};

const Dispatcher::Method* Dispatcher::find_method(std::string_view name) {
    using D = Dispatcher;
    static constexpr std::array kMethods{
        Method{"server/discover", &D::discover, false, true, nullptr},
        Method{"initialize", &D::initialize, true, false, nullptr},
        Method{"ping", &D::ping, true, false, nullptr},
        Method{"tools/list", &D::list_tools, true, true, &Offer::tools},
        Method{"tools/call", &D::call_tool, true, true, &Offer::tools},
        Method{"resources/list", &D::list_resources, true, true, &Offer::resources},
        Method{"resources/templates/list", &D::list_templates, true, true, &Offer::resources},
        Method{"resources/read", &D::read_resource, true, true, &Offer::resources},
        Method{"resources/subscribe", &D::subscribe, true, false, &Offer::subscribe},
        Method{"resources/unsubscribe", &D::unsubscribe, true, false, &Offer::subscribe},
        Method{"prompts/list", &D::list_prompts, true, true, &Offer::prompts},
        Method{"prompts/get", &D::get_prompt, true, true, &Offer::prompts},
        Method{"completion/complete", &D::complete, true, true, &Offer::completions},
        Method{"logging/setLevel", &D::set_level, true, false, &Offer::logging},
        Method{"subscriptions/listen", &D::listen, false, true, nullptr},
    };
    const auto* found = std::find_if(
        kMethods.begin(), kMethods.end(), [name](const auto& row) { return row.name == name; });
    return found == kMethods.end() ? nullptr : found;
}

Dispatcher::Dispatcher(Provider& provider, DispatcherOptions options)
    : provider_(provider),
      options_(options),
      server_meta_(std::make_shared<const std::string>(meta_text(provider.about()))) {
    provider_.set_sink(this);
}

Dispatcher::~Dispatcher() {
    provider_.set_sink(nullptr);
}

void Dispatcher::refuse_long(Outlet& outlet) {
    outlet.finish(error_text(nullptr,
                             RpcError{codes::kNotAMessage,
                                      "the message is longer than " +
                                          std::to_string(kMaxMessageBytes) + " bytes"}),
                  413);
}

void Dispatcher::receive(const PeerPtr& peer,
                         std::string_view text,
                         const std::shared_ptr<Outlet>& outlet) {
    auto json = parse_json(text);
    if (!json) {
        outlet->finish(error_text(nullptr, json.error()), 400);
        return;
    }
    const bool batches = peer->revision && features_of(*peer->revision).batches;
    if (json->is_array() && batches) {
        handle_batch(peer, std::move(json->as_array()), outlet);
        return;
    }
    auto message = read_message(std::move(*json));
    if (!message) {
        outlet->finish(error_text(message.error().id, message.error().error), 400);
        return;
    }
    classify(peer, std::move(*message), outlet);
}

// Each message tells its era, so one process may serve both. (reference: MCP 1.4)
void Dispatcher::classify(const PeerPtr& peer,
                          Message message,
                          const std::shared_ptr<Outlet>& outlet) {
    const bool is_request = message.kind == Message::Kind::request;
    const bool legacy =
        peer->revision || message.method == "initialize" || message.method == "ping";
    if (!is_request || (legacy && !claims_modern(message.params))) {
        handle_legacy(peer, std::move(message), outlet);
        return;
    }
    auto envelope = read_envelope(message.params);
    if (!envelope) {
        outlet->finish(error_text(message.id, envelope.error()), http_status_of(envelope.error()));
        return;
    }
    handle_modern(peer, std::move(message), std::move(*envelope), outlet);
}

void Dispatcher::handle_batch(const PeerPtr& peer,
                              boost::json::array messages,
                              const std::shared_ptr<Outlet>& outlet) {
    if (messages.empty() || messages.size() > kMaxOpenCalls) {
        outlet->finish(
            error_text(nullptr,
                       RpcError{codes::kNotAMessage,
                                "a batch has 1 to " + std::to_string(kMaxOpenCalls) + " messages"}),
            400);
        return;
    }
    const auto batch = std::make_shared<BatchOutlet>(outlet);
    for (auto& json : messages) {
        auto message = read_message(std::move(json));
        if (!message) {
            batch->finish(error_text(message.error().id, message.error().error), 400);
        } else if (message->method == "initialize") {
            const RpcError alone{codes::kNotAMessage, "initialize must not be part of a batch"};
            batch->finish(error_text(message->id, alone), 400);
        } else {
            handle_legacy(peer, std::move(*message), batch);
        }
    }
}

CallPtr Dispatcher::handle_modern(const PeerPtr& peer,
                                  Message message,
                                  Envelope envelope,
                                  const std::shared_ptr<Outlet>& outlet) {
    if (envelope.revision != name_of(kModern)) {
        const auto error = unsupported_revision(envelope.revision);
        outlet->finish(error_text(message.id, error), http_status_of(error));
        return nullptr;
    }
    CallFacts facts;
    facts.progress_token = progress_token_of(message.params);
    facts.request = std::move(message);
    facts.client_capabilities = std::move(envelope.client_capabilities);
    facts.log_threshold = envelope.log_threshold;
    return start(peer, std::move(facts), outlet);
}

CallPtr Dispatcher::handle_legacy(const PeerPtr& peer,
                                  Message message,
                                  const std::shared_ptr<Outlet>& outlet) {
    if (message.kind != Message::Kind::request) {
        if (message.kind == Message::Kind::response) {
            answered(*peer, std::move(message));
        } else {
            notified(*peer, message);
        }
        return nullptr;
    }
    CallFacts facts;
    facts.progress_token = progress_token_of(message.params);
    facts.request = std::move(message);
    facts.revision = peer->revision.value_or(kNewestLegacy);
    facts.client_capabilities = peer->capabilities;
    facts.log_threshold = peer->log_threshold;
    return start(peer, std::move(facts), outlet);
}

CallPtr Dispatcher::start(const PeerPtr& peer,
                          CallFacts facts,
                          const std::shared_ptr<Outlet>& outlet) {
    const auto key = key_of(facts.request.id);
    const bool is_twin = peer->open.contains(key);
    if (is_twin || peer->open.size() >= kMaxOpenCalls) {
        const RpcError error =
            is_twin ? RpcError{codes::kNotAMessage, "a request with this id is still open"}
                    : RpcError{codes::kInternal, "too many requests are open; wait for answers"};
        outlet->finish(error_text(facts.request.id, error), http_status_of(error));
        return nullptr;
    }
    const auto call = std::make_shared<Call>(std::move(facts), peer, outlet, server_meta_);
    peer->open.emplace(key, call);
    run(call);
    return call;
}

void Dispatcher::run(const CallPtr& call) {
    const auto* method = find_method(call->method());
    const bool modern = is_modern(call->revision());
    const bool is_served = method != nullptr && (modern ? method->modern : method->legacy) &&
                           (method->needs == nullptr || provider_.offer().*method->needs);
    if (!is_served) {
        call->refuse(
            RpcError{codes::kNoSuchMethod, "there is no method \"" + call->method() + "\""});
        return;
    }
    (this->*method->run)(call);
}

void Dispatcher::notified(Peer& peer, const Message& message) {
    const auto* id = find_member(message.params, "requestId");
    if (message.method != "notifications/cancelled" || id == nullptr) {
        return;
    }
    const auto found = peer.open.find(key_of(*id));
    const auto call = found == peer.open.end() ? nullptr : found->second.lock();
    if (call && call->method() != "initialize") {
        call->cancel();
    }
}

void Dispatcher::answered(Peer& peer, Message message) {
    const auto* number = message.id.if_int64();
    const auto found = number == nullptr ? peer.asked.end() : peer.asked.find(*number);
    if (found == peer.asked.end()) {
        return;
    }
    const auto answer = std::move(found->second);
    peer.asked.erase(found);
    if (auto* result = message.response.if_contains("result")) {
        answer(std::move(*result));
        return;
    }
    RpcError error{codes::kInternal, "the client refused"};
    const auto* given = message.response["error"].if_object();
    const auto text = given == nullptr ? std::nullopt : find_text(*given, "message");
    if (text) {
        error.message += ": " + std::string(*text);
    }
    answer(tl::unexpected<RpcError>(std::move(error)));
}

void Dispatcher::leave(Peer& peer) {
    const auto open = peer.open;
    for (const auto& [key, weak] : open) {
        if (const auto call = weak.lock()) {
            call->cancel();
        }
    }
    peer.asked.clear();
}

void Dispatcher::shut_down() {
    subscriptions_.end_all();
}

}  // namespace aifp::mcp
