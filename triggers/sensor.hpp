#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/run.hpp"
#include "model/state.hpp"

// Triggers on what the engine knows (docs/triggers.md). A sensor is told what happens and answers
// what follows; it does nothing itself, so that the engine can write first and act then. Pure; loop
// thread only; owned by the engine.

namespace aifp::triggers {

/// What a sensor keeps while it waits; survives a restart as one row of `waits`.
struct Held {
    std::optional<WallTime> deadline;  ///< Nothing: only something that happens ends it.
    boost::json::object data;          ///< Read only by the sensor that wrote it.
};

/// What follows from what a sensor was told. The parts are independent of each other.
struct Verdict {
    std::optional<boost::json::object> fire;  ///< The directive is to run; what `trigger.*` reads.
    /// Likewise, a run for each of them. A run that waits for the trigger is told of `fire` alone.
    std::vector<boost::json::object> fire_too;
    /// When it should have fired, if a deadline made it: one that is late follows the misfire rule.
    std::optional<WallTime> due;
    Milliseconds period{0};  ///< How long the wait was: bounds the default grace of `due`.
    /// Something was seen and did not lead to a run: the reason and what to tell.
    model::Reason refused = model::Reason::none;
    std::string detail;
    std::optional<Held> hold;          ///< Wait so from now on, instead of as before.
    bool release = false;              ///< The wait is over. `hold`, if given, is a new one.
    std::optional<WallTime> check_at;  ///< Call on_check then. Not durable; replaces the last one.
    std::string problem;               ///< For the log: what is wrong with what it watches.
    std::string notice;                ///< For the log: it is right again.
};

/// What a sensor wants to be told of.
struct Interests {
    std::vector<std::string> states;   ///< Names.
    bool every_state = false;          ///< It cannot say which: all of them.
    std::vector<std::string> signals;  ///< As signal_of_event and its like make them.
};

/// Names of what is no state: an event, the end of a directive's run, an occasion of the engine.
[[nodiscard]] std::string signal_of_event(std::string_view event);
[[nodiscard]] std::string signal_of_run(std::string_view directive);
[[nodiscard]] std::string signal_of_occasion(std::string_view kind);

/// Reads a state now; nothing when it is not known.
using ReadState = std::function<std::optional<model::StateView>(std::string_view name)>;
/// Whether a condition holds now. Errors: of the expression.
using Probe = std::function<Result<bool>()>;

/// The `for:` of a trigger when it is a template, for a change. Errors: of the template.
using RenderFor = std::function<Result<Milliseconds>(const boost::json::object& payload)>;

class Sensor {
public:
    virtual ~Sensor() = default;
    [[nodiscard]] virtual Interests interests() const = 0;
    /// The directive is armed. `stored` is what it held before a restart. Being so already is no
    /// reason to fire: triggers see changes only.
    [[nodiscard]] virtual Verdict begin(WallTime now, std::optional<Held> stored) = 0;
    [[nodiscard]] virtual Verdict on_change(const model::StateChange& /*change*/,
                                            WallTime /*now*/) {
        return {};
    }
    [[nodiscard]] virtual Verdict on_signal(std::string_view /*signal*/,
                                            const boost::json::object& /*payload*/,
                                            WallTime /*now*/) {
        return {};
    }
    /// The deadline of what it holds has come.
    [[nodiscard]] virtual Verdict on_deadline(WallTime /*now*/) { return {}; }
    [[nodiscard]] virtual Verdict on_check(WallTime /*now*/) { return {}; }
    /// The directive is taken out, perhaps to be armed again at once: what was not seen yet.
    [[nodiscard]] virtual Verdict on_leave(WallTime /*now*/) { return {}; }
    /// The clock was set by so much: what is a length of time lasts as long as it would have. What
    /// it holds from now on; nothing: as before.
    [[nodiscard]] virtual std::optional<Held> clock_stepped(Milliseconds /*step*/) { return {}; }
    /// How its source stands, for people who wonder why nothing comes: "the state presence is not
    /// known: nothing has set it". Empty: there is nothing to tell.
    [[nodiscard]] virtual std::string source_now() const { return {}; }
};

}  // namespace aifp::triggers
