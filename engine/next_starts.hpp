#pragma once

#include <functional>
#include <optional>
#include <unordered_map>

#include "base/ids.hpp"
#include "engine/flow_times.hpp"

namespace aifp::engine {

/// When directives whose calendars forbid instants start next. What was found is kept, and a search
/// goes on where it stopped: a calendar that never holds costs thousands of steps, which nobody
/// waits for at once. Loop thread only; owned by the engine.
class NextStarts {
public:
    using NextAfter = std::function<std::optional<WallTime>(WallTime)>;

    /// Looks for the first allowed instant after `from`, at most `steps` of them, which are counted
    /// down. True: get() knows it.
    bool look(DirectiveId directive,
              const FlowTimes& times,
              WallTime from,
              const NextAfter& next_after,
              int& steps);
    /// Nothing: there is none, or it is still looked for.
    [[nodiscard]] std::optional<WallTime> get(DirectiveId directive) const;
    /// Its schedule, its calendars or the settings have changed.
    void forget(DirectiveId directive) { searches_.erase(directive); }

private:
    struct Search {
        WallTime from;
        AllowedSearch walk;
    };

    std::unordered_map<DirectiveId, Search> searches_;
};

}  // namespace aifp::engine
