#include "engine/reporter.hpp"

#include <fmt/format.h>

#include "document/node.hpp"

namespace aifp::engine {

using logging::Field;
using logging::Level;
using logging::LogType;

void Reporter::on_decided(const model::DecisionRecord& decision, std::string_view directive) {
    if (decision.kind != model::DecisionKind::skipped) {
        return;  // the run's end has a line of its own
    }
    const auto reason = model::name_of(decision.reason);
    const bool is_busy = decision.reason == model::Reason::mode_single_busy ||
                         decision.reason == model::Reason::mode_max;
    const auto level = is_busy ? Level::warning : Level::info;
    log_.write(LogType::execution,
               level,
               "not_run",
               {Field("directive", directive),
                Field("decision", decision.id.value),
                Field("trigger", decision.event.cause),
                Field("reason", reason),
                Field("detail", decision.detail)});
    console_.say(level,
                 decision.detail.empty()
                     ? fmt::format("not run  {}  {}", directive, reason)
                     : fmt::format("not run  {}  {}: {}", directive, reason, decision.detail));
}

void Reporter::on_run_ended(const RunEnd& end, std::string_view directive) {
    const auto& outcome = end.outcome;
    const auto state = model::name_of(outcome.state);
    const auto status = model::execution_status_of(outcome.state);
    const bool failed = status && *status != model::ExecutionStatus::success;
    const auto write = [&](LogType type) {
        log_.write(type,
                   failed ? Level::error : Level::info,
                   "run_ended",
                   {Field("directive", directive),
                    Field("run", outcome.id.value),
                    Field("state", state),
                    Field("duration_ms", outcome.duration.count()),
                    Field("error", outcome.error)});
    };
    write(LogType::execution);
    if (failed) {
        write(LogType::error);
    }
    console_.run_ended(
        logging::RunLine{outcome.id.value, directive, state, outcome.duration, outcome.error});
}

void Reporter::step_said(const actions::RunContext& by,
                         std::string_view level,
                         std::string_view message) {
    const auto as = logging::level_from(level).value_or(Level::info);
    log_.write(
        LogType::execution,
        as,
        "log",
        {Field("directive", by.directive), Field("run", by.run.value), Field("message", message)});
    console_.say(as, fmt::format("run {}  says  {}", by.run.value, message));
}

void Reporter::lifecycle(std::string_view event,
                         std::string_view directive,
                         std::string_view text) {
    log_.write(LogType::lifecycle,
               Level::info,
               event,
               {Field("directive", directive), Field("text", text)});
    listener_(Level::info, event, directive, text);
    const auto line = fmt::format("{}{}{}{}{}",
                                  event,
                                  directive.empty() ? "" : "  ",
                                  directive,
                                  text.empty() ? "" : "  ",
                                  text);
    // What is about the engine comes once; what is about directives may come 10,000 times.
    directive.empty() ? console_.announce(Level::info, line) : console_.say(Level::info, line);
}

void Reporter::problem(std::string_view event, std::string_view text) {
    log_.write(LogType::lifecycle, Level::error, event, {Field("text", text)});
    log_.write(LogType::error, Level::error, event, {Field("text", text)});
    listener_(Level::error, event, {}, text);
    console_.say(Level::error, fmt::format("{}  {}", event, text));
}

void Reporter::diagnostic(const model::Diagnostic& diagnostic) {
    const bool is_error = diagnostic.severity == model::Severity::error;
    const auto level = is_error ? Level::error : Level::warning;
    const auto event = is_error ? "directive_problem" : "directive_warning";
    const auto text = document::format_diagnostic(diagnostic);
    log_.write(LogType::lifecycle, level, event, {Field("text", text)});
    listener_(level, event, {}, text);
    if (is_error) {
        log_.write(LogType::error, level, event, {Field("text", text)});
    }
    console_.say(level,
                 fmt::format("{}  {}:{}:{}: {}{}{}",
                             event,
                             diagnostic.file,
                             diagnostic.line,
                             diagnostic.column,
                             diagnostic.message,
                             diagnostic.hint.empty() ? "" : "; ",
                             diagnostic.hint));
}

}  // namespace aifp::engine
