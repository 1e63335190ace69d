#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "engine/kept_runs.hpp"
#include "engine/parked_runs.hpp"
#include "storage/store.hpp"

namespace aifp::engine {

class Run;

/// Runs that only wait for a time: they are nothing but their rows, and are read back when it is
/// over or when somebody wants something of them. Loop thread only; owned by the dispatcher.
class ParkingLot {
public:
    using Stored = std::function<void(Status)>;
    using Work = std::function<void(Run&)>;
    /// One on its way back.
    struct Return {
        ParkedRun place;
        std::unique_ptr<RunTrace> trace;
        std::vector<Work> then;    ///< What is to be done with it.
        std::vector<Stored> told;  ///< Of them, once that is durable.
    };
    struct Services {
        storage::Store& store;
        /// next() may have changed.
        std::function<void()> wake_changed;
        std::function<bool()> is_stopping;
        std::function<void(const Error&, std::function<void()> again)> retry_later;
        /// It goes on with what its rows have.
        std::function<void(Return, ParkedRows&)> go_on;
    };
    explicit ParkingLot(Services services) : services_(std::move(services)) {}
    ParkingLot(const ParkingLot&) = delete;
    ParkingLot& operator=(const ParkingLot&) = delete;

    /// Of before the start; nobody is told that next() has changed.
    void take_up(const std::vector<ParkedRun>& places);
    /// `trace`: what it did so far, or null.
    void add(const ParkedRun& place, std::unique_ptr<RunTrace> trace = nullptr);
    /// Those whose time has come go on, as many as may be on their way at once.
    void bring_back_due(WallTime now);
    /// When bring_back_due has something to do. Nothing while as many as may be are on their way:
    /// the last to come back asks again.
    [[nodiscard]] std::optional<WallTime> next() const;
    /// Brings it back and does this with it; `stored` is called with the answer of a flush after
    /// it. False: it is not here.
    [[nodiscard]] bool with(LedgerId run, Work work, Stored stored);

    /// Parked, or on its way back.
    [[nodiscard]] bool contains(LedgerId run) const {
        return parked_.contains(run) || returns_.contains(run);
    }
    [[nodiscard]] std::size_t size() const noexcept { return parked_.size() + returns_.size(); }
    [[nodiscard]] std::vector<ParkedRun> some(std::size_t limit) const {
        return parked_.some(limit);
    }
    /// The clock was set by so much. Whether rows have to be moved.
    [[nodiscard]] bool clock_stepped(Milliseconds step);
    /// Leaves them to the next start.
    void clear();

private:
    using Places = std::shared_ptr<std::vector<ParkedRun>>;
    void bring_back(std::vector<ParkedRun> places);
    void read(Places places);
    void drop(const std::vector<ParkedRun>& places);
    void go_on(const ParkedRun& place, ParkedRows& rows);

    const Services services_;
    ParkedRuns parked_;
    std::unordered_map<LedgerId, Return> returns_;
};

}  // namespace aifp::engine
