#include "admin/routes.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "http/encoding.hpp"

namespace aifp::admin {
namespace {

using enum helpers::Scope;

constexpr std::string_view kPrefix = "/api/v1/";

// One line per row, so that it reads as a table.
// clang-format off
constexpr auto kRoutes = std::to_array<Route>({
    {"GET", "/api/v1/directives", read, list_directives, "All directives"},
    {"GET", "/api/v1/directives/{name}", read, show_directive, "One directive with its configuration and diagnostics"},
    {"POST", "/api/v1/directives", author, create_directive, "Propose a new directive file"},
    {"POST", "/api/v1/directives/validate", read, validate_text, "Tell the mistakes of a text"},
    {"PUT", "/api/v1/directives/{name}", author, replace_directive, "Propose another text for it"},
    {"GET", "/api/v1/directives/{name}/versions", read, list_versions, "The versions that are kept"},
    {"GET", "/api/v1/directives/{name}/diff", read, diff_versions, "What differs between two versions"},
    {"POST", "/api/v1/directives/{name}/run", operate, run_directive, "Run it now, or say what it would do"},
    {"GET", "/api/v1/directives/{name}/why", read, why, "Why it ran, or did not"},
    {"GET", "/api/v1/directives/{name}/backtest", read, backtest, "Recorded events against the conditions of now"},
    {"POST", "/api/v1/directives/{name}/approve", approve, approve_directive, "Say yes to what waits or is loaded"},
    {"POST", "/api/v1/directives/{name}/decline", approve, decline_directive, "Say no to the proposal that waits"},
    {"POST", "/api/v1/directives/{name}/pause", operate, pause_directive, "Take it out"},
    {"POST", "/api/v1/directives/{name}/resume", operate, resume_directive, "Arm it again"},
    {"POST", "/api/v1/directives/{name}/snooze", operate, snooze_directive, "Let it sleep for a while"},
    {"POST", "/api/v1/directives/{name}/unsnooze", operate, unsnooze_directive, "Wake it"},
    {"POST", "/api/v1/directives/{name}/archive", operate, archive_directive, "Put it away"},
    {"POST", "/api/v1/directives/{name}/restore", operate, restore_directive, "Bring it back"},
    {"GET", "/api/v1/directives/{name}/questions", read, questions, "What it leaves open"},
    {"GET", "/api/v1/directives/{name}/answers", read, questions, "What it leaves open, and the answers"},
    {"POST", "/api/v1/directives/{name}/answers", approve, answer_questions, "Answer what it leaves open"},
    {"DELETE", "/api/v1/directives/{name}/answers", approve, forget_answers, "Forget all answers"},
    {"POST", "/api/v1/directives/{name}/generate", operate, generate, "Write a program and its test"},
    {"POST", "/api/v1/directives/{name}/rollback", operate, rollback, "Put an earlier version of the program in place"},
    {"POST", "/api/v1/directives/{name}/activate", approve, activate, "Check all that it needs, then arm it"},
    {"POST", "/api/v1/directives/{name}/deactivate", operate, deactivate, "Disarm it and let its runs end"},
    {"GET", "/api/v1/executions", read, executions, "Ended runs, newest first"},
    {"GET", "/api/v1/decisions", read, decisions, "Runs and what was not run, newest first"},
    {"GET", "/api/v1/runs", read, list_runs, "Runs under way"},
    {"POST", "/api/v1/runs/{run}/cancel", operate, cancel_run, "End a run"},
    {"POST", "/api/v1/runs/{run}/force", operate, force_run, "Begin a queued run now"},
    {"POST", "/api/v1/runs/{run}/approval", approve, answer_run, "Answer a run that asks for approval"},
    {"GET", "/api/v1/runs/{run}/trace", read, trace, "The steps of a run"},
    {"POST", "/api/v1/runs/{run}/replay", operate, replay, "Run again with the same trigger"},
    {"GET", "/api/v1/simulate", read, simulate, "The instants of schedules between two times"},
    {"GET", "/api/v1/state", read, list_states, "All states"},
    {"GET", "/api/v1/state/{name}", read, show_state, "One state"},
    {"PUT", "/api/v1/state/{name}", operate, put_state, "Set a state"},
    {"DELETE", "/api/v1/state/{name}", operate, remove_state, "Make a state unknown"},
    {"GET", "/api/v1/watch/state", read, watch_states, "Changes of states as server-sent events", false, true},
    {"GET", "/api/v1/dependencies", read, list_dependencies, "What directives need, and what is missing"},
    {"POST", "/api/v1/dependencies/{id}/install", approve, install, "Install what is missing"},
    {"GET", "/api/v1/report", read, report, "How every directive is doing, and what to do"},
    {"GET", "/api/v1/status", read, get_status, "Counts, uptime, statistics, diagnostics, alerts"},
    {"GET", "/metrics", read, show_metrics, "Figures for Prometheus"},
    {"GET", "/api/v1/events", read, watch_events, "What happens, as server-sent events", false, true},
    {"GET", "/api/v1/openapi.yaml", read, show_openapi_yaml, "This API as OpenAPI 3.1"},
    {"GET", "/api/v1/openapi.json", read, show_openapi_json, "The same as JSON"},
    {"POST", "/api/v1/reload", operate, reload, "Read the directive files again"},
    {"GET", "/api/v1/logs", read, search_logs, "Lines of the log files"},
    {"GET", "/api/v1/logs/stream", read, watch_logs, "Lines of the log as they are written, as server-sent events", false, true},
    {"GET", "/api/v1/settings", read, show_settings, "Every setting with its value"},
    {"GET", "/api/v1/neighbours", read, show_neighbours, "What AIFP's other databases said"},
    {"GET", "/api/v1/tokens", approve, list_tokens, "Tokens with their scopes"},
    {"POST", "/api/v1/tokens", approve, create_token, "Make a token", true},
    {"DELETE", "/api/v1/tokens/{name}", approve, revoke_token, "Take a token back"},
    {"POST", "/api/v1/chat", author, chat, "Ask the chat agent; the answer comes as server-sent events"},
    {"GET", "/api/v1/chat", read, list_conversations, "Conversations with the chat agent"},
    {"GET", "/api/v1/chat/{id}", read, show_conversation, "One conversation with its messages"},
    {"DELETE", "/api/v1/chat/{id}", author, remove_conversation, "Forget a conversation"},
    {"GET", "/api/v1/prompts", read, list_prompts, "What stands in front of requests to an AI"},
    {"POST", "/api/v1/prompts/inspect", read, inspect_prompt, "What would be sent to an AI; nothing is"},
    {"GET", "/api/v1/prompts/requests", read, list_ai_requests, "What AIs were asked, newest first"},
    {"GET", "/api/v1/prompts/usage", read, show_ai_usage, "Tokens by month, provider and model"},
    {"POST", "/api/v1/prompts/files", operate, upload_context_file, "Store a context file"},
    {"GET", "/api/v1/site-context", read, show_site_context, "What AI agents are told of the site"},
    {"DELETE", "/api/v1/site-context/cache", operate, clear_site_context, "Forget what is known of the site"},
    {"GET", "/api/v1/tools", read, list_tools, "The helper functions with their schemas"},
    {"POST", "/api/v1/tools/{name}", read, call_tool, "Call a helper function; each asks for its own scope"},
});
// clang-format on

/// Takes the first part off a path that begins with a slash.
std::string_view take_part(std::string_view& path) {
    path.remove_prefix(1);
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    return part;
}

bool is_subject(std::string_view part) {
    return part.starts_with('{');
}

struct Fit {
    bool fits = false;
    std::optional<std::size_t> subject;  ///< Index of the part that stands for {…}.
};

Fit fit(std::string_view pattern, const std::vector<std::string>& parts) {
    Fit found;
    std::size_t index = 0;
    for (; !pattern.empty() && index < parts.size(); ++index) {
        const auto part = take_part(pattern);
        if (is_subject(part)) {
            found.subject = index;
        } else if (part != parts[index]) {
            return found;
        }
    }
    found.fits = pattern.empty() && index == parts.size();
    return found;
}

Result<std::vector<std::string>> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    while (path.starts_with('/')) {
        auto decoded = http::percent_decode(take_part(path));
        if (!decoded) {
            return fail(std::move(decoded).error());
        }
        parts.push_back(std::move(*decoded));
    }
    return parts;
}

}  // namespace

std::span<const Route> routes() noexcept {
    return kRoutes;
}

Result<RouteMatch> match_route(std::string_view method, std::string_view path) {
    auto parts = parts_of(path);
    if (!parts) {
        return fail(std::move(parts).error());
    }
    RouteMatch match;
    std::optional<std::size_t> subject;
    for (const auto& route : kRoutes) {
        const auto found = fit(route.path, *parts);
        if (!found.fits) {
            continue;
        }
        const bool has_head = route.method == "GET" && !route.streams;
        match.allowed += fmt::format(
            "{}{}{}", match.allowed.empty() ? "" : ", ", route.method, has_head ? ", HEAD" : "");
        const bool is_closer = match.route == nullptr || !found.subject;
        if ((route.method == method || (has_head && method == "HEAD")) && is_closer) {
            match.route = &route;
            subject = found.subject;
        }
    }
    if (match.allowed.empty()) {
        return fail(ErrorCode::not_found,
                    path.starts_with(kPrefix) ? "no such resource"
                                              : "no such resource; the API begins with /api/v1/");
    }
    if (subject) {
        match.subject = std::move((*parts)[*subject]);
    }
    return match;
}

}  // namespace aifp::admin
