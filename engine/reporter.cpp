#include "engine/reporter.hpp"

#include <fmt/format.h>

namespace aifp::engine {

using logging::Field;
using logging::Level;
using logging::LogType;

void Reporter::on_decided(const model::DecisionRecord& decision, std::string_view directive) {
    if (decision.kind != model::DecisionKind::skipped) {
        return;  // the run's end has a line of its own
    }
    const auto reason = model::name_of(decision.reason);
    log_.write(LogType::execution,
               Level::info,
               "not_run",
               {Field("directive", directive),
                Field("decision", decision.id.value),
                Field("trigger", decision.event.cause),
                Field("reason", reason),
                Field("detail", decision.detail)});
    console_.say(Level::info,
                 decision.detail.empty()
                     ? fmt::format("not run  {}  {}", directive, reason)
                     : fmt::format("not run  {}  {}: {}", directive, reason, decision.detail));
}

void Reporter::on_run_ended(const RunEnd& end, std::string_view directive) {
    const auto& outcome = end.outcome;
    const auto state = model::name_of(outcome.state);
    const auto status = model::execution_status_of(outcome.state);
    const bool failed = status && *status != model::ExecutionStatus::success;
    log_.write(LogType::execution,
               failed ? Level::error : Level::info,
               "run_ended",
               {Field("directive", directive),
                Field("run", outcome.id.value),
                Field("state", state),
                Field("duration_ms", outcome.duration.count()),
                Field("error", outcome.error)});
    if (failed) {
        log_.write(LogType::error,
                   Level::error,
                   "run_failed",
                   {Field("directive", directive),
                    Field("run", outcome.id.value),
                    Field("state", state),
                    Field("error", outcome.error)});
    }
    console_.run_ended(
        logging::RunLine{outcome.id.value, directive, state, outcome.duration, outcome.error});
}

void Reporter::on_store_trouble(const std::string& what) {
    problem("store_trouble", what);
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
    console_.say(Level::info,
                 fmt::format("{}{}{}{}{}",
                             event,
                             directive.empty() ? "" : "  ",
                             directive,
                             text.empty() ? "" : "  ",
                             text));
}

void Reporter::problem(std::string_view event, std::string_view text) {
    log_.write(LogType::lifecycle, Level::error, event, {Field("text", text)});
    log_.write(LogType::error, Level::error, event, {Field("text", text)});
    console_.say(Level::error, fmt::format("{}  {}", event, text));
}

}  // namespace aifp::engine
