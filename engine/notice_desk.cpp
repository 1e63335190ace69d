#include "engine/notice_desk.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/parse.hpp>
#include <utility>

#include "base/json_text.hpp"
#include "base/local_words.hpp"
#include "config/quiet_times.hpp"

namespace aifp::engine {

namespace json = boost::json;
using model::NoticeEvent;
using model::Reason;

namespace {

constexpr std::string_view kTitle = "aifp";

std::optional<NoticeEvent> event_of_alert(std::string_view kind) {
    constexpr std::array kKinds{
        std::pair{std::string_view("missing_schedule"), NoticeEvent::overdue},
        std::pair{std::string_view("stuck"), NoticeEvent::stuck},
        std::pair{std::string_view("error_rate"), NoticeEvent::error_rate},
        std::pair{std::string_view("stop_after"), NoticeEvent::error_rate},
        std::pair{std::string_view("storm_breaker"), NoticeEvent::error_rate}};
    for (const auto& [name, event] : kKinds) {
        if (name == kind) {
            return event;
        }
    }
    return std::nullopt;
}

// Most reasons are as the directive wants it. These are not.
std::optional<NoticeEvent> event_of_reason(Reason reason) {
    switch (reason) {
        case Reason::misfire_skipped:
            return NoticeEvent::missed;
        case Reason::condition_error:
        case Reason::directive_invalid:
            return NoticeEvent::failure;
        default:
            return std::nullopt;
    }
}

}  // namespace

NoticeDesk::NoticeDesk(Services services,
                       const actions::Services& actions,
                       const ScopeSources& sources)
    : services_(std::move(services)), sender_(actions, sources) {}

void NoticeDesk::restore(const std::vector<model::Wait>& waits) {
    for (const auto& wait : waits) {
        restore(wait);
    }
}

void NoticeDesk::restore(const model::Wait& wait) {
    rows_[wait.directive] = wait.id;
    json::error_code error;
    const auto data = json::parse(wait.data, error);
    if (error || !data.is_object() || services_.catalog.find(wait.directive) == nullptr) {
        notices_.restore(wait.directive, {});
        forget(wait.directive);
        return;
    }
    notices_.restore(wait.directive, scheduler::notice_memory_from_json(data.get_object()));
}

void NoticeDesk::on_decided(const model::DecisionRecord& decision, std::string_view directive) {
    const auto event = decision.kind == model::DecisionKind::skipped && !directive.empty()
                           ? event_of_reason(decision.reason)
                           : std::nullopt;
    if (!event) {
        return;
    }
    scheduler::Happening happening{*event,
                                   decision.event.directive,
                                   std::string(directive),
                                   services_.clock.wall(),
                                   decision.id,
                                   decision.detail};
    if (decision.event.scheduled_for && *event == NoticeEvent::missed) {
        happening.detail = fmt::format(
            "it was due at {}{}{}",
            local_words(*decision.event.scheduled_for, happening.at, services_.settings.timezone),
            decision.detail.empty() ? "" : "; ",
            decision.detail);
    }
    if (*event == NoticeEvent::failure) {
        happening.detail =
            fmt::format("not run, {}: {}", name_of(decision.reason), decision.detail);
    }
    happened(std::move(happening));
}

void NoticeDesk::on_run_ended(const RunEnd& end, std::string_view directive) {
    const auto& outcome = end.outcome;
    const auto status = model::execution_status_of(outcome.state);
    if (!status && end.reason == Reason::misfire_skipped) {
        happened({NoticeEvent::missed,
                  outcome.directive,
                  std::string(directive),
                  services_.clock.wall(),
                  outcome.id,
                  fmt::format("run {}: {}", outcome.id.value, outcome.error)});
        return;
    }
    if (!status) {
        return;
    }
    const bool is_good = *status == model::ExecutionStatus::success;
    if (is_good && notices_.find(outcome.directive) == nullptr) {
        return;  // the usual case: it ran well, and before too
    }
    std::string detail = fmt::format("run {}", outcome.id.value);
    if (outcome.state != model::RunState::failed) {
        detail += fmt::format(", {}", name_of(outcome.state));
    }
    if (!outcome.error.empty()) {
        detail += fmt::format(": {}", outcome.error);
    }
    happened({is_good ? NoticeEvent::recovery : NoticeEvent::failure,
              outcome.directive,
              std::string(directive),
              services_.clock.wall(),
              outcome.id,
              is_good ? std::string() : std::move(detail)});
}

void NoticeDesk::on_alert(const Alert& alert) {
    const auto event = event_of_alert(alert.kind);
    const auto* entry = services_.catalog.find(alert.directive);
    if (event) {
        happened({*event,
                  alert.directive,
                  entry != nullptr ? entry->name : std::string(),
                  services_.clock.wall(),
                  {},
                  alert.text});
    }
}

void NoticeDesk::happened(scheduler::Happening happening) {
    notices_.happened(happening, rules_of(happening.directive));
    keep_changes();
    services_.wake_changed();
}

model::NoticeRules NoticeDesk::rules_of(DirectiveId directive) const {
    const auto* entry = services_.catalog.find(directive);
    const auto& general = services_.settings.notices.rules;
    auto rules =
        entry != nullptr && entry->notices ? notice_rules_over(general, *entry->notices) : general;
    rules.events = rules.events.value_or(model::NoticeEvents().set());
    rules.digest = rules.digest.value_or(kDigest);
    if (rules.channel.empty() || rules.channel == kAlertChannel) {
        const bool has_it = services_.settings.notify.contains(std::string(kAlertChannel));
        rules.channel = has_it ? kAlertChannel : std::string_view();
    }
    return rules;
}

void NoticeDesk::forget(DirectiveId directive) {
    notices_.forget(directive);
    keep_changes();
}

std::optional<WallTime> NoticeDesk::next_due() const {
    const auto due = notices_.next_due();
    if (!due) {
        return std::nullopt;
    }
    const auto at = std::max(*due, services_.clock.wall());
    const auto quiet =
        config::quiet_until(services_.settings.notices.quiet, services_.settings.timezone, at);
    return quiet ? quiet : due;
}

void NoticeDesk::on_time(WallTime now) {
    if (const auto due = next_due(); !due || *due > now) {
        return;
    }
    for (auto& notice : notices_.take(now, services_.settings.timezone)) {
        send(std::move(notice));
    }
    keep_changes();
}

void NoticeDesk::send(scheduler::Notice notice) {
    const auto* entry = services_.catalog.find(notice.about.front());
    ChannelMessage message{notice.channel, notice.to, std::string(kTitle), notice.text, {}};
    if (notice.about.size() == 1 && entry != nullptr) {
        message.directive = entry->name;
    }
    sender_.send(std::move(message), [this, notice](const Status& sent) {
        if (sent) {
            notices_.sent(notice);
        } else {
            const bool again = notices_.not_sent(notice, services_.clock.wall());
            services_.reporter.problem("notice_not_sent",
                                       fmt::format("channel {}: {}; {}",
                                                   notice.channel,
                                                   sent.error().detail(),
                                                   again ? "it is tried again" : "it is dropped"));
        }
        keep_changes();
        services_.wake_changed();
    });
}

// It rides with the outcomes: streak and run are stored together.
void NoticeDesk::keep_changes() {
    storage::WriteGroup group;
    for (const auto directive : notices_.take_changed()) {
        const auto* memory = notices_.find(directive);
        const auto row = rows_.find(directive);
        if (memory == nullptr) {
            if (row != rows_.end()) {
                group.waits_over.push_back(row->second);
                rows_.erase(row);
            }
            continue;
        }
        const auto id = row != rows_.end() ? row->second : services_.wait_ids.next();
        rows_[directive] = id;
        model::Wait wait;
        wait.id = id;
        wait.kind = model::WaitKind::notice;
        wait.directive = directive;
        wait.data = json_text(to_json(*memory));
        group.waits.push_back(std::move(wait));
    }
    if (!group.waits.empty() || !group.waits_over.empty()) {
        services_.store.submit_lazily(std::move(group));
    }
}

}  // namespace aifp::engine
