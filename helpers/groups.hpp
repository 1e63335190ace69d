#pragma once

#include <vector>

#include "helpers/tool.hpp"

// The rows of the table, one function and one source per group of the spec.
namespace aifp::helpers {

[[nodiscard]] std::vector<Tool> directive_tools();
[[nodiscard]] std::vector<Tool> execution_tools();
[[nodiscard]] std::vector<Tool> dependency_tools();
[[nodiscard]] std::vector<Tool> implementation_tools();
[[nodiscard]] std::vector<Tool> logging_tools();
[[nodiscard]] std::vector<Tool> analytics_tools();

}  // namespace aifp::helpers
