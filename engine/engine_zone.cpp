#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/engine_core.hpp"
#include "model/definition.hpp"

// The part of EngineCore that follows the machine to another time zone. (docs/triggers.md)
namespace aifp::engine {

void EngineCore::begin_zone() {
    zone_source_ = parts_.make_zone_source(parts_.loop.get_executor(), [this] { look_at_zone(); });
    machine_zone_ = zone_source_->zone().name();
}

void EngineCore::look_at_zone() {
    const auto zone = zone_source_->zone();
    if (zone.name() == machine_zone_) {
        return;
    }
    const auto before = std::exchange(machine_zone_, zone.name());
    const bool follows = parts_.zone_changed(zone);
    reporter_.lifecycle(
        "timezone_changed",
        {},
        fmt::format("the machine's zone is {} now, it was {}; {}",
                    machine_zone_,
                    before,
                    follows ? "directives without a zone of their own go by it"
                            : fmt::format("the settings name {}: nothing else changes",
                                          parts_.settings.timezone.name())));
    if (follows) {
        go_by_new_zone();
    }
    sensors_.signal(triggers::signal_of_occasion("timezone_changed"),
                    boost::json::object{{"from", before}, {"to", machine_zone_}});
    sleep_until_due();
}

// What has its own zone is armed as it was; calendars go by the project's zone, so when it starts
// next is looked for anew.
void EngineCore::go_by_new_zone() {
    auto ids = std::make_shared<std::vector<DirectiveId>>();
    catalog_.for_each([&](Entry& entry) {
        compiled_.forget(entry.id);
        next_starts_.forget(entry.id);
        const auto directive = model::read_definition(entry.definition);
        if (directive && directive->timezone.empty()) {
            ids->push_back(entry.id);
        }
    });
    settle_all(std::move(ids), &EngineCore::settle_in_zone);
}

// Up to now its instants were those of the old zone: one of the new zone that has passed already
// was never due.
void EngineCore::settle_in_zone(Entry& entry) {
    const auto now = clock_guard_.believable_time();
    decide_overdue(entry.id, now);
    Cursors cursors;
    auto moved = armory_.timetable().cursors_of(entry.id);
    for (auto& cursor : moved) {
        // What is counted from a run knows no zone, and its cursor is where it counts from.
        if (!armory_.timetable().counts_runs(entry.id, cursor.trigger_index)) {
            cursor.decided_until = std::max(cursor.decided_until, now);
        }
        cursors[cursor.trigger_index] = cursor.decided_until;
    }
    settle(entry, cursors);
    store_cursors(std::move(moved));
}

}  // namespace aifp::engine
