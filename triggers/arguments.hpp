#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/directive.hpp"

// Reads of a trigger's canonical arguments (docs/directive-kinds.md). The parser has checked their
// types; what is missing or odd reads as not written.

namespace aifp::triggers {

[[nodiscard]] std::string text_argument(const model::Trigger& trigger, std::string_view key);
[[nodiscard]] std::optional<Milliseconds> duration_argument(const model::Trigger& trigger,
                                                            std::string_view key);
/// A list of texts, or one text; nothing when not written or null.
[[nodiscard]] std::optional<std::vector<std::string>> texts_argument(const model::Trigger& trigger,
                                                                     std::string_view key);

}  // namespace aifp::triggers
