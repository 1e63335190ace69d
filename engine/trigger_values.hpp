#pragma once

#include <string>

#include "engine/compiled.hpp"
#include "engine/run_scope.hpp"
#include "expression/sandbox.hpp"

// What a directive makes of an event before anything is decided about it: its variables and its
// key. Loop thread only. (reference/semantics.md 3.1 and 3.5)
namespace aifp::engine {

/// Larger values of a key, and larger variables, are an error: they stand in the ledger.
inline constexpr std::size_t kMaxKeyBytes = 256;
inline constexpr std::size_t kMaxVariablesBytes = std::size_t{64} * 1024;

/// Renders the variables, each of which can read those before it, and gives them to the scope.
/// Returns their JSON text; empty when the directive has none. Errors: of the templates;
/// invalid_input when they are too large.
[[nodiscard]] Result<std::string> render_variables(const CompiledDirective& compiled,
                                                   expression::Sandbox& sandbox,
                                                   RunScope& scope);
/// Empty when the directive has none. Errors: of the template; invalid_input when it is too long.
[[nodiscard]] Result<std::string> render_key(const CompiledDirective& compiled,
                                             expression::Sandbox& sandbox,
                                             const RunScope& scope);

}  // namespace aifp::engine
