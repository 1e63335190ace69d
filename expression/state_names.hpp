#pragma once

#include <set>
#include <string>
#include <string_view>

namespace aifp::expression {

/// The states that an expression may read, found in its text: `state.NAME`, `attributes.NAME`,
/// `state["NAME"]`, and every bare name (it could be one). A name too many does no harm.
struct StateNames {
    std::set<std::string> names;  ///< "host.cpu_percent" for a figure of the host.
    bool every = false;           ///< Names that are worked out, such as state[x]: any of them.
};

/// Adds what `text` reads; a text that is no expression adds nothing. Thread-safe.
void add_states_read(std::string_view text, StateNames& states);

}  // namespace aifp::expression
