#pragma once

#include <string>

namespace aifp::cli {

/// The manual page aifp-directive(5) in roff: every key, trigger, condition and action that a
/// directive file takes, made from the table that reads the files (directives/schema.hpp).
[[nodiscard]] std::string directive_manual();

}  // namespace aifp::cli
