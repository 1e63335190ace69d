#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time_zone.hpp"
#include "config/settings.hpp"
#include "engine/catalog.hpp"
#include "engine/held_events.hpp"
#include "engine/snoozes.hpp"
#include "engine/start_limits.hpp"
#include "engine/wait_ids.hpp"

namespace aifp::engine {

/// What became of an event.
struct ReplayedEvent {
    std::size_t number = 0;                      ///< As FlowReplay::come was given.
    model::Reason reason = model::Reason::none;  ///< none: it starts a run.
    std::string detail;                          ///< For people: what held it back, or forbade it.
};

/// Plays what limits the starts of directives (docs/flow.md) over events of another time, with the
/// code that decides in the live engine: snooze, period and calendars, rate, debounce, jitter and
/// accuracy, throttle and cooldown. A jitter of chance length is no pause here, and is told. What
/// was before the first event is not known. Writes nothing. One thread; owned by a simulation or a
/// back-test.
class FlowReplay {
public:
    using Told = std::function<void(const ReplayedEvent&)>;
    struct Event {
        std::size_t number = 0;
        DirectiveId directive;  ///< One that was added.
        std::string key = {};
        WallTime at;
        Milliseconds length{0};  ///< How long its run takes, if it is one.
    };

    /// `told` is called once for each event, when its fate is known.
    /// `host_place`: as EngineParts.
    FlowReplay(const config::Settings& settings, std::uint64_t host_place, Told told)
        : settings_(settings),
          host_place_(host_place),
          told_(std::move(told)),
          limits_(wait_ids_) {}

    /// `entry` outlives this.
    void add(const Entry& entry, const TimeZone& zone, std::optional<Snooze> snooze = {});
    /// Not earlier than what came before.
    void come(const Event& event);
    /// When something held back is let go.
    [[nodiscard]] std::optional<WallTime> next() const { return held_.next_due(); }
    /// Lets go what is due, and ends runs.
    void pass(WallTime now);

private:
    struct Owner {
        const Entry* entry = nullptr;
        TimeZone zone;
        std::optional<Snooze> snooze;
    };
    struct Run {
        DirectiveId directive;
        std::string key;
    };

    [[nodiscard]] std::optional<LimitBlock> find_block(const Owner& owner,
                                                       const std::string& key,
                                                       WallTime now,
                                                       bool is_debounced);
    void hold(const Owner& owner, const Event& event, const Hold& hold);
    void let_go(const HeldEvent& held, WallTime now);
    void start(const Owner& owner, const Event& event, std::string detail);
    void end_runs(WallTime now);

    const config::Settings& settings_;
    const std::uint64_t host_place_;
    Told told_;
    WaitIds wait_ids_;
    StartLimits limits_;
    HeldEvents held_;
    std::unordered_map<DirectiveId, Owner> owners_;
    std::unordered_map<LedgerId, Event> events_;  ///< Those held back.
    std::multimap<WallTime, Run> ends_;
};

}  // namespace aifp::engine
