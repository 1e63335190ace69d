#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace aifp::model {

/// A random pause before a run.
struct Jitter {
    Milliseconds max{0};
    bool fixed = false;  ///< The same pause each time, chosen by the directive's name.
    friend bool operator==(const Jitter&, const Jitter&) = default;
};

/// How the runs of a directive are kept apart, held back and limited (docs/flow.md; sources:
/// reference/semantics.md 3.1, 3.8, 3.12 and 3.13). What is not set does not limit.
struct Flow {
    /// A template: mode, debounce, throttle, cooldown and rate hold for each of its values alone.
    std::string key;
    std::optional<Milliseconds> max_age;  ///< A queued run that waited longer is queue_expired.
    bool recheck = false;                 ///< Conditions again when a queued run's turn comes.
    bool silent_when_busy = false;        ///< Drops by the mode are recorded, but not logged.
    boost::json::object retry;            ///< Of whole runs, canonical as Action::retry.
    int stop_after_failures = 0;          ///< Paused after so many failures in a row; 0: never.

    std::optional<Milliseconds> debounce;  ///< Quiet time; the last event of it runs.
    std::optional<Milliseconds> throttle;  ///< Smallest distance between starts.
    std::optional<Milliseconds> cooldown;  ///< Rest after the end of a run.
    std::optional<Jitter> jitter;
    /// A start is placed within so long, where this host gathers the starts of all directives.
    std::optional<Milliseconds> accuracy;

    std::optional<WallTime> starts_at;   ///< Nothing runs before.
    std::optional<WallTime> expires_at;  ///< Nothing runs from then on.
    std::vector<std::string> include;    ///< Calendars of the settings: one of them must hold now.
    std::vector<std::string> exclude;    ///< None of these may.

    int cap = 100;                        ///< Runs of `misfire: all` at most.
    std::optional<Milliseconds> stagger;  ///< Distance between runs that are caught up.

    friend bool operator==(const Flow&, const Flow&) = default;
};

/// Adds the keys of a directive's canonical form to it; what is not set is left out.
void put_flow(boost::json::object& directive, const Flow& flow);
/// The same keys back. Trusts its input, as directive_from_json.
[[nodiscard]] Flow flow_from_json(const boost::json::object& directive);

}  // namespace aifp::model
