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
     .type = ValueType::misfire,
     .doc = "Instants missed by more than grace: skip, once for all of them, or all; or a map",
     .fallback = R"("skip")",
     .choices = "skip once all"},
    {.name = "persistent",
     .type = ValueType::boolean,
     .doc = "As in systemd: true is misfire: once, false is misfire: skip"},
    {.name = "grace",
     .type = ValueType::duration,
     .doc = "How late still counts as in time; default is the period, at most 1h",
     .aliases = "misfire_grace"},
    {.name = "dst", .type = ValueType::dst, .doc = "Fixed times on days the clock is set"},
    {.name = "timeout", .type = ValueType::positive_duration, .doc = "Of a whole run"},
    {.name = "cap",
     .type = ValueType::integer,
     .doc = "Runs of misfire: all at most",
     .fallback = "100",
     .low = 1,
     .high = 1000},
    {.name = "stagger",
     .type = ValueType::duration,
     .doc = "Distance between runs that are caught up; default is the period, at most 10s"},
    {.name = "rate",
     .type = ValueType::run_rate,
     .doc = "At most so many runs in so long a time, such as 10/1h; up to 10000",
     .aliases = "rate_limit"},
    {.name = "debounce",
     .type = ValueType::positive_duration,
     .doc = "Quiet time: when so long no further event came, the last one runs"},
    {.name = "throttle",
     .type = ValueType::positive_duration,
     .doc = "Smallest distance between starts; what comes sooner does not run"},
    {.name = "cooldown",
     .type = ValueType::positive_duration,
     .doc = "Rest after the end of a run; what comes meanwhile does not run"},
    {.name = "jitter",
     .type = ValueType::jitter,
     .doc = "Pause of chance length before a run, so long at most; or {max, fixed}"},
    {.name = "accuracy",
     .type = ValueType::positive_duration,
     .doc = "Starts within so long, where this host gathers the starts of all directives"},
    {.name = "starts_at",
     .type = ValueType::instant,
     .doc = "Nothing runs before, such as 2026-12-01T08:00:00"},
    {.name = "expires_at", .type = ValueType::instant, .doc = "Nothing runs from then on"},
    {.name = "calendars",
     .type = ValueType::calendars,
     .doc = "Calendars of the settings: {include: [...], exclude: [...]}, or those to include",
     .aliases = "calendar"},
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

constexpr Key kRunRate[] = {
    {.name = "limit",
     .type = ValueType::rate,
     .doc = "How many in how long, such as 60/1h",
     .required = true},
    {.name = "burst",
     .type = ValueType::integer,
     .doc = "Tokens of a bucket: so many may follow at once after a quiet time",
     .low = 1,
     .high = 10'000},
};

constexpr Key kJitter[] = {
    {.name = "max",
     .type = ValueType::positive_duration,
     .doc = "The longest pause",
     .required = true},
    {.name = "fixed",
     .type = ValueType::boolean,
     .doc = "true: the same pause each time, chosen by the directive's name",
     .fallback = "false"},
};

constexpr Key kCalendars[] = {
    {.name = "include", .type = ValueType::text_list, .doc = "One of these must hold"},
    {.name = "exclude", .type = ValueType::text_list, .doc = "None of these may hold"},
};

constexpr Key kMisfire[] = {
    {.name = "policy",
     .type = ValueType::choice,
     .doc = "skip, once for all of them, or all",
     .choices = "skip once all",
     .required = true},
    {.name = "grace", .type = ValueType::duration, .doc = "As grace of the directive"},
    {.name = "cap",
     .type = ValueType::integer,
     .doc = "As cap of the directive",
     .low = 1,
     .high = 1000},
    {.name = "stagger", .type = ValueType::duration, .doc = "As stagger of the directive"},
};

}  // namespace

std::span<const Key> run_rate() noexcept {
    return kRunRate;
}
std::span<const Key> jitter() noexcept {
    return kJitter;
}
std::span<const Key> calendars() noexcept {
    return kCalendars;
}
std::span<const Key> misfire() noexcept {
    return kMisfire;
}
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
