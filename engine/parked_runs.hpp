#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "engine/trace.hpp"

namespace aifp::engine {

/// What model::Wait::key says of a run that only waits for a time.
inline constexpr std::string_view kOnlyTime = "time";

/// Where a run is that only waits for a time: in its row (`waits`), not in memory.
struct ParkedRun {
    LedgerId run;
    WaitId wait;
    DirectiveId directive;
    WallTime wake;  ///< When it goes on, or its time is over.
};

/// The runs that are nothing but a row until their time comes: a million take about 80 bytes each.
/// Loop thread only; owned by the dispatcher.
class ParkedRuns {
public:
    using Trace = std::unique_ptr<RunTrace>;

    /// `trace`: what the run did so far, or null; of the first kMaxTraces it is kept.
    void add(const ParkedRun& place, Trace trace = nullptr);
    void reserve(std::size_t count);
    [[nodiscard]] bool contains(LedgerId run) const { return places_.contains(run); }
    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
    /// The earliest `wake`.
    [[nodiscard]] std::optional<WallTime> next() const;

    /// The clock was set by so much.
    void clock_stepped(Milliseconds step);

    /// Gives one up, or those whose time has come, at most `limit`.
    [[nodiscard]] std::optional<ParkedRun> take(LedgerId run);
    [[nodiscard]] std::vector<ParkedRun> take_due(WallTime now, std::size_t limit);
    /// Of one that was taken.
    [[nodiscard]] Trace take_trace(LedgerId run);
    /// Some of them, for a list.
    [[nodiscard]] std::vector<ParkedRun> some(std::size_t limit) const;
    void clear();

    static constexpr std::size_t kMaxTraces = 1'000;

private:
    struct Place {
        WaitId wait;
        DirectiveId directive;
        WallTime wake;
    };
    using Time = std::pair<WallTime, LedgerId>;

    /// Removes times of runs that were taken or have another time by now.
    void drop_stale();

    std::unordered_map<LedgerId, Place> places_;
    std::vector<Time> times_;  // a heap, the earliest on top; its top is never stale
    std::unordered_map<LedgerId, Trace> traces_;
};

}  // namespace aifp::engine
