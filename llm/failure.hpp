#pragma once

#include <string>

#include "base/result.hpp"
#include "config/llm_settings.hpp"
#include "llm/retry.hpp"

// What is said when nothing came of a request. Pure.

namespace aifp::llm {

/// "anthropic (https://api.anthropic.com)": who it is, in messages.
[[nodiscard]] std::string describe_provider(const config::Llm& settings);

/// What the provider answered, in one line: "529 (overloaded_error: Overloaded)".
[[nodiscard]] std::string describe_answer(const FailedTry& failed);

/// The error of a request that is not sent again, with what to look at. `transport`: why no answer
/// came, if none did. Codes: those of Model::ask().
[[nodiscard]] Error failure_of(const config::Llm& settings,
                               const FailedTry& failed,
                               const RetryDecision& decision,
                               const Error* transport);

}  // namespace aifp::llm
