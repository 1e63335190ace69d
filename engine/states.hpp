#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "engine/control.hpp"
#include "model/state.hpp"

namespace aifp::engine {

/// The state store as the faces see it. Loop thread only. (docs/state.md)
class States {
public:
    virtual ~States() = default;
    /// One state, or all ("") as a list: {name, value, attributes, last_changed, last_updated,
    /// expires_at}. Errors: not_found.
    [[nodiscard]] virtual Result<boost::json::value> show_states(const std::string& name) = 0;
    /// Answers {"done", "values"} once it is stored. Errors: those of StateStore::update; busy and
    /// io_failure when it cannot be stored (it holds in memory all the same, and is stored later).
    virtual void change_states(model::StateUpdate update, Control::Answer answer) = 0;
    /// Hears of every change of one state, or of all (""), until the returned function is called.
    /// `heard` must not call it. Errors: busy beyond kMaxWatchers.
    [[nodiscard]] virtual Result<std::function<void()>> watch_states(
        const std::string& name, std::function<void(const model::StateChange&)> heard) = 0;

    static constexpr std::size_t kMaxWatchers = 64;
};

/// {name, from, to, attributes, at, by}: a change as the faces show it.
[[nodiscard]] boost::json::object describe_change(const model::StateChange& change);

}  // namespace aifp::engine
