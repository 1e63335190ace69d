#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "prompts/prompt_directive.hpp"

namespace aifp::prompts {

/// Outputs that came as JSON: a list of {"type": "text", "content": TEXT} and
/// {"type": "json", "label": TEXT, "data": {...}}. What is no output is dropped, with one warning
/// each ("Directive: invalid output"); the rest stays. `id` and `source` are the prompt
/// directive's.
[[nodiscard]] Produced outputs_from_json(const boost::json::value& list,
                                         const PromptDirective& directive,
                                         const Context& context);

}  // namespace aifp::prompts
