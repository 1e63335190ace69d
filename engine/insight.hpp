#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace aifp::engine {

struct WhyQuery {
    std::string directive;  ///< Name or id.
    std::string since;      ///< An instant, or how long ago ("7d"); empty: the last decisions.
};

struct SimulateQuery {
    std::string from;  ///< RFC 3339; without offset in the project's zone.
    std::string to;
    std::vector<std::string> names;  ///< Empty: every directive.
    std::size_t limit = 1'000;       ///< Instants listed, 1 to 10,000.
};

struct DryRunQuery {
    std::string directive;                               ///< Name or id.
    boost::json::value payload = boost::json::object();  ///< What trigger.* reads.
    std::string trigger;                                 ///< Its id; empty: the first.
    /// For askers who may not see what `${NAME}` and env() stand for: a conflict unless a person
    /// has said yes to what is rendered.
    bool only_approved = false;
};

struct RunQuery {
    std::string directive;                               ///< Name or id.
    boost::json::value payload = boost::json::object();  ///< What trigger.* reads.
    std::string trigger;                                 ///< Its id; empty: the first.
};

struct ReplayQuery {
    LedgerId run;
    /// Not from the beginning: from the outermost action that failed, with what was known before.
    bool from_failed = false;
};

/// What people ask to understand their directives; but for replay() and run_with() nothing here
/// changes anything.
/// Loop thread only; answers as Control's. Values are the JSON bodies of the admin API
/// (docs/why.md).
class Insight {
public:
    using Answer = std::function<void(Result<boost::json::value>)>;

    virtual ~Insight() = default;

    /// Why it ran, or did not. Errors: not_found; invalid_input for `since`.
    virtual void why(WhyQuery query, Answer answer) = 0;
    /// The instants of schedules between two times. Errors: invalid_input; not_found for a name.
    virtual void simulate(SimulateQuery query, Answer answer) = 0;
    /// Conditions asked and actions rendered for an event, nothing performed. Errors: not_found;
    /// invalid_input when the directive does not compile.
    virtual void dry_run(DryRunQuery query, Answer answer) = 0;
    /// The steps of a run. Errors: not_found when they were not kept, or are gone.
    virtual void trace(LedgerId run, Answer answer) = 0;
    /// The recorded events of a directive (default: of the last 7d, at most 200) against its
    /// conditions of now: would it have run? Errors: as why().
    virtual void backtest(WhyQuery query, Answer answer) = 0;
    /// Runs the directive of a decision again with the same trigger and payload, as by hand. Its
    /// row has the cause `replay` or `replay_from_failed`. Errors: not_found, busy, and conflict as
    /// Control::act; not_found when nothing is kept to go on from, conflict when the actions before
    /// it were edited.
    virtual void replay(ReplayQuery query, Answer answer) = 0;
    /// Runs a directive by hand, as Control::act does, as if this trigger had come with this
    /// payload. Errors: as Control::act; not_found for the trigger.
    virtual void run_with(RunQuery query, Answer answer) = 0;
};

}  // namespace aifp::engine
