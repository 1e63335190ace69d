#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run.hpp"
#include "model/run.hpp"
#include "storage/write_group.hpp"

namespace aifp::engine {

/// An event that asks to be decided about.
struct Offer {
    model::Event event;
    bool by_hand = false;  ///< Conditions are not asked, and an archived directive may not run.
    std::vector<storage::ReplayMark> replay_marks;
    /// Where its run begins; null: at the beginning. Not kept over a restart.
    std::shared_ptr<const RunProgress> start = {};
    /// Set when the decision was made before it got here (a refused webhook): it is only recorded.
    model::Reason refused = model::Reason::none;
    std::string detail;
    /// Of an instant that is made up for: it waits for its turn until then.
    std::optional<WallTime> not_before;
    /// A decision of kind waiting: its event is decided about again, now that its time is over.
    LedgerId held;
    /// The decision is durable, or could not be stored (io_failure, busy): then nothing happened.
    std::function<void(const Result<model::DecisionRecord>&)> committed;
    /// The run it led to has ended. Not called when there was none.
    std::function<void(const RunEnd&)> ended;
};

/// The cause of a run that goes on from where another one failed (Offer::start).
inline constexpr std::string_view kReplayFromFailed = "replay_from_failed";

/// What was held back counts from when it was let go.
[[nodiscard]] inline WallTime started_at(const model::Event& event) noexcept {
    return event.released_at.value_or(event.seen_at);
}

/// Whether the decision settles the event: a delivery that was only refused for now may come again.
[[nodiscard]] bool is_settled(const model::DecisionRecord& decision) noexcept;

}  // namespace aifp::engine
