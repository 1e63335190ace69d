#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "prompts/assemble.hpp"

// Which prompt directives a request has. For the sources of this room.

namespace aifp::prompts {

/// Those that speak to the agent, by priority; equal ones in the order of registration.
[[nodiscard]] std::vector<const PromptDirective*> chosen(
    std::string_view agent, std::span<const PromptDirective> directives);

/// Why a rule, the switch or its own `when` keeps `directive` away, or "".
[[nodiscard]] std::string suppression(const PromptDirective& directive,
                                      const Context& context,
                                      const Policy& policy);

}  // namespace aifp::prompts
