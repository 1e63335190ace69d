#include "engine/hooks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_text.hpp"
#include "base/number_text.hpp"

namespace aifp::engine {
namespace {

using model::DecisionKind;
using model::Reason;

constexpr Seconds kGatherRefusals{1};

// What did not run because it was not meant to is fine; what was meant to and could not is not.
int status_of(Reason reason) {
    switch (reason) {
        case Reason::condition_false:
        case Reason::snoozed:
        case Reason::blackout:
        case Reason::outside_period:
        case Reason::debounced:  // a later one stands for it
            return 200;
        case Reason::rate_limited:
        case Reason::throttled:
        case Reason::cooldown:
            return 429;
        case Reason::queue_full:
        case Reason::engine_stopping:
            return 503;
        default:
            return 409;
    }
}

}  // namespace

http::Response answer_decision(const Result<model::DecisionRecord>& decision) {
    if (!decision) {
        return http::error_response(503, "the request could not be stored; try again");
    }
    if (decision->kind == DecisionKind::skipped) {
        return http::json_response(
            status_of(decision->reason),
            fmt::format(R"({{"decision":"skipped","reason":"{}","ledger_id":{}}})",
                        model::name_of(decision->reason),
                        decision->id.value));
    }
    std::string body;  // no fmt: this is the answer of every webhook that runs
    body.reserve(64);
    body += R"({"run":)";
    append_number(body, decision->id.value);
    body += R"(,"decision":")";
    body += model::name_of(decision->kind);
    body += "\"}";
    return http::json_response(202, std::move(body));
}

http::Response HookFace::answer_for(const Result<model::DecisionRecord>& decision) {
    auto response = answer_decision(decision);
    if (decision && decision->again_at) {
        const auto wait = std::max(*decision->again_at - parts_.clock.wall(), Milliseconds(0));
        const auto seconds = std::chrono::ceil<Seconds>(wait).count();
        response.headers.push_back({"Retry-After", std::to_string(seconds)});
    }
    return response;
}

http::Response answer_run(const RunEnd& end) {
    if (end.reason != Reason::none) {
        model::DecisionRecord not_run;
        not_run.id = end.outcome.id;
        not_run.reason = end.reason;
        return answer_decision(not_run);
    }
    boost::json::object body;
    body["run"] = end.outcome.id.value;
    body["state"] = model::name_of(end.outcome.state);
    body["duration_ms"] = end.outcome.duration.count();
    body["steps"] = end.outputs;
    if (!end.outcome.error.empty()) {
        body["error"] = end.outcome.error;
    }
    const auto status = model::execution_status_of(end.outcome.state);
    const bool fine = status && *status == model::ExecutionStatus::success;
    return http::json_response(fine ? 200 : 500, json_text(body));
}

HookFace::HookFace(Parts parts) : parts_(std::move(parts)), refusal_timer_(parts_.executor) {}

void HookFace::handle(http::Request request, http::Responder responder) {
    auto verdict = parts_.router.match(request, parts_.clock.wall());
    if (auto* refusal = std::get_if<triggers::WebhookRefusal>(&verdict)) {
        if (refusal->reason != Reason::none) {
            record_refusal(*refusal);
        }
        responder(std::move(refusal->response));
        return;
    }
    auto& hit = std::get<triggers::WebhookHit>(verdict);
    if (hit.respond == triggers::Respond::wait) {
        accept_and_wait(std::move(hit), std::move(responder));
    } else {
        accept(std::move(hit), std::move(responder));
    }
}

void HookFace::too_large(std::string_view target) {
    if (const auto refusal = parts_.router.too_large(target)) {
        record_refusal(*refusal);
    }
}

std::size_t HookFace::body_limit(std::string_view method, std::string_view target) const {
    return parts_.router.body_limit(method, target);
}

Offer HookFace::offer_for(triggers::WebhookHit& hit) const {
    Offer offer;
    offer.event.directive = hit.directive;
    offer.event.trigger_index = hit.trigger_index;
    offer.event.cause = "webhook";
    offer.event.seen_at = parts_.clock.wall();
    offer.event.payload = std::move(hit.payload);
    if (hit.is_at_rest) {
        offer.refused = parts_.reason_at_rest(hit.directive);
    }
    for (const auto& mark : hit.replay) {
        offer.replay_marks.push_back({mark.key, mark.forget_at});
    }
    return offer;
}

void HookFace::accept(triggers::WebhookHit hit, http::Responder responder) {
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    auto offer = offer_for(hit);
    offer.committed = [this, shared, marks = std::move(hit.replay)](
                          const Result<model::DecisionRecord>& decision) {
        if (!(decision && is_settled(*decision))) {
            parts_.router.take_back(marks);
        }
        (*shared)(answer_for(decision));
    };
    parts_.dispatcher.offer(std::move(offer));
}

// Answering twice is ignored, so whoever comes first answers: the end of the run, a decision not to
// run, or the time-out.
void HookFace::accept_and_wait(triggers::WebhookHit hit, http::Responder responder) {
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    auto timer = std::make_shared<boost::asio::steady_timer>(parts_.executor, hit.respond_timeout);
    auto offer = offer_for(hit);
    offer.committed = [this, shared, timer, marks = std::move(hit.replay)](
                          const Result<model::DecisionRecord>& decision) {
        if (!(decision && is_settled(*decision))) {
            parts_.router.take_back(marks);
        }
        if (!decision || decision->kind == DecisionKind::skipped) {
            timer->cancel();
            (*shared)(answer_for(decision));
            return;
        }
        timer->async_wait([shared, decision](const boost::system::error_code& error) {
            if (!error) {
                (*shared)(answer_decision(decision));
            }
        });
    };
    offer.ended = [shared, timer](const RunEnd& end) {
        timer->cancel();
        (*shared)(answer_run(end));
    };
    parts_.dispatcher.offer(std::move(offer));
}

void HookFace::record_refusal(const triggers::WebhookRefusal& refusal) {
    auto& gathered = refusals_[{refusal.directive, refusal.reason}];
    if (gathered.count++ == 0) {
        gathered.detail = refusal.detail;
        gathered.trigger_index = refusal.trigger_index;
    }
    if (refusals_.size() == 1 && gathered.count == 1) {
        refusal_timer_.expires_after(kGatherRefusals);
        refusal_timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error) {
                flush_refusals();
            }
        });
    }
}

void HookFace::flush_refusals() {
    for (auto& [key, gathered] : std::exchange(refusals_, {})) {
        Offer offer;
        offer.event.directive = key.first;
        offer.event.trigger_index = gathered.trigger_index;
        offer.event.cause = "webhook";
        offer.event.seen_at = parts_.clock.wall();
        offer.refused = key.second;
        offer.detail =
            gathered.count == 1
                ? std::move(gathered.detail)
                : fmt::format("{} requests; the first: {}", gathered.count, gathered.detail);
        parts_.dispatcher.offer(std::move(offer));
    }
}

}  // namespace aifp::engine
