#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "http/message.hpp"
#include "model/run.hpp"
#include "triggers/replay_ledger.hpp"
#include "triggers/webhook.hpp"

namespace aifp::triggers {

/// A request that may start a directive. The client is answered once its ledger row is durable.
struct WebhookHit {
    DirectiveId directive;
    std::uint32_t trigger_index = 0;
    Respond respond = Respond::accept;
    Milliseconds respond_timeout{30'000};
    std::string payload;  ///< JSON text: what `trigger.*` reads.
    std::vector<ReplayMark>
        replay;               ///< To be stored in the same commit; take_back() if that fails.
    bool is_at_rest = false;  ///< It must not run: only the decision why is to be recorded.
};

/// A request that may not. `reason` is set when the matter belongs into the ledger: the path is a
/// directive's (signature_bad, replay_duplicate, rate_limited, condition_false, queue_full).
struct WebhookRefusal {
    http::Response response;
    DirectiveId directive;  ///< 0: no such path.
    std::uint32_t trigger_index = 0;
    model::Reason reason = model::Reason::none;
    std::string detail;  ///< For the log, never for the client.
};

using WebhookVerdict = std::variant<WebhookHit, WebhookRefusal>;

/// Whether the directive of a webhook is armed. One at rest (paused, not approved, switched off) is
/// still asked for: its senders are checked as ever, told why, and stand in the ledger.
enum class HookStanding { armed, at_rest };

struct WebhookCounts {
    std::uint64_t accepted = 0;
    std::uint64_t unauthorized = 0;  ///< Bad token, signature, address, or replayed.
    std::uint64_t rate_limited = 0;
};

struct WebhookRouterOptions {
    std::string prefix = "/hooks/";
    std::vector<http::IpRange> trusted_proxies;  ///< Whose X-Forwarded-For is believed.
    std::size_t max_replay_marks = 100'000;
};

/// From a request to the directive it fires. Pure: no sockets, no clock. Loop thread only; owned by
/// the engine. Order of the answers: 404 unknown path, 405 with Allow, 401 (the same for every
/// cause, no echo), 413, 429 with Retry-After, 400 body not what it says, 503 replay ledger full.
class WebhookRouter {
public:
    explicit WebhookRouter(WebhookRouterOptions options);

    /// An armed webhook takes the path of one at rest. Errors: conflict when the path is taken; the
    /// one that has it keeps it.
    [[nodiscard]] Status add(DirectiveId directive,
                             std::uint32_t trigger_index,
                             Webhook webhook,
                             HookStanding standing = HookStanding::armed);
    /// Removes all webhooks of a directive.
    void remove(DirectiveId directive);
    [[nodiscard]] std::size_t size() const noexcept { return hooks_.size(); }
    /// Who has a path (below the prefix).
    [[nodiscard]] std::optional<DirectiveId> owner_of(std::string_view path) const;
    [[nodiscard]] std::optional<WebhookCounts> counts(std::string_view path) const;

    /// For http::ServerOptions::body_limit.
    [[nodiscard]] std::size_t body_limit(std::string_view method, std::string_view target) const;
    /// `now` measures timestamps and replays; request.received measures the rate.
    [[nodiscard]] WebhookVerdict match(const http::Request& request, WallTime now);
    /// What the listener refused for its size before reading it (413): for the ledger. Nothing for
    /// a path that nobody has.
    [[nodiscard]] std::optional<WebhookRefusal> too_large(std::string_view target) const;

    /// Marks left from before a restart are put in through it; marks are taken back through it.
    [[nodiscard]] ReplayLedger& replay_ledger() noexcept { return replays_; }
    void take_back(const std::vector<ReplayMark>& marks);

private:
    struct Hook {
        DirectiveId directive;
        std::uint32_t trigger_index = 0;
        Webhook webhook;
        HookStanding standing = HookStanding::armed;
        WebhookCounts counts;
    };
    struct PathHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view path) const noexcept {
            return std::hash<std::string_view>{}(path);
        }
    };
    using Hooks = std::unordered_map<std::string, Hook, PathHash, std::equal_to<>>;

    /// What stands below the prefix; empty (which no webhook is) if it is not below it.
    [[nodiscard]] std::string_view path_of(std::string_view target) const;
    void drop(const Hooks::iterator& hook);
    [[nodiscard]] std::optional<WebhookRefusal> refuse(Hook& hook,
                                                       const http::Request& request,
                                                       WallTime now,
                                                       std::vector<ReplayMark>& marks);
    /// All of them or none.
    [[nodiscard]] bool remember(const std::vector<ReplayMark>& marks, WallTime now);

    WebhookRouterOptions options_;
    Hooks hooks_;
    std::unordered_multimap<DirectiveId, const std::string*> paths_;  ///< Keys of hooks_.
    ReplayLedger replays_;
};

}  // namespace aifp::triggers
