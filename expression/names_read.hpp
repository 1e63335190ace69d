#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aifp::expression {

/// The values that an expression reads, as dotted paths in the order in which they stand, each
/// once: "state.presence", "trigger.payload.level". Functions, words of the language and what is
/// computed (`list[i]`) are left out; an expression that cannot be read gives nothing. Pure.
[[nodiscard]] std::vector<std::string> names_read(std::string_view expression);

}  // namespace aifp::expression
