#pragma once

#include <boost/json/value.hpp>

namespace aifp::config {

/// What stands for a value that is not shown.
inline constexpr const char* kHiddenValue = "***";

/// Hides in `written`, engine.yaml as JSON, what often is a secret that somebody wrote out:
/// addresses with keys in them, headers, the words of commands, passwords, and every text with
/// "://". Which keys hold such, their descriptions say (a unit with URL, !secret or arguments).
/// Names of secrets stay. Pure.
void hide_private_values(boost::json::value& written);

}  // namespace aifp::config
