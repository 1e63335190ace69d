#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/call.hpp"
#include "mcp/envelope.hpp"
#include "mcp/provider.hpp"
#include "mcp/subscriptions.hpp"

namespace aifp::mcp {

struct DispatcherOptions {
    std::size_t page_size = 100;  ///< Entries of one page of a list.
};

/// The protocol: one dispatcher, two envelopes. It knows no transport; what was read comes in by
/// receive() or handle(), what is to be said goes out through an Outlet. The order of the checks:
/// text, shape, `_meta`, (headers: the HTTP face), revision, method, parameters, capabilities. Loop
/// thread only; owned by the wiring; the provider outlives it, transports end before it.
class Dispatcher final : public ChangeSink {
public:
    explicit Dispatcher(Provider& provider, DispatcherOptions options = {});
    ~Dispatcher() override;
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    /// One text of a byte stream: a message of either era, judged by itself, or (2025-03-26) a
    /// batch.
    void receive(const PeerPtr& peer, std::string_view text, const std::shared_ptr<Outlet>& outlet);
    /// A text that is longer than kMaxMessageBytes.
    static void refuse_long(Outlet& outlet);

    /// A message of one era whose shape is right.
    CallPtr handle_modern(const PeerPtr& peer,
                          Message message,
                          Envelope envelope,
                          const std::shared_ptr<Outlet>& outlet);
    CallPtr handle_legacy(const PeerPtr& peer,
                          Message message,
                          const std::shared_ptr<Outlet>& outlet);
    /// The messages of a batch; their answers go out as one array.
    void handle_batch(const PeerPtr& peer,
                      boost::json::array messages,
                      const std::shared_ptr<Outlet>& outlet);
    /// The client is gone: its calls are cancelled.
    static void leave(Peer& peer);
    /// Ends what would never end by itself, so that transports can close.
    void shut_down();

    void tools_changed() override { subscriptions_.list_changed("tools"); }
    void prompts_changed() override { subscriptions_.list_changed("prompts"); }
    void resources_changed() override { subscriptions_.list_changed("resources"); }
    void resource_updated(const std::string& uri) override { subscriptions_.resource_updated(uri); }
    [[nodiscard]] bool has_listeners() override { return subscriptions_.has_listeners(); }

private:
    struct Method;
    static const Method* find_method(std::string_view name);
    void classify(const PeerPtr& peer, Message message, const std::shared_ptr<Outlet>& outlet);
    CallPtr start(const PeerPtr& peer, CallFacts facts, const std::shared_ptr<Outlet>& outlet);
    void run(const CallPtr& call);
    void notified(Peer& peer, const Message& message);
    static void answered(Peer& peer, Message message);
    [[nodiscard]] boost::json::object capabilities(Revision revision) const;

    // dispatcher.cpp
    void discover(const CallPtr& call);
    void initialize(const CallPtr& call);
    void ping(const CallPtr& call);
    void set_level(const CallPtr& call);
    void listen(const CallPtr& call);
    // dispatcher_lists.cpp
    void list_tools(const CallPtr& call);
    void list_resources(const CallPtr& call);
    void list_templates(const CallPtr& call);
    void list_prompts(const CallPtr& call);
    /// Answers with the page of `entries` (JSON texts) that the call's cursor asks for.
    void answer_page(const CallPtr& call,
                     std::string_view name,
                     const std::vector<std::string>& entries,
                     int ttl_ms) const;
    // dispatcher_calls.cpp
    void call_tool(const CallPtr& call);
    void read_resource(const CallPtr& call);
    void get_prompt(const CallPtr& call);
    void complete(const CallPtr& call);
    void subscribe(const CallPtr& call);
    void unsubscribe(const CallPtr& call);

    Provider& provider_;
    const DispatcherOptions options_;
    std::shared_ptr<const std::string> server_meta_;
    Subscriptions subscriptions_;
};

/// Adds what lets a modern client keep a result; nothing for a legacy one.
void add_cache_hints(const Call& call, ResultText& result, int ttl_ms);
/// Parameters that are not what the method takes.
[[nodiscard]] RpcError bad_parameters(std::string text);

/// How long lists that only change with the program or the settings may be kept.
inline constexpr int kListTtlMs = 60'000;

}  // namespace aifp::mcp
