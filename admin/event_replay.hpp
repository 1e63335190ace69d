#pragma once

#include <boost/json/array.hpp>
#include <functional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "engine/control.hpp"
#include "engine/event_feed.hpp"

namespace aifp::admin {

/// Control::history.
using ReadHistory = std::function<void(engine::HistoryQuery, engine::Control::Answer)>;

/// Of the newest decisions so many are looked at.
inline constexpr std::size_t kMaxReplayedRows = 1'000;

/// What the ledger has of events that are not kept any more (docs/events.md): decisions, and ends
/// of runs, from `since` on, oldest first, without ids. What cannot be read is left out. `done` is
/// called once, on the loop.
void replay_events(const ReadHistory& read,
                   WallTime since,
                   std::function<void(std::vector<engine::FeedEvent>)> done);

/// The same of rows as Control::history gives them, in any order. Pure.
[[nodiscard]] std::vector<engine::FeedEvent> events_of(const boost::json::array& rows,
                                                       WallTime since);

}  // namespace aifp::admin
