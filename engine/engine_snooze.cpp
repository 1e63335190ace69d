#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "engine/engine_core.hpp"
#include "model/definition.hpp"

namespace aifp::engine {

using model::DirectiveStatus;
using model::Reason;

namespace {

// So many instants and changes of calendars are looked at before the loop sees to other things:
// about a millisecond's work. (issue: the loop never blocked longer than 5 ms)
constexpr int kStepsPerTurn = 200;

/// What a snoozed directive answers.
boost::json::value describe_sleep(const Entry& entry, const boost::json::value& until) {
    boost::json::object object;
    object["success"] = true;
    object["id"] = entry.id.value;
    object["name"] = entry.name;
    object["status"] = model::name_of(entry.status);
    object["snoozed_until"] = until;
    return object;
}

// Only what the clock decides by itself needs the definition.
bool asks_the_clock(const Entry& entry, const config::Settings& settings) {
    return FlowTimes{flow_of(entry), settings, settings.timezone}.any();
}

TimeZone zone_of_entry(const Entry& entry, const config::Settings& settings) {
    const auto directive = model::read_definition(entry.definition);
    return directive ? zone_of(*directive, settings) : settings.timezone;
}

}  // namespace

Result<Entry*> EngineCore::find_for_snooze(const std::string& directive) {
    auto* entry = find_entry(directive);
    if (entry == nullptr) {
        return fail(ErrorCode::not_found, fmt::format("no directive is called {}", directive));
    }
    if (!is_ready()) {
        return fail(ErrorCode::busy, "the engine is starting or stopping");
    }
    return entry;
}

void EngineCore::snooze(std::string directive, std::string until, std::string who, Answer answer) {
    const auto found = find_for_snooze(directive);
    if (!found) {
        return answer(fail(found.error()));
    }
    const Entry& entry = **found;
    const auto& zone = parts_.settings.timezone;
    const auto end = snooze_until(until, parts_.clock.wall(), zone);
    if (!end) {
        return answer(fail(end.error()));
    }
    const auto shown = format_rfc3339(*end, zone);
    auto told = describe_sleep(entry, boost::json::value(shown));
    dispatcher_.snooze(entry.id,
                       *end,
                       who,
                       [this,
                        told = std::move(told),
                        answer = std::move(answer),
                        name = entry.name,
                        text = fmt::format("until {} by {}", shown, who)](const Status& stored) {
                           if (stored) {
                               reporter_.lifecycle("directive_snoozed", name, text);
                           }
                           parts_.directives_changed();
                           answer(stored ? Result<boost::json::value>(told) : fail(stored.error()));
                       });
}

void EngineCore::unsnooze(std::string directive, std::string who, Answer answer) {
    const auto found = find_for_snooze(directive);
    if (!found) {
        return answer(fail(found.error()));
    }
    const Entry& entry = **found;
    const auto told = describe_sleep(entry, nullptr);
    const auto done = dispatcher_.unsnooze(
        entry.id, [this, told, answer, name = entry.name, who](const Status& stored) {
            if (stored) {
                reporter_.lifecycle("directive_awake", name, fmt::format("by {}", who));
            }
            parts_.directives_changed();
            answer(stored ? Result<boost::json::value>(told) : fail(stored.error()));
        });
    if (!done) {
        return answer(fail(ErrorCode::conflict, fmt::format("{} is not snoozed", entry.name)));
    }
}

void EngineCore::tell_awake(WallTime now) {
    for (const auto id : dispatcher_.end_snoozes(now)) {
        const auto* entry = catalog_.find(id);
        reporter_.lifecycle(
            "directive_awake", entry != nullptr ? entry->name : "", "its snooze is over");
        parts_.directives_changed();
    }
}

bool EngineCore::look_for_next_start(const Entry& entry, int& steps) {
    const auto& timetable = armory_.timetable();
    auto from = parts_.clock.wall();
    if (const auto* snooze = dispatcher_.snooze_of(entry.id)) {
        from = std::max(from, snooze->until - Milliseconds(1));
    }
    const auto next_after = [&](WallTime after) { return timetable.next_run(entry.id, after); };
    if (!asks_the_clock(entry, parts_.settings)) {
        const FlowTimes free{flow_of(entry), parts_.settings, parts_.settings.timezone};
        return next_starts_.look(entry.id, free, from, next_after, steps);
    }
    const FlowTimes times{flow_of(entry), parts_.settings, zone_of_entry(entry, parts_.settings)};
    return next_starts_.look(entry.id, times, from, next_after, steps);
}

void EngineCore::with_next_starts(std::shared_ptr<std::vector<DirectiveId>> directives,
                                  std::function<void()> then) {
    int steps = kStepsPerTurn;
    while (!directives->empty()) {
        const auto* entry = catalog_.find(directives->back());
        if (entry == nullptr || (steps > 0 && look_for_next_start(*entry, steps))) {
            directives->pop_back();
        } else {
            boost::asio::post(parts_.loop,
                              [this, alive = alive_, directives, then = std::move(then)]() mutable {
                                  if (*alive) {
                                      with_next_starts(directives, std::move(then));
                                  }
                              });
            return;
        }
    }
    then();
}

std::optional<WallTime> EngineCore::next_start(const Entry& entry) {
    int steps = kStepsPerTurn;
    static_cast<void>(look_for_next_start(entry, steps));
    return next_starts_.get(entry.id);
}

// A jitter of chance length is not known before.
std::optional<WallTime> EngineCore::placed_start(const Entry& entry, WallTime due) const {
    const auto& flow = flow_of(entry);
    if (flow.debounce || (flow.jitter && !flow.jitter->fixed)) {
        return std::nullopt;
    }
    const auto hold = hold_for(entry, due, due, {0, parts_.host_place});
    return hold ? std::optional(hold->deadline) : std::nullopt;
}

std::optional<TimeBlock> EngineCore::time_block_of(const Entry& entry) {
    const auto& settings = parts_.settings;
    if (const auto* snooze = dispatcher_.snooze_of(entry.id)) {
        return TimeBlock{Reason::snoozed, text_of(*snooze, settings.timezone), snooze->until};
    }
    if (clock_is_wrong_ && !armory_.timetable().cursors_of(entry.id).empty()) {
        return TimeBlock{
            Reason::clock_untrusted,
            clock_guard_.why_not(settings.timezone) + "; its schedule waits until it is right",
            std::nullopt};
    }
    if (!asks_the_clock(entry, settings)) {
        return std::nullopt;
    }
    return find_time_block({flow_of(entry), settings, zone_of_entry(entry, settings)},
                           parts_.clock.wall());
}

void EngineCore::settle_held_of(const Entry& entry) {
    const bool is_paused = entry.status == DirectiveStatus::paused;
    if (is_paused || entry.status == DirectiveStatus::archived || !entry.enabled ||
        entry.status == DirectiveStatus::error) {
        dispatcher_.settle_held(
            entry.id, is_paused ? Reason::paused : Reason::disabled, entry.status_reason);
    }
}

}  // namespace aifp::engine
