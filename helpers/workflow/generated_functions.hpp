#pragma once

#include <string_view>
#include <vector>

#include "storage/neighbours.hpp"

namespace aifp::helpers::workflow {

/// The functions at the top level of a program that the Python generator wrote, for AIFP's
/// project.db: name, first line of the docstring, parameters as a JSON list of their texts, what is
/// returned as JSON text. Pure.
[[nodiscard]] std::vector<storage::GeneratedFile::Function> generated_functions(
    std::string_view program);

}  // namespace aifp::helpers::workflow
