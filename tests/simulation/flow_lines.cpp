#include "base/time_zone.hpp"
#include "storage/database.hpp"
#include "tests/simulation/flow_player.hpp"

// What the engine has recorded, in words.
namespace aifp::simulation {

namespace {

constexpr std::string_view kTeller = "tells_";

}  // namespace

std::string teller_of(std::string_view event) {
    return fmt::format("{}{}", kTeller, event);
}

bool is_teller(std::string_view directive) {
    return directive.starts_with(kTeller);
}

void FlowPlayer::note(const storage::WriteGroup& group, storage::Database& database) {
    storage::Statement names(database, "SELECT id, name FROM user_directives");
    while (names.step()) {
        directives_[names.integer(0)] = names.text(1);
    }
    for (const auto& decision : group.decisions) {
        runs_[decision.id.value] = directives_[decision.event.directive.value];
        say_decision(decision);
    }
    for (const auto& released : group.released) {
        say_of(released.id,
               fmt::format("has waited: {}{}{}",
                           name_of(released.kind),
                           released.reason == model::Reason::none ? "" : ", ",
                           released.reason == model::Reason::none ? "" : name_of(released.reason)));
    }
    for (const auto id : group.started) {
        say_of(id, "has its turn");
    }
    for (const auto& skip : group.skipped) {
        say_of(skip.id,
               fmt::format("is not run after all: {}: {}", name_of(skip.reason), skip.detail));
    }
    for (const auto& outcome : group.outcomes) {
        say_of(outcome.id,
               fmt::format("ends: {}{}{}",
                           name_of(outcome.state),
                           outcome.error.empty() ? "" : ": ",
                           outcome.error),
               outcome.ended_at);
    }
}

void FlowPlayer::say_of(LedgerId run, const std::string& text, std::optional<WallTime> at) {
    const auto& name = runs_[run.value];
    if (!is_teller(name)) {
        transcript_.put(at.value_or(time_.wall()), fmt::format("{} {} {}", name, run.value, text));
    }
}

void FlowPlayer::say_decision(const model::DecisionRecord& decision) {
    const auto& event = decision.event;
    std::string text;
    switch (decision.kind) {
        case model::DecisionKind::started:
            text = "starts";
            break;
        case model::DecisionKind::queued:
            text = "is queued";
            break;
        case model::DecisionKind::waiting:
            text = "is held back";
            break;
        case model::DecisionKind::skipped:
            text = "is not run";
            break;
    }
    text += " (" + event.cause;
    if (event.scheduled_for) {
        text += " due " + format_utc_seconds(*event.scheduled_for);
    }
    text += ")";
    if (decision.reason != model::Reason::none) {
        text += fmt::format(": {}", name_of(decision.reason));
    }
    if (!decision.detail.empty()) {
        text += ": " + decision.detail;
    }
    say_of(decision.id, text);
}

}  // namespace aifp::simulation
