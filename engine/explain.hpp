#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "expression/scope.hpp"

namespace aifp::engine {

/// What an expression read, for people: `presence is "away", lux is 40`. At most five names, their
/// values cut short; nothing of what sounds secret. Loop thread only.
[[nodiscard]] std::string explain_names(std::string_view expression,
                                        const expression::Scope& scope);

/// Whether a key names something that is not to be shown: password, token, authorization ...
[[nodiscard]] bool sounds_secret(std::string_view key);

}  // namespace aifp::engine
