#include "triggers/webhook_router.hpp"

#include <algorithm>
#include <utility>

namespace aifp::triggers {
namespace {

/// What may be sent to a path that nobody has: it is read only to be able to say so.
constexpr std::size_t kUnknownBody = 65'536;

WebhookRefusal refusal(int status, std::string_view text) {
    WebhookRefusal refused;
    refused.response = http::error_response(status, text);
    return refused;
}

/// The same for every cause: whoever guesses learns nothing.
WebhookRefusal unauthorized(std::string_view cause) {
    WebhookRefusal refused = refusal(401, "unauthorized");
    refused.response.headers.push_back(http::Header{"WWW-Authenticate", "Bearer"});
    refused.reason = model::Reason::signature_bad;
    refused.detail = cause;
    return refused;
}

/// What the webhook asks of a request is a condition like others: the client has to ask otherwise.
WebhookRefusal invalid(int status, std::string_view text, std::string detail) {
    WebhookRefusal refused = refusal(status, text);
    refused.reason = model::Reason::condition_false;
    refused.detail = std::move(detail);
    return refused;
}

WebhookRefusal too_large_for(const Webhook& webhook) {
    return invalid(
        413,
        "the body is too large",
        "the body is larger than max_body, " + std::to_string(webhook.max_body_bytes) + " bytes");
}

WebhookRefusal try_later(int status, std::string_view text, Milliseconds wait) {
    WebhookRefusal refused = refusal(status, text);
    const auto seconds = std::chrono::ceil<Seconds>(wait).count();
    refused.response.headers.push_back(http::Header{"Retry-After", std::to_string(seconds)});
    return refused;
}

}  // namespace

WebhookRouter::WebhookRouter(WebhookRouterOptions options)
    : options_(std::move(options)), replays_(options_.max_replay_marks) {}

Status WebhookRouter::add(DirectiveId directive,
                          std::uint32_t trigger_index,
                          Webhook webhook,
                          HookStanding standing) {
    Hook hook;
    hook.directive = directive;
    hook.trigger_index = trigger_index;
    hook.standing = standing;
    std::string path = webhook.path;
    hook.webhook = std::move(webhook);
    if (const auto resting = hooks_.find(path); resting != hooks_.end() &&
                                                standing == HookStanding::armed &&
                                                resting->second.standing == HookStanding::at_rest) {
        drop(resting);
    }
    const auto [entry, added] = hooks_.try_emplace(std::move(path), std::move(hook));
    if (!added) {
        const bool own = entry->second.directive == directive;
        return fail(ErrorCode::conflict,
                    "the webhook path \"" + entry->first + "\" already belongs to " +
                        (own ? "this directive" : "another directive") +
                        "; give each webhook a path of its own");
    }
    paths_.emplace(directive, &entry->first);
    return {};
}

void WebhookRouter::remove(DirectiveId directive) {
    const auto [begin, end] = paths_.equal_range(directive);
    for (auto path = begin; path != end; ++path) {
        hooks_.erase(hooks_.find(*path->second));
    }
    paths_.erase(begin, end);
}

void WebhookRouter::drop(const Hooks::iterator& hook) {
    const auto [begin, end] = paths_.equal_range(hook->second.directive);
    for (auto path = begin; path != end; ++path) {
        if (path->second == &hook->first) {
            paths_.erase(path);
            break;
        }
    }
    hooks_.erase(hook);
}

std::optional<DirectiveId> WebhookRouter::owner_of(std::string_view path) const {
    const auto found = hooks_.find(path);
    return found == hooks_.end() ? std::nullopt : std::optional(found->second.directive);
}

std::optional<WebhookCounts> WebhookRouter::counts(std::string_view path) const {
    const auto found = hooks_.find(path);
    return found == hooks_.end() ? std::nullopt : std::optional(found->second.counts);
}

std::string_view WebhookRouter::path_of(std::string_view target) const {
    target = target.substr(0, target.find('?'));
    return target.starts_with(options_.prefix) ? target.substr(options_.prefix.size())
                                               : std::string_view();
}

std::size_t WebhookRouter::body_limit(std::string_view, std::string_view target) const {
    const auto found = hooks_.find(path_of(target));
    return found == hooks_.end() ? kUnknownBody : found->second.webhook.max_body_bytes;
}

std::optional<WebhookRefusal> WebhookRouter::refuse(Hook& hook,
                                                    const http::Request& request,
                                                    WallTime now,
                                                    std::vector<ReplayMark>& marks) {
    Webhook& webhook = hook.webhook;
    if (!webhook.methods.contains(request.method)) {
        WebhookRefusal refused =
            invalid(405, "method not allowed", "it takes " + webhook.methods.text() + " only");
        refused.response.headers.push_back(http::Header{"Allow", webhook.methods.text()});
        return refused;
    }
    if (webhook.auth) {
        const auto client = client_address(request, options_.trusted_proxies);
        AuthVerdict verdict = check_auth(*webhook.auth, request, client, webhook.path, now);
        if (verdict.failure != AuthFailure::none) {
            ++hook.counts.unauthorized;
            return unauthorized(name_of(verdict.failure));
        }
        marks = std::move(verdict.marks);
    }
    if (std::any_of(marks.begin(), marks.end(), [&](const ReplayMark& mark) {
            return replays_.knows(mark.key, now);
        })) {
        ++hook.counts.unauthorized;
        WebhookRefusal refused = unauthorized("this delivery was taken before");
        refused.reason = model::Reason::replay_duplicate;
        return refused;
    }
    if (request.body.size() > webhook.max_body_bytes) {
        return too_large_for(webhook);
    }
    if (const auto wait = webhook.rate ? webhook.rate->take(request.received) : std::nullopt) {
        ++hook.counts.rate_limited;
        WebhookRefusal refused = try_later(429, "too many requests", *wait);
        refused.reason = model::Reason::rate_limited;
        return refused;
    }
    return std::nullopt;
}

bool WebhookRouter::remember(const std::vector<ReplayMark>& marks, WallTime now) {
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (replays_.remember(marks[i], now) == ReplayLedger::Answer::full) {
            for (std::size_t taken = 0; taken < i; ++taken) {
                replays_.take_back(marks[taken].key);
            }
            return false;
        }
    }
    return true;
}

void WebhookRouter::take_back(const std::vector<ReplayMark>& marks) {
    for (const auto& mark : marks) {
        replays_.take_back(mark.key);
    }
}

WebhookVerdict WebhookRouter::match(const http::Request& request, WallTime now) {
    const auto found = hooks_.find(path_of(request.target));
    if (found == hooks_.end()) {
        return refusal(404, "not found");
    }
    Hook& hook = found->second;
    std::vector<ReplayMark> marks;
    auto refused = refuse(hook, request, now, marks);
    std::string payload;
    if (!refused) {
        auto built = webhook_payload(request, hook.webhook);
        if (built) {
            payload = std::move(*built);
        } else {
            refused = invalid(400, built.error().detail(), built.error().detail());
        }
    }
    // Last, so that a delivery that was refused may come again.
    if (!refused && !remember(marks, now)) {
        refused = try_later(503, "too many deliveries are remembered", Seconds(60));
        refused->reason = model::Reason::queue_full;
        refused->detail = "the replay ledger is full";
    }
    if (refused) {
        refused->directive = hook.directive;
        refused->trigger_index = hook.trigger_index;
        return std::move(*refused);
    }
    ++hook.counts.accepted;
    WebhookHit hit;
    hit.directive = hook.directive;
    hit.trigger_index = hook.trigger_index;
    hit.respond = hook.webhook.respond;
    hit.respond_timeout = hook.webhook.respond_timeout;
    hit.payload = std::move(payload);
    hit.replay = std::move(marks);
    hit.is_at_rest = hook.standing == HookStanding::at_rest;
    return hit;
}

std::optional<WebhookRefusal> WebhookRouter::too_large(std::string_view target) const {
    const auto found = hooks_.find(path_of(target));
    if (found == hooks_.end()) {
        return std::nullopt;
    }
    auto refused = too_large_for(found->second.webhook);
    refused.directive = found->second.directive;
    refused.trigger_index = found->second.trigger_index;
    return refused;
}

}  // namespace aifp::triggers
