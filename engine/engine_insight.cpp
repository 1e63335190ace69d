#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <utility>

#include "base/json_text.hpp"
#include "directives/files.hpp"
#include "engine/conditions.hpp"
#include "engine/engine_core.hpp"
#include "engine/rehearsal.hpp"
#include "engine/trigger_values.hpp"
#include "model/definition.hpp"
#include "storage/database.hpp"
#include "storage/ledger.hpp"
#include "storage/traces.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

// There is no run: what reads run.id sees this.
constexpr LedgerId kNoRun{-1};

/// Makes variables, conditions and key of the event and adds them to the view. Returns why it would
/// not run; empty if it would.
std::string judge(const CompiledDirective& compiled,
                  const ConditionContext& context,
                  const Redact& redact,
                  RunScope& scope,
                  json::object& view) {
    const auto vars = render_variables(compiled, context.sandbox, scope);
    const auto* made = scope.vars().if_object();
    if (made != nullptr && !made->empty()) {
        view["variables"] = scope.vars();
    }
    json::array conditions;
    auto obstacle = tell_conditions(compiled.conditions, context, redact, conditions);
    view["conditions"] = std::move(conditions);
    const auto key = render_key(compiled, context.sandbox, scope);
    if (key && compiled.key) {
        view["key"] = *key;
    }
    if (!vars) {
        return vars.error().detail();
    }
    return obstacle.empty() && !key ? key.error().detail() : obstacle;
}

std::string key_in(const json::object& view) {
    const auto* key = view.if_contains("key");
    return key != nullptr ? std::string(key->get_string()) : std::string();
}

/// The trigger that is meant; the first if none is named.
Result<std::uint32_t> find_trigger(const model::Directive& directive, const std::string& id) {
    for (std::uint32_t i = 0; i < directive.triggers.size(); ++i) {
        if (id.empty() || directive.triggers[i].id == id) {
            return i;
        }
    }
    return fail(ErrorCode::not_found, fmt::format("no trigger has the id {}", id));
}

model::Event event_of(const DryRunQuery& query, const model::Trigger& trigger, WallTime now) {
    model::Event event;
    event.cause = trigger.kind;
    event.seen_at = now;
    if (schedule::is_clock_kind(trigger.kind)) {
        event.scheduled_for = now;
    }
    event.payload = json_text(query.payload);
    return event;
}

json::object view_of(const storage::TraceRow& row, std::string_view directive) {
    boost::system::error_code error;
    auto kept = json::parse(row.steps, error);
    json::object view;
    view["run"] = row.run.value;
    view["directive"] = directive;
    view["state"] = row.is_run ? model::name_of(row.state) : "not_run";
    view["ended_at"] = format_utc_ms(row.ended_at);
    view["steps"] = json::array();
    if (error) {
        return view;
    }
    if (!row.is_run) {
        view["not_run"] = std::move(kept);
        return view;
    }
    auto* whole = kept.if_object();
    if (whole != nullptr && whole->contains("steps")) {
        view["steps"] = std::move(whole->at("steps"));
    } else if (kept.is_array()) {
        view["steps"] = std::move(kept);
    }
    view["can_go_on"] = whole != nullptr && whole->contains("resume");
    return view;
}

std::string no_trace(LedgerId run, const std::optional<storage::HistoryEntry>& decision) {
    if (!decision) {
        return fmt::format("there is no run {}", run.value);
    }
    if (decision->decision.kind == model::DecisionKind::skipped) {
        return fmt::format("{} is no run: it was decided not to; aifp why tells why", run.value);
    }
    if (!decision->end) {
        return fmt::format("run {} has not ended yet: its steps are shown then", run.value);
    }
    return fmt::format(
        "the steps of run {} are not kept any more; write traces: all in "
        ".aifp-project/engine.yaml to keep those of every run",
        run.value);
}

}  // namespace

void EngineCore::dry_run(DryRunQuery query, Answer answer) {
    auto* entry = find_entry(query.directive);
    if (entry == nullptr) {
        answer(
            fail(ErrorCode::not_found, fmt::format("no directive is called {}", query.directive)));
        return;
    }
    const auto stored = model::read_definition(entry->definition);
    if (!stored) {
        answer(fail(stored.error()));
        return;
    }
    const auto& directive = *stored;
    const auto gate = ask_gate(*entry);
    const auto trigger = find_trigger(directive, query.trigger);
    const auto compiled = compiled_.get(*entry);
    if (query.only_approved && gate == model::Reason::not_approved) {
        answer(fail(ErrorCode::conflict, "nobody has approved it: it is not rendered before"));
        return;
    }
    if (!trigger || !compiled) {
        answer(fail(trigger ? compiled.error() : trigger.error()));
        return;
    }
    auto event = event_of(query, directive.triggers[*trigger], parts_.clock.wall());
    event.directive = entry->id;
    event.trigger_index = *trigger;
    const auto trigger_id = (*compiled)->trigger_id(*trigger);
    RunScope scope(scope_sources_, (*compiled)->zone, std::move(event), {entry->name, trigger_id});
    scope.set_run(kNoRun);
    const auto redact = traces_.redact();
    const auto context = dispatcher_.condition_context(entry->id, scope, trigger_id);
    json::object view;
    view["directive"] = entry->name;
    view["dry_run"] = true;
    view["trigger"] = trigger_id;
    auto obstacle = judge(**compiled, context, redact, scope, view);
    const auto outlook = dispatcher_.outlook(*entry, key_in(view));
    if (obstacle.empty() && outlook.reason != model::Reason::none) {
        obstacle = fmt::format("{}: {}", name_of(outlook.reason), outlook.detail);
    }
    if (outlook.hold) {
        view["held_back"] = {{"by", name_of(outlook.hold->kind)},
                             {"until", format_utc_ms(outlook.hold->deadline)}};
    }
    if (gate != model::Reason::none) {
        obstacle = text_of_gate(gate, *entry);
    }
    Rehearsal rehearsal({action_services_, scope, context, redact, entry->name, kNoRun});
    view["would_run"] = obstacle.empty();
    view["not_run_because"] = obstacle.empty() ? json::value() : json::value(redact(obstacle));
    view["actions"] = rehearsal.rehearse(directive.actions, "actions");
    const json::value error{{"message", "(what went wrong)"}, {"class", "any"}, {"step", ""}};
    view["on_error"] = rehearsal.rehearse(directive.on_error, "on_error", error);
    view["finally"] = rehearsal.rehearse(directive.finally, "finally");
    view["note"] = "nothing was performed; what reads steps.NAME is only known when it runs";
    answer(json::value(std::move(view)));
}

void EngineCore::run_with(RunQuery query, Answer answer) {
    const auto* entry = find_entry(query.directive);
    if (entry == nullptr || !is_ready()) {
        answer(entry == nullptr ? fail(ErrorCode::not_found,
                                       fmt::format("no directive is called {}", query.directive))
                                : fail(ErrorCode::busy, "the engine is starting or stopping"));
        return;
    }
    const auto stored = model::read_definition(entry->definition);
    const auto trigger =
        stored ? find_trigger(*stored, query.trigger) : Result<std::uint32_t>(fail(stored.error()));
    if (!trigger) {
        answer(fail(trigger.error()));
        return;
    }
    Offer offer;
    offer.event.directive = entry->id;
    offer.event.trigger_index = *trigger;
    offer.event.cause = "manual";
    offer.event.seen_at = parts_.clock.wall();
    offer.event.payload = json_text(query.payload);
    offer_by_hand(*entry, std::move(offer), std::move(answer));
}

void EngineCore::trace(LedgerId run, Answer answer) {
    const auto name_of_directive = [this](DirectiveId id) {
        const auto* entry = catalog_.find(id);
        return entry != nullptr ? std::string_view(entry->name) : std::string_view();
    };
    if (const auto* kept = traces_.find(run)) {
        auto view = view_of({kept->run, kept->directive, kept->state, kept->ended_at, kept->steps},
                            name_of_directive(kept->directive));
        view["can_go_on"] = kept->can_go_on;
        answer(json::value(std::move(view)));
        return;
    }
    struct Found {
        std::optional<storage::TraceRow> row;
        std::optional<storage::HistoryEntry> decision;
    };
    auto found = std::make_shared<Found>();
    parts_.store.read(
        [found, run](storage::Database& database) {
            found->row = storage::find_trace(database, run);
            found->decision = storage::find_decision(database, run);
        },
        [found, run, name_of_directive, answer = std::move(answer)](const Status& read) {
            if (!read) {
                answer(fail(read.error()));
            } else if (!found->row) {
                answer(fail(ErrorCode::not_found, no_trace(run, found->decision)));
            } else {
                answer(json::value(view_of(*found->row, name_of_directive(found->row->directive))));
            }
        });
}

}  // namespace aifp::engine
