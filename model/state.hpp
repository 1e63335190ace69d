#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "model/chain.hpp"

namespace aifp::model {

/// One state of the project, or of the host, as it stands at a moment.
struct StateView {
    boost::json::value value;
    boost::json::object attributes;
};

/// A state that came, changed or went. (docs/state.md)
struct StateChange {
    std::string name;
    std::optional<StateView> before;  ///< Nothing: the state was not known.
    std::optional<StateView> after;   ///< Nothing: it is not known any more.
    WallTime at;
    std::string by;    ///< The directive, "uid 1000", "ttl", "host" ...
    Chain chain = {};  ///< The runs that led to it.
};

/// A change that is asked for: of one state or of several, all or none.
struct StateUpdate {
    boost::json::object values;  ///< By name.
    bool remove = false;         ///< The states go; what `values` says of them is not looked at.
    /// Replace those the states have; nothing: they keep theirs.
    std::optional<boost::json::object> attributes;
    std::optional<Milliseconds> ttl;  ///< After it the state goes. Nothing: it stays.
    bool increment = false;           ///< The values are added to those there (not known: 0).
    std::optional<boost::json::value> if_is;  ///< Only if every one has this value; null: unknown.
    std::string by;
    Chain chain = {};  ///< The runs that led to it.
};

/// What an update did.
struct StateOutcome {
    bool done = true;            ///< false: a state was not as `if_is` wants; nothing changed.
    boost::json::object values;  ///< How the named states stand now; null: not known.
};

/// The value as rules compare it: a text as it is, anything else as JSON; "" when not known.
[[nodiscard]] std::string state_text(const std::optional<StateView>& state);
[[nodiscard]] std::string state_text(const boost::json::value& value);
/// The value as a number: numbers, and texts that are one. Nothing for anything else.
[[nodiscard]] std::optional<double> state_number(const boost::json::value& value);
/// What a rule watches: the value, or with `attribute` that one; null when not there.
[[nodiscard]] const boost::json::value* watched_value(const std::optional<StateView>& state,
                                                      std::string_view attribute);

}  // namespace aifp::model
