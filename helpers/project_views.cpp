#include "helpers/project_views.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <utility>

#include "document/diagnostics_json.hpp"
#include "schedule/schedule.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

json::array next_instants(const model::Directive& directive,
                          const model::Trigger& trigger,
                          const DryRun& question) {
    json::array instants;
    const auto own_zone = directive.timezone.empty() ? Result<TimeZone>(question.zone)
                                                     : TimeZone::load(directive.timezone);
    const schedule::ScheduleContext context{.zone = own_zone.value_or(question.zone),
                                            .dst = directive.dst,
                                            .name = directive.name,
                                            .first_armed = question.now,
                                            .position = question.position};
    const auto made = schedule::make_schedule(trigger, context);
    WallTime after = question.now;
    while (made && instants.size() < question.count) {
        const auto next = made->next_run_after(after);
        if (!next) {
            break;
        }
        instants.emplace_back(format_rfc3339(next->at, context.zone));
        after = next->at;
    }
    return instants;
}

std::string text_in(const json::object& object, std::string_view name) {
    const auto* found = object.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::string last_decision_of(const json::object& decision) {
    const auto seen = text_in(decision, "seen_at");
    const auto reason = text_in(decision, "reason");
    const auto detail = text_in(decision, "detail");
    if (text_in(decision, "decision") == "skipped") {
        return fmt::format(
            "At {} it did not run: {}{}{}.", seen, reason, detail.empty() ? "" : ", ", detail);
    }
    const auto error = text_in(decision, "error");
    return fmt::format("At {} it ran ({}): {}{}{}.",
                       seen,
                       text_in(decision, "cause"),
                       text_in(decision, "state"),
                       error.empty() ? "" : ", ",
                       error);
}

}  // namespace

json::object dry_run_view(const model::Directive& directive, const DryRun& question) {
    auto view = model::to_json(directive);
    json::array triggers;
    for (const auto& trigger : directive.triggers) {
        json::object one;
        one["kind"] = trigger.kind;
        one["arguments"] = trigger.arguments;
        one["next"] = schedule::is_clock_kind(trigger.kind)
                          ? next_instants(directive, trigger, question)
                          : json::array();
        triggers.push_back(std::move(one));
    }
    json::object answer;
    answer["name"] = directive.name;
    answer["triggers"] = std::move(triggers);
    for (const auto* part : {"conditions", "actions", "on_error"}) {
        const auto* found = view.if_contains(part);
        answer[part] = found != nullptr ? *found : json::value(json::array());
    }
    answer["note"] = "nothing was executed; templates in {{ }} are filled in when it runs";
    return answer;
}

std::string explanation_of(const json::object& directive, const json::array& decisions) {
    const auto reason = text_in(directive, "status_reason");
    auto text = fmt::format("{} is {}{}{}.",
                            text_in(directive, "name"),
                            text_in(directive, "status"),
                            reason.empty() ? "" : ": ",
                            reason);
    const auto* approved = directive.if_contains("approved");
    if (approved != nullptr && approved->is_bool() && !approved->as_bool()) {
        text += " A person has not approved it; until then it does not run.";
    }
    const auto due = text_in(directive, "next_due");
    text += due.empty() ? " No instant is planned." : " It is due next at " + due + ".";
    if (decisions.empty()) {
        return text + " It has never been triggered.";
    }
    return text + " " + last_decision_of(decisions.front().as_object());
}

}  // namespace aifp::helpers
