#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/control.hpp"
#include "logging/log.hpp"
#include "storage/store.hpp"

namespace aifp::helpers {

/// How the thing that is changed looks now: a few facts, null if it is not there.
using Look = std::function<void(std::function<void(boost::json::value)>)>;

/// A change that somebody asks for.
struct Change {
    std::string who;   ///< "token lamp-page", "uid 1000".
    std::string from;  ///< "127.0.0.1:40112"; empty: not known.
    std::string what;  ///< "POST /api/v1/directives/lamp/pause", "tool approve_directive".
    Look look;         ///< Empty: nothing to compare.
    boost::json::value with = {};  ///< The arguments, for tools; null: not noted.
    bool makes = false;            ///< What is answered is what there is afterwards: something new.
};

/// Performs a change and writes the line `change` into the lifecycle log before it is answered:
/// who, from, what, outcome (`done` or the error's name), before, after, with. `perform` is given
/// what it must answer into. Loop thread only; `log` outlives the answer.
void audit_change(logging::Log& log,
                  Change change,
                  engine::Control::Answer answer,
                  std::function<void(engine::Control::Answer)> perform);

/// Status, approval, hash, proposal and sleep of a directive (name or id).
[[nodiscard]] Look look_at_directive(engine::Control& control, std::string directive);
/// State of a run under way.
[[nodiscard]] Look look_at_run(engine::Control& control, std::string run);
/// Retention, rotation and whether it is on, of one kind of log.
[[nodiscard]] Look look_at_log_config(const logging::Log& log, std::string log_type);
/// A dependency's version and status. `store` outlives the look.
[[nodiscard]] Look look_at_dependency(storage::Store& store, std::int64_t id);
/// An implementation's status, and that of its tests. `store` outlives the look.
[[nodiscard]] Look look_at_implementation(storage::Store& store, std::int64_t id);
/// Value of a state.
[[nodiscard]] Look look_at_state(engine::Control& control, std::string name);

}  // namespace aifp::helpers
