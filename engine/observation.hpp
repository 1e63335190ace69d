#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "engine/dispatch_figures.hpp"
#include "engine/event_feed.hpp"
#include "logging/log.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

/// One project's engine in numbers, at one moment. (docs/metrics.md)
struct EngineFigures {
    DispatchFigures dispatch;
    FeedFigures feed;
    storage::StoreStatistics store;
    std::array<logging::LogStatistics, logging::kLogTypes.size()> logs{};
    std::array<std::size_t, 7> directives{};  ///< By model::DirectiveStatus.
    std::size_t armed = 0;                    ///< Directives whose triggers can fire.
    std::size_t schedules = 0;                ///< That are watched, those at rest too.
    std::size_t overdue = 0;  ///< Of these, due for more than kOverdueAfter and not decided.
    std::size_t alerts = 0;   ///< That people are told of now.
    std::uint64_t loads = 0;  ///< Of the directive files, the start's too.
    MonoTime::duration uptime{0};
    std::string_view version;
    bool ready = false;      ///< Directives are armed, no stop has begun.
    bool can_store = false;  ///< The store takes writes.
};

inline constexpr Seconds kOverdueAfter{1};

/// The engine for whoever watches it from outside. Loop thread only.
class Observation {
public:
    virtual ~Observation() = default;
    /// Costs as much as there are directives, and only when it is called.
    [[nodiscard]] virtual EngineFigures figures() = 0;
    /// EventFeed::watch.
    [[nodiscard]] virtual Result<std::function<void()>> watch_events(
        FeedListener& listener, std::optional<std::uint64_t> last) = 0;
};

}  // namespace aifp::engine
