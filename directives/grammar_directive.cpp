#include "directives/grammar_rows.hpp"

namespace aifp::directives::rows {
namespace {

constexpr Key not_built(std::string_view name, std::string_view doc) {
    return {.name = name, .type = ValueType::any, .doc = doc, .built = false};
}

constexpr Key kRows[] = {
    {.name = "name",
     .type = ValueType::directive_name,
     .doc = "Unique in the project: [a-z0-9_.-], up to 64 characters",
     .required = true},
    {.name = "description", .type = ValueType::text, .doc = "What it is for, for people"},
    {.name = "domain", .type = ValueType::text, .doc = "Area it belongs to, such as home"},
    {.name = "tags", .type = ValueType::text_list, .doc = "Words to find it by", .aliases = "tag"},
    {.name = "priority",
     .type = ValueType::integer,
     .doc = "Larger starts first when several are due",
     .fallback = "0",
     .low = -1000,
     .high = 1000},
    {.name = "timezone",
     .type = ValueType::zone,
     .doc = "IANA name such as Europe/Berlin; default is the project's"},
    {.name = "enabled",
     .type = ValueType::boolean,
     .doc = "false: known, but never armed",
     .fallback = "true"},
    {.name = "mode",
     .type = ValueType::choice,
     .doc = "When it fires while it runs: single drops, restart, queued, parallel",
     .fallback = R"("single")",
     .choices = "single restart queued parallel"},
    {.name = "max",
     .type = ValueType::integer,
     .doc = "For queued (running and waiting) and parallel",
     .fallback = "10",
     .low = 2,
     .high = 1000},
    {.name = "misfire",
     .type = ValueType::choice,
     .doc = "Instants missed by more than grace: skip, once for all of them, or all",
     .fallback = R"("skip")",
     .choices = "skip once all"},
    {.name = "grace",
     .type = ValueType::duration,
     .doc = "How late still counts as in time; default is the period, at most 1h",
     .aliases = "misfire_grace"},
    {.name = "dst", .type = ValueType::dst, .doc = "Fixed times on days the clock is set"},
    {.name = "timeout", .type = ValueType::positive_duration, .doc = "Of a whole run"},
    {.name = "rate",
     .type = ValueType::rate,
     .doc = "At most so many runs in so long a time, such as 10/1h; up to 10000",
     .aliases = "rate_limit"},
    {.name = "triggers",
     .type = ValueType::triggers,
     .doc = "What starts it",
     .aliases = "trigger",
     .required = true},
    {.name = "conditions",
     .type = ValueType::conditions,
     .doc = "What must hold",
     .aliases = "condition"},
    {.name = "actions",
     .type = ValueType::actions,
     .doc = "What it does, one after the other",
     .aliases = "action",
     .required = true},
    {.name = "on_error", .type = ValueType::actions, .doc = "What it does after a failed action"},
    {.name = "finally", .type = ValueType::actions, .doc = "What it does at last in any case"},
    {.name = "on_edit",
     .type = ValueType::choice,
     .doc = "Runs under way when the file changes: finish on the old version, or stop",
     .fallback = R"("finish")",
     .choices = "finish stop"},
    {.name = "notices",
     .type = ValueType::notices,
     .doc = "What people are told of it: events, or a map with events, channel, digest",
     .aliases = "notify_on"},
    {.name = "status",
     .type = ValueType::choice,
     .doc = "Of older files; the engine keeps the status itself",
     .choices = "draft validated implemented active paused error archived pending_validation "
                "implementing deprecated"},
    {.name = "key",
     .type = ValueType::text,
     .doc = "mode and max hold for each of its values alone, such as {{ trigger.data.room }}",
     .templated = true},
    {.name = "max_age",
     .type = ValueType::positive_duration,
     .doc = "A queued run that waited longer is dropped: queue_expired"},
    {.name = "max_exceeded",
     .type = ValueType::choice,
     .doc = "Runs that mode and max drop: warning in the log, or silent; always in the ledger",
     .fallback = R"("warning")",
     .choices = "warning silent"},
    {.name = "recheck",
     .type = ValueType::boolean,
     .doc = "Asks the conditions again when a queued run's turn comes",
     .fallback = "false",
     .aliases = "queue_recheck"},
    {.name = "retry", .type = ValueType::retry, .doc = "Tries all actions again after a failure"},
    {.name = "stop_after",
     .type = ValueType::stop_after,
     .doc = "Pauses it after so many failures in a row"},
    {.name = "variables",
     .type = ValueType::variables,
     .doc = "Names and values, made once when it is triggered: vars.NAME",
     .templated = true},
    not_built("debounce", "Quiet time"),
    not_built("throttle", "Smallest distance between runs"),
    not_built("cooldown", "Rest after a run"),
    not_built("jitter", "Random delay"),
    not_built("starts_at", "Not before"),
    not_built("expires_at", "Not after"),
    not_built("calendars", "Days that count or do not"),
    not_built("depends_on", "Directives that must be there"),
};

constexpr Key kDst[] = {
    {.name = "gap",
     .type = ValueType::choice,
     .doc = "A time that the clock leaves out: run just after, or skip",
     .fallback = R"("run")",
     .choices = "run skip"},
    {.name = "overlap",
     .type = ValueType::choice,
     .doc = "A time that comes twice: first, second or both",
     .fallback = R"("first")",
     .choices = "first second both"},
};

constexpr Key kNotices[] = {
    {.name = "events",
     .type = ValueType::notice_events,
     .doc = "failure, recovery, missed, overdue, stuck, error_rate; all or none",
     .aliases = "event on"},
    {.name = "channel", .type = ValueType::text, .doc = "Channel of the settings"},
    {.name = "to", .type = ValueType::text, .doc = "Who gets it, if the channel asks"},
    {.name = "digest",
     .type = ValueType::duration,
     .doc = "Repeats within it are told once, with counts"},
    {.name = "stuck_after",
     .type = ValueType::positive_duration,
     .doc = "A run under way for longer is stuck"},
};

constexpr Key kStopAfter[] = {
    {.name = "failures",
     .type = ValueType::integer,
     .doc = "How many in a row",
     .required = true,
     .low = 1,
     .high = 1000},
};

}  // namespace

std::span<const Key> directive() noexcept {
    return kRows;
}
std::span<const Key> dst() noexcept {
    return kDst;
}
std::span<const Key> notices() noexcept {
    return kNotices;
}
std::span<const Key> stop_after() noexcept {
    return kStopAfter;
}

}  // namespace aifp::directives::rows
