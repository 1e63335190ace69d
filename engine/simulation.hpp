#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/time_zone.hpp"
#include "config/settings.hpp"
#include "engine/snoozes.hpp"
#include "model/directive.hpp"
#include "model/run.hpp"

namespace aifp::engine {

struct SimulatedDirective {
    model::Directive directive;
    WallTime first_armed;  ///< Anchor of `every`; unset: the simulation's beginning.
    std::optional<Snooze> snooze = {};
};

/// What is to be replayed: every instant after `from` up to and including `to`.
struct SimulationRequest {
    std::vector<SimulatedDirective> directives;
    config::Settings settings;
    WallTime from;
    WallTime to;
    std::uint64_t host_place = 0;  ///< As EngineParts.
};

/// What the change of the clock (daylight saving) makes of a local day.
enum class DstMark : std::uint8_t {
    none,
    gap,      ///< An hour is missing.
    overlap,  ///< An hour comes twice.
};
[[nodiscard]] std::string_view name_of(DstMark mark) noexcept;

/// One row that the ledger would get. The references live for one call.
struct SimulatedInstant {
    const model::Directive& directive;
    const model::Trigger& trigger;
    const TimeZone& zone;
    WallTime at;
    model::Reason reason = model::Reason::none;  ///< none: it would run.
    std::uint32_t instants = 1;                  ///< How many instants the row stands for.
    std::string_view detail;
    DstMark dst = DstMark::none;  ///< Of its local day.
};

struct DstDay {
    std::string date;  ///< "2027-03-28"
    std::string zone;
    DstMark mark = DstMark::none;

    friend bool operator==(const DstDay&, const DstDay&) = default;
};

struct SimulationResult {
    std::vector<DstDay> dst_days;       ///< Of the zones of the directives, by zone.
    std::vector<std::string> problems;  ///< Directives that could not be armed, and why.
    std::vector<std::string> untimed;   ///< Directives without a trigger by time.
    std::size_t instants = 0;
    bool truncated = false;  ///< The visitor had enough.
};

/// Told of each instant in the order of time; of one that is held back (debounce, jitter, accuracy)
/// when its fate is known. False ends the simulation.
using SimulationVisitor = std::function<bool(const SimulatedInstant&)>;

/// Replays schedules on a fake clock with what the live engine uses (Armory, Timetable, due rows,
/// and of the limits FlowReplay), without conditions and keys; a run takes no time. The clock jumps
/// from instant to instant, so nothing is late. Any
/// one thread; touches nothing. Errors: invalid_input when `to` is not after `from` or lies more
/// than kMaxSimulatedYears behind it.
[[nodiscard]] Result<SimulationResult> simulate(const SimulationRequest& request,
                                                const SimulationVisitor& visitor);
inline constexpr int kMaxSimulatedYears = 20;

/// {directive, trigger, kind, at, local, decision, reason, detail, instants, dst}
[[nodiscard]] boost::json::object to_json(const SimulatedInstant& instant);
/// {count, dst_days, problems, untimed, truncated}: what stands beside the list of instants.
[[nodiscard]] boost::json::object to_json(const SimulationResult& result);

}  // namespace aifp::engine
