#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/time_zone.hpp"
#include "model/notices.hpp"

namespace aifp::scheduler {

/// Failures of one directive in a row.
struct Streak {
    std::int64_t failures = 0;
    WallTime since;  ///< Of the first one.
    WallTime last;
    LedgerId last_run;  ///< So that none counts twice after a crash.
};

/// What happened and is not told yet: repeats of one event.
struct Untold {
    std::int64_t count = 0;
    WallTime first;
    WallTime last;
    std::string detail;  ///< Of the last one.
    WallTime due;
    int tries = 0;  ///< How often the channel failed to take it.
    /// Of a recovery: what was recovered from.
    std::int64_t failures = 0;
    WallTime since;
};

/// What is kept of one directive: its streak, what was told and what is still to be told.
struct NoticeMemory {
    struct Event {
        std::optional<WallTime> told_at;
        std::optional<Untold> untold;
        std::optional<Untold> sending;  ///< Told, but the channel has not answered yet.
    };
    std::string name;          ///< Of the directive.
    model::NoticeRules rules;  ///< Those of the last happening, complete.
    Streak streak;
    std::array<Event, model::kNoticeEvents> events;

    [[nodiscard]] Event& of(model::NoticeEvent event) noexcept {
        return events[static_cast<std::size_t>(event)];
    }
    [[nodiscard]] bool is_sending() const noexcept;
    /// Nothing in it matters any more.
    [[nodiscard]] bool is_over(WallTime now) const noexcept;
};

/// Puts what is in `more` behind `untold`.
void merge(std::optional<Untold>& untold, const Untold& more);

/// One line per event that is being sent, in the order in which they last happened:
/// "lamp failed 3 times in a row since 14:02, the last time at 14:20: lamp.local answered 503".
[[nodiscard]] std::vector<std::string> notice_lines(const NoticeMemory& memory,
                                                    WallTime now,
                                                    const TimeZone& zone);

/// For the store. What was on its way to a channel counts as not told: better twice than never.
[[nodiscard]] boost::json::object to_json(const NoticeMemory& memory);
/// What is missing or damaged reads as nothing.
[[nodiscard]] NoticeMemory notice_memory_from_json(const boost::json::object& object);

}  // namespace aifp::scheduler
