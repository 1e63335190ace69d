#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "engine/engine_core.hpp"
#include "model/definition.hpp"
#include "storage/database.hpp"
#include "storage/directives.hpp"

namespace aifp::engine {

using model::DirectiveStatus;
using model::Reason;

void EngineCore::settle(Entry& entry, const Cursors& cursors, const model::Directive* definition) {
    dispatcher_.limits().set_rate(entry);
    next_starts_.forget(entry.id);
    go_as_far_as_the_gate(entry);
    const auto now = clock_guard_.believable_time();
    decide_overdue(entry.id, now);
    if (std::exchange(entry.armed, false)) {
        --armed_;
    }
    armory_.disarm(entry.id);
    // A draft is not complete, and what is archived is over: neither is expected to run.
    if (entry.status != DirectiveStatus::archived && entry.status != DirectiveStatus::draft) {
        if (definition != nullptr) {
            arm_or_rest(entry, {*definition, cursors, now});
        } else if (const auto stored = model::read_definition(entry.definition)) {
            arm_or_rest(entry, {*stored, cursors, now});
        } else if (entry.status == DirectiveStatus::active && entry.enabled) {
            refuse_to_arm(entry, stored.error());
        }
    }
    if (entry.status == DirectiveStatus::archived) {
        std::erase_if(alerts_, [&](const Alert& alert) { return alert.directive == entry.id; });
    }
    if (entry.armed) {
        sensors_.drop_parked(entry.id, Reason::disabled, std::string(kFileEdited));
    } else {
        sensors_.drop_parked(entry.id, reason_at_rest(entry), why_at_rest(entry));
    }
    follow_runs(entry.id);
    settle_held_of(entry);
    tell_status(entry);
}

void EngineCore::go_as_far_as_the_gate(Entry& entry) {
    if (entry.status == DirectiveStatus::paused || entry.status == DirectiveStatus::archived ||
        entry.status == DirectiveStatus::error || is_held(entry.status, entry.status_reason)) {
        return;
    }
    const auto gate = ask_gate(entry);
    const auto status = status_for(gate);
    auto reason = text_of_gate(gate, entry);
    if (status != entry.status || reason != entry.status_reason) {
        entry.status = status;
        entry.status_reason = std::move(reason);
        store_status(entry);
    }
}

void EngineCore::arm_or_rest(Entry& entry, const Arming& arming) {
    if (entry.status == DirectiveStatus::active && entry.enabled) {
        arm(entry, arming);
    }
    if (!entry.armed) {
        const Armory::Rest rest{arming.cursors, arming.now, reason_at_rest(entry)};
        store_cursors(armory_.arm_at_rest(entry, arming.directive, rest).cursors);
    }
}

void EngineCore::decide_overdue(DirectiveId id, WallTime now) {
    if (stopping_) {
        return;
    }
    auto due = armory_.timetable().collect_of(id, now);
    if (!due.empty()) {
        dispatcher_.offer_due(std::move(due));
    }
}

void EngineCore::arm(Entry& entry, const Arming& arming) {
    entry.armed = true;  // a sensor may fire within
    auto armed = armory_.arm(entry, arming.directive, arming.cursors, arming.now);
    if (!armed.problem) {
        entry.armed = false;
        refuse_to_arm(entry, armed.problem.error());
        return;
    }
    ++armed_;
    store_cursors(std::move(armed.cursors));
    if (entry.first_armed == WallTime()) {
        entry.first_armed = arming.now;
        parts_.store.write(
            [id = entry.id, now = arming.now](storage::Database& database) {
                storage::mark_first_armed(database, id, now);
            },
            [](const Status&) {});
    }
}

void EngineCore::follow_runs(DirectiveId id) {
    if (armory_.timetable().counts_runs(id)) {
        armory_.timetable().set_running(id, dispatcher_.runs_of(id) > 0);
    }
}

// While others of its runs are under way, or wait for their turn, it is not the last one that
// ended.
void EngineCore::count_from_run(DirectiveId id, schedule::CountsFrom moment) {
    auto& timetable = armory_.timetable();
    if (!timetable.counts_runs(id)) {
        return;
    }
    using schedule::CountsFrom;
    const auto now = parts_.clock.wall();
    const auto* last = dispatcher_.last_run(id);
    if (moment == CountsFrom::run_start) {
        store_cursors(timetable.count_from(id, CountsFrom::run_start, now));
    } else if (dispatcher_.runs_of(id) == 0 && (moment == CountsFrom::run_end || last != nullptr)) {
        // The last that was under way may have ended before: those behind it did not run.
        const auto ended = moment == CountsFrom::run_end ? now : last->ended_at;
        store_cursors(timetable.count_from(id, CountsFrom::run_end, ended));
    }
    follow_runs(id);
    sleep_until_due();
}

void EngineCore::store_cursors(std::vector<model::Cursor> cursors) {
    if (!cursors.empty()) {
        dispatcher_.store_cursors(std::move(cursors));
    }
}

Reason EngineCore::reason_at_rest(Entry& entry) {
    if (!entry.enabled) {
        return Reason::disabled;
    }
    switch (entry.status) {
        case DirectiveStatus::paused:
            return Reason::paused;
        case DirectiveStatus::error:
        case DirectiveStatus::draft:
            return Reason::directive_invalid;
        case DirectiveStatus::archived:
        case DirectiveStatus::active:  // then it is one trigger that is switched off
            return Reason::disabled;
        default:
            break;
    }
    const auto gate = ask_gate(entry);
    // A person holds back what the gate would let pass.
    return gate == Reason::none ? Reason::not_approved : gate;
}

std::string EngineCore::why_at_rest(const Entry& entry) {
    switch (entry.status) {
        case DirectiveStatus::paused:
            return "it was paused";
        case DirectiveStatus::archived:
            return entry.status_reason == kFileRemoved ? "its file was removed" : "it was archived";
        default:
            return entry.enabled ? "it may not run any more" : "it was switched off";
    }
}

void EngineCore::refuse_to_arm(Entry& entry, const Error& why) {
    entry.was_refused = true;
    entry.status_reason = why.detail();
    entry.status = DirectiveStatus::error;
    store_status(entry);
    reporter_.problem("directive_not_armed",
                      fmt::format("{}: {}", entry.name, entry.status_reason));
}

// From this moment on nothing of it starts. Its triggers go in a later turn: this one may be going
// through them.
void EngineCore::pause_harmful(Entry& entry, std::string_view kind, const std::string& why) {
    if (entry.status != DirectiveStatus::active) {
        return;
    }
    entry.status = DirectiveStatus::paused;
    entry.status_reason =
        fmt::format("{}: {}; when it is mended: aifp resume {}", kind, why, entry.name);
    boost::asio::post(
        parts_.loop, [this, alive = alive_, id = entry.id, alert = std::string(kind)] {
            auto* paused = *alive ? catalog_.find(id) : nullptr;
            if (paused == nullptr || paused->status != DirectiveStatus::paused) {
                return;
            }
            settle(*paused, {});
            store_status(*paused);
            raise_alert(
                {id, alert, fmt::format("{} is paused: {}", paused->name, paused->status_reason)});
        });
}

void EngineCore::forget_harm(DirectiveId directive) {
    dispatcher_.forget_harm(directive);
    for (const std::string_view kind : {"storm_breaker", "stop_after"}) {
        clear_alert(directive, kind);
    }
}

void EngineCore::store_status(const Entry& entry, std::function<void(const Status&)> stored) {
    parts_.directives_changed();
    parts_.store.write(
        [id = entry.id,
         status = entry.status,
         reason = entry.status_reason,
         now = parts_.clock.wall()](storage::Database& database) {
            storage::set_directive_status(database, id, status, reason, now);
        },
        [this, stored = std::move(stored)](const Status& written) {
            if (!written) {
                health_.on_trouble(written.error().detail());
            }
            if (stored) {
                stored(written);
            }
        });
}

}  // namespace aifp::engine
