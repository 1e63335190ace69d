#include <utility>

#include "engine/engine_core.hpp"

// The engine in numbers, and what happens in it as it happens.
namespace aifp::engine {

EventFeed::Services EngineCore::feed_services() {
    return {parts_.loop.get_executor(),
            parts_.clock,
            [this](DirectiveId id) {
                const auto* entry = catalog_.find(id);
                return entry != nullptr ? entry->name : std::string();
            },
            [this](std::string text) { return parts_.keeper->redacted_json(std::move(text)); }};
}

void EngineCore::tell_status(Entry& entry) {
    if (entry.told != entry.status) {
        const auto before = std::exchange(entry.told, entry.status);
        feed_.on_status({entry.id, entry.name, before, entry.status, entry.status_reason});
    }
}

EngineFigures EngineCore::figures() {
    EngineFigures figures;
    figures.dispatch = dispatcher_.figures();
    figures.feed = feed_.figures();
    figures.store = parts_.store.statistics();
    for (const auto type : logging::kLogTypes) {
        figures.logs.at(static_cast<std::size_t>(type)) = parts_.log.statistics(type);
    }
    catalog_.for_each([&figures](const Entry& entry) {
        ++figures.directives.at(static_cast<std::size_t>(entry.status));
    });
    figures.armed = armed_;
    figures.schedules = armory_.timetable().size();
    figures.overdue = armory_.timetable().count_due(parts_.clock.wall() - kOverdueAfter);
    figures.alerts = alerts_.size();
    figures.loads = loads_;
    figures.uptime = parts_.clock.mono() - started_at_;
    figures.version = AIFP_VERSION;
    figures.ready = is_ready();
    figures.can_store = can_store();
    return figures;
}

Result<std::function<void()>> EngineCore::watch_events(FeedListener& listener,
                                                       std::optional<std::uint64_t> last) {
    return feed_.watch(listener, last);
}

}  // namespace aifp::engine
