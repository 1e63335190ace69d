#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/chain.hpp"

namespace aifp::model {

/// Something that happened and may start a directive.
struct Event {
    DirectiveId directive;
    std::uint32_t trigger_index = 0;        ///< Position in the directive's `triggers`.
    std::string cause;                      ///< Trigger kind: "time", "cron", "webhook", "manual".
    std::optional<WallTime> scheduled_for;  ///< The due instant, for schedules.
    WallTime seen_at;
    std::optional<WallTime> released_at = {};  ///< It was held back until then.
    std::string payload;  ///< JSON text (bounded) or empty: what `trigger.*` reads.
    std::string key;      ///< What the directive's `key` gave; empty: it has none.
    std::string vars;     ///< JSON text of its `variables`, rendered once; empty: it has none.
    Chain chain = {};     ///< The runs that led to it.
};

/// Why something did not run. Names are stable: they stand in the ledger.
/// (reference/semantics.md 3.17, reference/decisions.md)
enum class Reason {
    none,
    condition_false,
    condition_error,
    mode_single_busy,
    mode_max,
    queue_full,
    rate_limited,
    disabled,
    misfire_skipped,
    coalesced_into,
    dst_gap,
    dst_overlap,
    clock_untrusted,
    engine_stopping,
    directive_invalid,
    implementation_missing,
    implementation_changed,
    not_approved,
    paused,
    signature_bad,
    replay_duplicate,
    dependency_missing,    ///< Something that it needs is not installed or not set.
    event_chain_too_long,  ///< Directives that answer each other by `emit` would never end.
    queue_expired,         ///< It waited for its turn longer than `max_age`.
    debounced,             ///< A later event of the same quiet time stands for it.
    throttled,             ///< Too soon after the last that ran.
    cooldown,              ///< The directive rests after its last run.
    snoozed,               ///< A person let the directive sleep until later.
    blackout,              ///< A calendar forbids the instant, or does not include it.
    outside_period,        ///< Before `starts_at` or after `expires_at`.
    recursion,             ///< A run would start its own directive again.
    storm_breaker,         ///< The directive looped and was paused.
    for_not_held,          ///< What a trigger saw did not stay so for long enough.
    dependency_not_met,    ///< What `after` waits for ended otherwise, or too late.
    approval_expired,      ///< Nobody answered in time: that is a no.
};

/// What became of an event.
enum class DecisionKind {
    started,  ///< A run began (or is about to: the row is written first).
    queued,   ///< A run waits its turn.
    skipped,  ///< No run; the reason says why.
    waiting,  ///< Held back (debounce, throttle, jitter); started or skipped later.
};

/// What a person says to a run that asks for approval.
struct RunAnswer {
    bool yes = false;
    std::string who;
    std::string step = {};  ///< Its `as`, or "actions.2.1"; empty: the only one that asks.
};

/// How a run stands. (reference/semantics.md 3.17)
enum class RunState {
    queued,
    running,
    ok,
    ok_after_retry,
    warned,
    failed,
    timed_out,
    cancelled,
    replaced,   ///< By a newer run of a `restart` directive.
    abandoned,  ///< The engine died while it ran.
    waiting,    ///< Its steps wait for a time, an event, a person or the next try.
};

/// The spec's status of an ended run.
enum class ExecutionStatus { success, failure, timeout };

/// success, failure or timeout for the run states that become a row of `directive_executions`;
/// nothing for those that stay in the ledger only. (reference/decisions.md, Executions)
[[nodiscard]] std::optional<ExecutionStatus> execution_status_of(RunState state) noexcept;

[[nodiscard]] std::string_view name_of(Reason reason) noexcept;
[[nodiscard]] std::string_view name_of(DecisionKind kind) noexcept;
[[nodiscard]] std::string_view name_of(RunState state) noexcept;
[[nodiscard]] std::string_view name_of(ExecutionStatus status) noexcept;
[[nodiscard]] std::optional<Reason> reason_from(std::string_view name) noexcept;
[[nodiscard]] std::optional<RunState> run_state_from(std::string_view name) noexcept;

/// One row of the ledger: an event and what was decided.
struct DecisionRecord {
    LedgerId id;
    Event event;
    DecisionKind kind = DecisionKind::skipped;
    Reason reason = Reason::none;
    std::string detail;  ///< For people: rendered values, how many instants, which run. Bounded.
    std::optional<WallTime> again_at = {};  ///< When a limit lets it start again. Not stored.
};

/// How a run ended.
struct OutcomeRecord {
    LedgerId id;
    DirectiveId directive;
    RunState state = RunState::ok;
    WallTime started_at;
    WallTime ended_at;
    Milliseconds duration{0};  ///< Measured on the monotonic clock.
    std::string error;         ///< Summary; empty when it went well. Bounded.
};

/// How far a schedule has been decided: every instant up to and including it has its ledger row.
struct Cursor {
    DirectiveId directive;
    std::uint32_t trigger_index = 0;
    WallTime decided_until;
};

}  // namespace aifp::model
