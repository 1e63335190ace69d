#include <fmt/format.h>

#include <array>

#include "base/quantity.hpp"
#include "engine/why.hpp"

namespace aifp::engine {
namespace {

using model::Reason;
using model::RunState;

/// In words what a reason means; the detail, if there is any, follows.
struct ReasonWords {
    Reason reason;
    std::string_view words;
};
constexpr std::array kReasons{
    ReasonWords{Reason::condition_false, ""},
    ReasonWords{Reason::condition_error, "a condition could not be decided"},
    ReasonWords{Reason::mode_single_busy, "the run before was still going (mode: single)"},
    ReasonWords{Reason::mode_max, "as many runs as allowed were going (max)"},
    ReasonWords{Reason::queue_full, "the queue was full"},
    ReasonWords{Reason::rate_limited, "it ran too often lately (rate)"},
    ReasonWords{Reason::disabled, "it is switched off or archived"},
    ReasonWords{Reason::misfire_skipped, "it was too late (misfire: skip)"},
    ReasonWords{Reason::coalesced_into, "one run stands for several instants"},
    ReasonWords{Reason::dst_gap, "the clock jumped over that time (dst: gap)"},
    ReasonWords{Reason::dst_overlap, "that time came twice (dst: overlap)"},
    ReasonWords{Reason::clock_untrusted, "the machine's clock was not to be trusted"},
    ReasonWords{Reason::engine_stopping, "the engine was stopping"},
    ReasonWords{Reason::directive_invalid, "the directive has mistakes or open questions"},
    ReasonWords{Reason::implementation_missing, "a file that it runs does not exist"},
    ReasonWords{Reason::implementation_changed, "a file that it runs changed since its approval"},
    ReasonWords{Reason::not_approved, "nobody has approved it"},
    ReasonWords{Reason::paused, "it is paused"},
    ReasonWords{Reason::signature_bad, "the request's signature or token was wrong"},
    ReasonWords{Reason::replay_duplicate, "the same request had come before"},
    ReasonWords{Reason::dependency_missing, "something that it needs is not installed"},
    ReasonWords{Reason::event_chain_too_long, "directives answered each other without end"},
    ReasonWords{Reason::queue_expired, "it waited for its turn too long (max_age)"},
    ReasonWords{Reason::debounced, "a later event stands for it (debounce)"},
    ReasonWords{Reason::throttled, "too soon after the last (throttle)"},
    ReasonWords{Reason::cooldown, "it rests after its last run (cooldown)"},
    ReasonWords{Reason::snoozed, "it is snoozed"},
    ReasonWords{Reason::blackout, "a calendar forbids that time"},
    ReasonWords{Reason::outside_period, "outside starts_at and expires_at"},
    ReasonWords{Reason::recursion, "it would have started itself again"},
    ReasonWords{Reason::storm_breaker, "it looped and was paused"},
    ReasonWords{Reason::for_not_held, "it did not stay so for long enough (for)"},
    ReasonWords{Reason::dependency_not_met, "what it comes after ended otherwise, or too late"},
    ReasonWords{Reason::approval_expired, "nobody answered in time"},
};

std::string not_run(const model::DecisionRecord& decision) {
    std::string_view words = model::name_of(decision.reason);
    for (const auto& row : kReasons) {
        if (row.reason == decision.reason) {
            words = row.words;
        }
    }
    if (words.empty() || decision.detail.empty()) {
        const auto& only = words.empty() ? decision.detail : std::string(words);
        return fmt::format("not run: {}", only.empty() ? "a condition is false" : only);
    }
    return fmt::format("not run: {}: {}", words, decision.detail);
}

std::string_view ended_words(RunState state) {
    switch (state) {
        case RunState::ok:
            return "ran well";
        case RunState::ok_after_retry:
            return "ran well after another try";
        case RunState::warned:
            return "ran, with a step that failed";
        case RunState::failed:
            return "failed";
        case RunState::timed_out:
            return "took too long and was stopped";
        case RunState::cancelled:
            return "was cancelled";
        case RunState::replaced:
            return "was replaced by a newer run";
        case RunState::abandoned:
            return "was cut off when the engine stopped";
        default:
            return "goes on";
    }
}

std::string_view standing_words(model::DecisionKind kind) {
    switch (kind) {
        case model::DecisionKind::queued:
            return "waits for its turn, or runs";
        case model::DecisionKind::waiting:
            return "is held back";
        default:
            return "runs";
    }
}

std::string run_words(const storage::HistoryEntry& row) {
    const auto& decision = row.decision;
    auto text = fmt::format("run {} ({}) ", decision.id.value, decision.event.cause);
    if (!row.end) {
        text += standing_words(decision.kind);
        return decision.detail.empty() ? text : fmt::format("{}: {}", text, decision.detail);
    }
    text += ended_words(row.end->state);
    if (row.end->duration) {
        text += fmt::format(", {}", format_duration(*row.end->duration));
    }
    return row.end->error.empty() ? text : fmt::format("{}: {}", text, row.end->error);
}

}  // namespace

std::string words_of(const storage::HistoryEntry& row) {
    return row.decision.kind == model::DecisionKind::skipped ? not_run(row.decision)
                                                             : run_words(row);
}

Result<WallTime> parse_since(std::string_view text, WallTime now, const TimeZone& zone) {
    if (const auto ago = parse_duration(text)) {
        return now - *ago;
    }
    auto instant = parse_instant(text, zone);
    if (!instant) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("since: {} is neither how long ago nor an instant: write 7d or "
                                "2026-11-22T17:00:00",
                                text));
    }
    return instant;
}

}  // namespace aifp::engine
