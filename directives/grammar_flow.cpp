#include "directives/grammar_rows.hpp"

// The actions that decide what other actions do (docs/control-flow.md).

namespace aifp::directives::rows {
namespace {

constexpr Key kContinueOnTimeout = {.name = "continue_on_timeout",
                                    .type = ValueType::boolean,
                                    .doc = "false: waiting in vain is an error of class timeout",
                                    .fallback = "true"};
constexpr Key kWaitTimeout = {.name = "timeout",
                              .type = ValueType::duration,
                              .doc = "How long at most; none: without end; 0s: it looks once"};
constexpr Key kWaitKeys[] = {kWaitTimeout, kContinueOnTimeout};
constexpr Key kIfKeys[] = {
    {.name = "then",
     .type = ValueType::actions,
     .doc = "What is done when it holds",
     .required = true},
    {.name = "else", .type = ValueType::actions, .doc = "What is done when it does not"},
};
constexpr Key kChooseKeys[] = {
    {.name = "default", .type = ValueType::actions, .doc = "What is done when no option fits"},
};
constexpr Key kRepeatKeys[] = {
    {.name = "count", .type = ValueType::count, .doc = "How often", .templated = true},
    {.name = "for_each",
     .type = ValueType::items,
     .doc = "Once per item of a list: repeat.item",
     .templated = true},
    {.name = "while",
     .type = ValueType::conditions,
     .doc = "As long as they hold; asked before each turn"},
    {.name = "until",
     .type = ValueType::conditions,
     .doc = "Until they hold; asked after each turn"},
};
constexpr Key kStopKeys[] = {
    {.name = "error",
     .type = ValueType::boolean,
     .doc = "true: the run has failed; on_error follows",
     .fallback = "false"},
    {.name = "result",
     .type = ValueType::any,
     .doc = "What the run gives to the one that called it",
     .aliases = "response_variable",
     .templated = true},
};
constexpr Key kCallKeys[] = {
    {.name = "wait",
     .type = ValueType::boolean,
     .doc = "false: goes on at once",
     .fallback = "true"},
    {.name = "with",
     .type = ValueType::map,
     .doc = "What it reads as trigger.NAME",
     .templated = true},
};
constexpr Key kApprovalKeys[] = {
    {.name = "channel", .type = ValueType::text, .doc = "Channel of the settings that is told"},
    {.name = "to",
     .type = ValueType::text,
     .doc = "Who gets it, if the channel asks",
     .templated = true},
};

constexpr Kind row(std::string_view name,
                   Key argument,
                   std::span<const Key> keys,
                   std::string_view doc) {
    return {.group = Group::action,
            .name = name,
            .short_name = name,
            .aliases = {},
            .argument = argument,
            .keys = keys,
            .doc = doc};
}

constexpr Kind kRows[] = {
    row("condition",
        {.name = "condition",
         .type = ValueType::conditions,
         .doc = "What must hold",
         .aliases = "conditions"},
        {},
        "Ends the list it stands in when it does not hold; what is around goes on"),
    row("delay",
        {.name = "delay",
         .type = ValueType::wait_time,
         .doc = "How long, such as 10m",
         .aliases = "duration time",
         .templated = true},
        {},
        "Waits; survives a restart"),
    row("wait_until",
        {.name = "wait_until",
         .type = ValueType::conditions,
         .doc = "What must become true",
         .aliases = "conditions expression"},
        kWaitKeys,
        "Waits until an expression is true, at most its timeout"),
    row("wait_for",
        {.name = "wait_for",
         .type = ValueType::triggers,
         .doc = "triggers, one or a list; not webhook and manual",
         .aliases = "triggers trigger"},
        kWaitKeys,
        "Waits until something happens, at most its timeout"),
    row("if",
        {.name = "if",
         .type = ValueType::conditions,
         .doc = "What must hold",
         .aliases = "conditions condition"},
        kIfKeys,
        "One list of actions or another"),
    row("choose",
        {.name = "choose",
         .type = ValueType::options,
         .doc = "A list of {if, then}",
         .aliases = "options"},
        kChooseKeys,
        "The first option that fits"),
    row("repeat",
        {.name = "repeat",
         .type = ValueType::actions,
         .doc = "What is done in each turn",
         .aliases = "sequence actions"},
        kRepeatKeys,
        "A list of actions again and again: one of count, for_each, while, until"),
    row("parallel",
        {.name = "parallel",
         .type = ValueType::actions,
         .doc = "The branches; several actions of one stand below sequence",
         .aliases = "branches actions"},
        {},
        "Several actions at once; goes on when all have ended"),
    row("sequence",
        {.name = "sequence",
         .type = ValueType::actions,
         .doc = "One after the other",
         .aliases = "actions"},
        {},
        "Several actions as one"),
    row("stop",
        {.name = "stop",
         .type = ValueType::text,
         .doc = "Why",
         .aliases = "message",
         .templated = true},
        kStopKeys,
        "Ends the whole run"),
    row("variables",
        {.name = "variables",
         .type = ValueType::map,
         .doc = "Names and values: vars.NAME",
         .aliases = "values",
         .templated = true},
        {},
        "Sets variables of the run"),
    row("call",
        {.name = "call",
         .type = ValueType::directive_name,
         .doc = "Name of a directive",
         .aliases = "directive"},
        kCallKeys,
        "Runs another directive"),
    row("approval",
        {.name = "approval",
         .type = ValueType::text,
         .doc = "The question",
         .aliases = "message",
         .templated = true},
        kApprovalKeys,
        "Waits for a person's yes; no answer within its timeout (24h) is a no"),
};

constexpr Key kRetry[] = {
    {.name = "attempts",
     .type = ValueType::integer,
     .doc = "Tries in all, the first included",
     .required = true,
     .low = 1,
     .high = 100},
    {.name = "delay",
     .type = ValueType::duration,
     .doc = "Pause before the second try",
     .fallback = R"("1s")"},
    {.name = "backoff",
     .type = ValueType::choice,
     .doc = "How the pause grows: constant, linear or exponential",
     .fallback = R"("exponential")",
     .choices = "constant linear exponential"},
    {.name = "factor", .type = ValueType::number, .doc = "Of exponential", .low = 1, .high = 100},
    {.name = "max_delay",
     .type = ValueType::positive_duration,
     .doc = "No pause is longer",
     .fallback = R"("5m")"},
    {.name = "jitter",
     .type = ValueType::number,
     .doc = "Share of the pause that chance may take away; default 0.2",
     .low = 0,
     .high = 1},
    {.name = "budget",
     .type = ValueType::positive_duration,
     .doc = "No try begins later than this after the first"},
    {.name = "retry_on",
     .type = ValueType::error_classes,
     .doc = "Only these errors (docs/errors.md)"},
    {.name = "never_on", .type = ValueType::error_classes, .doc = "Never these"},
};

constexpr Key kOption[] = {
    {.name = "if",
     .type = ValueType::conditions,
     .doc = "What must hold",
     .aliases = "conditions condition",
     .required = true},
    {.name = "then",
     .type = ValueType::actions,
     .doc = "What is done",
     .aliases = "sequence actions",
     .required = true},
};

}  // namespace

std::span<const Kind> flow_actions() noexcept {
    return kRows;
}
std::span<const Key> retry() noexcept {
    return kRetry;
}
std::span<const Key> option() noexcept {
    return kOption;
}

}  // namespace aifp::directives::rows
