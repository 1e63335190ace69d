#include "directives/grammar_rows.hpp"

namespace aifp::directives::rows {
namespace {

constexpr Key kAtKeys[] = {
    {.name = "weekdays",
     .type = ValueType::weekdays,
     .doc = "Only on these days: mon … sun, ranges such as mon-fri, weekdays, weekend",
     .aliases = "days"},
    {.name = "timezone",
     .type = ValueType::zone,
     .doc = "Moves to the directive: one directive has one time zone"},
    {.name = "daylight_savings",
     .type = ValueType::boolean,
     .doc = "false: standard time all year round",
     .fallback = "true"},
};
constexpr Key kCronKeys[] = {
    {.name = "timezone",
     .type = ValueType::zone,
     .doc = "Moves to the directive: one directive has one time zone"},
};
constexpr Key kEveryKeys[] = {
    {.name = "anchor",
     .type = ValueType::choice,
     .doc = "What the period is counted from: start (when first armed), midnight, epoch",
     .fallback = R"("start")",
     .choices = "start midnight epoch"},
};
constexpr Key kWebhookKeys[] = {
    {.name = "methods",
     .type = ValueType::methods,
     .doc = "HTTP methods that are let in",
     .fallback = R"(["POST"])",
     .aliases = "method"},
    {.name = "auth",
     .type = ValueType::auth,
     .doc = "Who may call: bearer, hmac_sha256, ip, or none in so many words",
     .required = true},
    {.name = "max_body",
     .type = ValueType::size,
     .doc = "Largest request body",
     .fallback = R"("1 MiB")"},
    {.name = "respond",
     .type = ValueType::choice,
     .doc = "accept: answer once the run is recorded; wait: answer when it has ended",
     .fallback = R"("accept")",
     .choices = "accept wait"},
    {.name = "respond_timeout",
     .type = ValueType::positive_duration,
     .doc = "How long respond: wait waits",
     .fallback = R"("30s")"},
    {.name = "rate", .type = ValueType::rate, .doc = "At most so many calls in so long a time"},
    {.name = "filter",
     .type = ValueType::expression,
     .doc = "Moves to the conditions; reads trigger.*"},
};
constexpr Key kEventKeys[] = {
    {.name = "filter",
     .type = ValueType::expression,
     .doc = "Only events for which this holds; reads trigger.*"},
};
constexpr Key kSunKeys[] = {
    {.name = "elevation",
     .type = ValueType::degrees,
     .doc = "For sun: elevation: the height of the sun's centre in degrees, below 0 in twilight"},
    {.name = "direction",
     .type = ValueType::choice,
     .doc = "For sun: elevation: whether the sun rises or sets then",
     .choices = "rising setting"},
    {.name = "offset",
     .type = ValueType::offset,
     .doc = "Earlier (-20m) or later (20m), at most 12h"},
};
constexpr Kind not_built(std::string_view name, std::string_view doc) {
    return unbuilt_kind(Group::trigger, name, doc);
}

constexpr Kind kRows[] = {
    {.group = Group::trigger,
     .name = "at",
     .short_name = "time",
     .aliases = "time execute_at",
     .argument = {.name = "at",
                  .type = ValueType::instants,
                  .doc = "Times of day and date-times, one or a list",
                  .aliases = "time times execute_at datetime"},
     .keys = kAtKeys,
     .doc = "At a time of day, on given weekdays, or once at a date and time"},
    {.group = Group::trigger,
     .name = "cron",
     .short_name = "cron",
     .aliases = "schedule",
     .argument = {.name = "cron",
                  .type = ValueType::cron,
                  .doc = "Five fields, six with seconds first, or @daily and its like",
                  .aliases = "expression schedule"},
     .keys = kCronKeys,
     .doc = "On a cron schedule"},
    {.group = Group::trigger,
     .name = "every",
     .short_name = "every",
     .aliases = "interval",
     .argument = {.name = "every",
                  .type = ValueType::interval,
                  .doc = "The period, at least 1s",
                  .aliases = "interval period seconds"},
     .keys = kEveryKeys,
     .doc = "Again and again with a fixed period"},
    {.group = Group::trigger,
     .name = "webhook",
     .short_name = "http",
     .aliases = "http api_webhook",
     .argument = {.name = "webhook",
                  .type = ValueType::webhook_path,
                  .doc = "Path below /hooks/",
                  .aliases = "path endpoint http"},
     .keys = kWebhookKeys,
     .doc = "When somebody calls its address over HTTP"},
    {.group = Group::trigger,
     .name = "event",
     .short_name = "event",
     .aliases = {},
     .argument = {.name = "event",
                  .type = ValueType::event_name,
                  .doc = "Name of the event, as emit names it",
                  .aliases = "event_name event_type"},
     .keys = kEventKeys,
     .doc = "When an action emits the event"},
    {.group = Group::trigger,
     .name = "manual",
     .short_name = "manual",
     .aliases = {},
     .argument = {.name = "manual", .type = ValueType::nothing, .doc = "Nothing"},
     .keys = {},
     .doc = "Only when somebody runs it by hand"},
    {.group = Group::trigger,
     .name = "sun",
     .short_name = "sun",
     .aliases = {},
     .argument = {.name = "sun",
                  .type = ValueType::choice,
                  .doc = "sunrise, sunset, dawn, dusk (civil), noon, or elevation",
                  .aliases = "event",
                  .choices = "sunrise sunset dawn dusk noon elevation"},
     .keys = kSunKeys,
     .doc = "At sunrise, sunset, dawn, dusk, noon or a height of the sun (docs/sun.md)"},
    not_built("state", "When a state changes"),
    not_built("numeric_state", "When a number enters a range"),
    not_built("template", "When a template becomes true"),
    not_built("condition", "When an expression becomes true"),
    not_built("watchdog", "When something expected did not happen"),
    not_built("while", "Again and again while conditions hold"),
    not_built("after", "After other directives have run"),
    not_built("file", "When a file changes"),
    not_built("poll", "When a polled address changes its answer"),
    not_built("mqtt", "When an MQTT message arrives"),
    not_built("engine_start", "When the engine starts"),
    not_built("host_boot", "When the machine has booted"),
    not_built("clock_changed", "When the clock is set"),
};

constexpr Key kCommon[] = {
    {.name = "id",
     .type = ValueType::text,
     .doc = "Name of the trigger: trigger.id; default is its position"},
    {.name = "enabled",
     .type = ValueType::boolean,
     .doc = "false: never fires",
     .fallback = "true"},
    {.name = "for", .type = ValueType::any, .doc = "How long it has to hold", .built = false},
    {.name = "variables", .type = ValueType::any, .doc = "Own variables", .built = false},
    {.name = "debounce", .type = ValueType::any, .doc = "Quiet time", .built = false},
    {.name = "throttle", .type = ValueType::any, .doc = "Smallest distance", .built = false},
    {.name = "jitter", .type = ValueType::any, .doc = "Random delay", .built = false},
    {.name = "offset", .type = ValueType::any, .doc = "Earlier or later", .built = false},
};

constexpr Key kAuth[] = {
    {.name = "bearer", .type = ValueType::any, .doc = "Token or list of tokens, as !secret NAME"},
    {.name = "hmac_sha256",
     .type = ValueType::any,
     .doc = "Key or list of keys of the signature, as !secret NAME"},
    {.name = "header",
     .type = ValueType::text,
     .doc = "Header with the signature",
     .fallback = R"("X-Signature-256")"},
    {.name = "timestamp_header",
     .type = ValueType::text,
     .doc = "Header with the time in seconds; none: the body alone is signed",
     .fallback = R"("X-Timestamp")"},
    {.name = "id_header",
     .type = ValueType::text,
     .doc = "Header that names the delivery, against replay"},
    {.name = "window",
     .type = ValueType::positive_duration,
     .doc = "How old a signed call may be",
     .fallback = R"("5m")"},
    {.name = "ip", .type = ValueType::text_list, .doc = "Addresses and CIDR ranges"},
};

}  // namespace

std::span<const Kind> triggers() noexcept {
    return kRows;
}
std::span<const Key> trigger_common() noexcept {
    return kCommon;
}
std::span<const Key> auth() noexcept {
    return kAuth;
}

}  // namespace aifp::directives::rows
