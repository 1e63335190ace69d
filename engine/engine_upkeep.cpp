#include <fmt/format.h>

#include <memory>
#include <utility>

#include "actions/factory.hpp"
#include "engine/engine_core.hpp"

namespace aifp::engine {
namespace {

constexpr std::string_view kAlertChannel = "alerts";

/// A message on its way: the step and what it reads live until it has arrived.
struct Message {
    std::unique_ptr<actions::Action> action;
    std::unique_ptr<RunScope> scope;
};

}  // namespace

void EngineCore::set_missing(DirectiveId directive, std::vector<std::string> names) {
    auto* entry = catalog_.find(directive);
    if (entry == nullptr || entry->missing == names) {
        return;
    }
    const bool gate_changes = entry->missing.empty() != names.empty();
    entry->missing = std::move(names);
    if (gate_changes && ready_) {
        settle(*entry, {});
        sleep_until_due();
        reporter_.lifecycle("dependencies",
                            entry->name,
                            entry->missing.empty() ? "all there" : entry->status_reason);
    }
}

void EngineCore::note_written(std::string_view /*path*/, std::string_view sha256) {
    written_.emplace(sha256);
}

bool EngineCore::was_written(const ImplementationFile& file) const {
    return written_.contains(file.sha256);
}

void EngineCore::raise_alert(const Alert& alert) {
    const auto known = [&](const Alert& other) {
        return other.directive == alert.directive && other.kind == alert.kind;
    };
    if (std::any_of(alerts_.begin(), alerts_.end(), known)) {
        return;
    }
    alerts_.push_back(alert);
    reporter_.problem(alert.kind, alert.text);
    if (parts_.settings.notify.contains(std::string(kAlertChannel))) {
        send_alert(alert);
    }
}

void EngineCore::clear_alert(DirectiveId directive, std::string_view kind) {
    const auto removed = std::erase_if(alerts_, [&](const Alert& alert) {
        return alert.directive == directive && alert.kind == kind;
    });
    const auto* entry = catalog_.find(directive);
    if (removed > 0 && entry != nullptr) {
        reporter_.lifecycle("alert_over", entry->name, kind);
    }
}

void EngineCore::send_alert(const Alert& alert) {
    model::Action notify;
    notify.kind = "notify";
    notify.arguments["notify"] = alert.text;
    notify.arguments["title"] = "aifp";
    notify.arguments["channel"] = kAlertChannel;
    auto action = actions::make_action(notify, action_services_);
    if (!action) {
        reporter_.problem("alert_not_sent", action.error().detail());
        return;
    }
    auto message = std::make_shared<Message>();
    message->action = std::move(*action);
    message->scope = std::make_unique<RunScope>(
        scope_sources_, parts_.settings.timezone, model::Event{}, RunScope::Names{});
    const actions::RunContext context{LedgerId{}, alert.kind, message->scope.get()};
    // Nobody cancels it: the channel's own time-outs end it.
    static_cast<void>(
        message->action->start(context, [this, message](const actions::StepResult& sent) {
            if (!sent && !stopping_) {
                reporter_.problem("alert_not_sent", sent.error().detail());
            }
        }));
}

std::size_t EngineCore::runs_of(DirectiveId directive) const {
    return dispatcher_.runs_of(directive);
}

void EngineCore::cancel_runs(DirectiveId directive, const std::string& why) {
    dispatcher_.cancel_runs_of(directive, why);
}

}  // namespace aifp::engine
