#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "engine/dispatcher.hpp"
#include "http/server.hpp"
#include "triggers/webhook_router.hpp"

namespace aifp::engine {

/// From a webhook request to its answer: who may, the ledger row, 202 and the run's id, or the
/// run's result for `respond: wait`. Loop thread only; owned by the engine.
class HookFace {
public:
    /// What it refers to outlives it.
    struct Parts {
        boost::asio::any_io_executor executor;
        triggers::WebhookRouter& router;
        Dispatcher& dispatcher;
        const Clock& clock;
        /// Why a directive whose webhook is at rest does not run; never none.
        std::function<model::Reason(DirectiveId)> reason_at_rest;
    };
    explicit HookFace(Parts parts);

    void handle(http::Request request, http::Responder responder);
    /// Records the refusals of the last second now: before the store is closed.
    void flush_refusals();
    /// A request to `target` was refused because its body is larger than body_limit.
    void too_large(std::string_view target);
    [[nodiscard]] std::size_t body_limit(std::string_view method, std::string_view target) const;

private:
    using SharedResponder = std::shared_ptr<http::Responder>;

    void accept(triggers::WebhookHit hit, http::Responder responder);
    void accept_and_wait(triggers::WebhookHit hit, http::Responder responder);
    void record_refusal(const triggers::WebhookRefusal& refusal);
    /// answer_decision, and when to come again if it is too many.
    [[nodiscard]] http::Response answer_for(const Result<model::DecisionRecord>& decision);
    [[nodiscard]] Offer offer_for(triggers::WebhookHit& hit) const;

    /// Refusals of one directive for one reason, gathered so that a flood of bad requests costs one
    /// row a second and not one each.
    struct Refusals {
        std::string detail;
        std::uint32_t trigger_index = 0;
        std::uint64_t count = 0;
    };

    Parts parts_;
    std::map<std::pair<DirectiveId, model::Reason>, Refusals> refusals_;
    boost::asio::steady_timer refusal_timer_;
};

/// The answer to a webhook whose decision is durable, or could not be stored. Pure.
[[nodiscard]] http::Response answer_decision(const Result<model::DecisionRecord>& decision);
/// The answer of `respond: wait` when the run has ended. Pure.
[[nodiscard]] http::Response answer_run(const RunEnd& end);

}  // namespace aifp::engine
