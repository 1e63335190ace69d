#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/run.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/simulated_time.hpp"
#include "tests/simulation/world.hpp"

// What is known outside of the engine: what was asked of it, what it answered, what it made
// durable, and what stands in the database at the end. Plain values; invariants.cpp judges them.
namespace aifp::simulation {

/// A version of a directive was armed, or rested: for certain from `sure_from` to `sure_until`
/// (nothing: to the end), possibly from `maybe_from` to `maybe_until`.
struct Window {
    std::shared_ptr<const Plan> plan;
    bool is_sure = true;  ///< false: only perhaps.
    bool rests = false;   ///< It was paused: what is due is decided, and nothing runs.
    WallTime maybe_from;
    Moment sure_from;
    std::optional<Moment> sure_until;
    std::optional<WallTime> maybe_until;

    [[nodiscard]] bool surely_holds(MonoTime at) const {
        return is_sure && at > sure_from.mono && (!sure_until || at < sure_until->mono);
    }
};

/// Something that somebody asked and that was, perhaps, answered.
struct Asked {
    std::string directive;
    std::string token;  ///< Of a webhook: in its body.
    bool by_hand = false;
    std::optional<int> status;  ///< 202 and the like; nothing: the engine died before.
    std::int64_t id = 0;        ///< The ledger's, if the answer named one.
    bool is_skip = false;
};

/// A state that was set from outside.
struct OutsideChange {
    std::string state;
    bool is_on = false;     ///< "idle" and 0-50 are off.
    bool is_other = true;   ///< Another value than before; nothing is told otherwise.
    bool is_known = false;  ///< Acknowledged, and so was what was there before.
    Moment at;
};

struct Stored {
    MonoTime at;
    model::DecisionRecord decision;
    std::optional<MonoTime> released = {};  ///< It was held back until then.
    bool is_late_skip = false;  ///< It was queued or held back, and then it was not to run.
};
struct StoredEnd {
    MonoTime at;
    model::OutcomeRecord outcome;
};

/// A row of the ledger, and how its run ended.
struct Row {
    std::int64_t id = 0;
    std::string directive;
    std::uint32_t trigger_index = 0;
    std::string cause;
    std::optional<WallTime> scheduled_for;
    WallTime seen_at;
    std::optional<WallTime> released_at;  ///< It was held back until then.
    std::string decision;
    std::string reason;
    std::string detail;
    std::string payload;
    std::vector<std::string> ends;  ///< States; one, if all is well.
    std::string error;
};

/// A directive sleeps for certain, because a person was told so.
struct Sleep {
    std::string directive;
    WallTime from;
    WallTime until;
};

struct Evidence {
    std::vector<std::shared_ptr<const Plan>> plans;
    std::vector<Window> windows;
    std::vector<Asked> asked;
    std::vector<OutsideChange> changes;
    std::vector<Sleep> sleeps;
    std::map<std::int64_t, Stored> stored;
    std::map<std::int64_t, StoredEnd> stored_ends;
    std::vector<std::int64_t> kept_at_crash;  ///< Runs that had a row in `waits` then.
    std::vector<Moment> starts;               ///< The engine was ready.
    std::vector<MonoTime> tries;              ///< It was started, and perhaps never ready.
    Moment end;                               ///< Until then the triggers were left alone.
    int clock_steps = 0;
    std::vector<MonoTime> step_times;  ///< When they were.
    int clock_resets = 0;              ///< Steps so far back that schedules begin anew.
    bool was_full = false;

    std::vector<Row> rows;
    std::map<std::string, WallTime> first_armed;
    std::vector<Call> calls;
    int waits_left = 0;
    int open_left = 0;
    std::string integrity;

    [[nodiscard]] const Row* find(std::int64_t id) const;
    /// How often the clock had been set when something was stored: times of day of one such stretch
    /// can be compared. Nothing: it was just set, or a full disk may have kept this for long.
    [[nodiscard]] std::optional<std::int64_t> stretch_of(MonoTime at) const;
    /// It was queued or held back, and then it was not to run.
    [[nodiscard]] bool is_late_skip(std::int64_t id) const {
        const auto found = stored.find(id);
        return found != stored.end() && found->second.is_late_skip;
    }
};

/// What the database holds, while no engine has it open: rows, first_armed and the counts.
void read_database(Evidence& evidence);

}  // namespace aifp::simulation
