#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/directive.hpp"

// Reads of an action's canonical arguments (docs/directive-kinds.md). The parser has checked their
// types; what is missing or odd here becomes the default.

namespace aifp::actions {

/// The value under the kind key; null if there is none.
[[nodiscard]] const boost::json::value& main_argument(const model::Action& action);
/// The argument, or null when it was not written.
[[nodiscard]] const boost::json::value* argument(const model::Action& action, std::string_view key);
[[nodiscard]] std::string text_argument(const model::Action& action,
                                        std::string_view key,
                                        std::string_view otherwise);
[[nodiscard]] std::int64_t integer_argument(const model::Action& action,
                                            std::string_view key,
                                            std::int64_t otherwise);
[[nodiscard]] Milliseconds duration_argument(const model::Action& action,
                                             std::string_view key,
                                             Milliseconds otherwise);
[[nodiscard]] std::uint64_t size_argument(const model::Action& action,
                                          std::string_view key,
                                          std::uint64_t otherwise);

/// A rendered value as text: texts bare, anything else as JSON.
[[nodiscard]] std::string to_text(const boost::json::value& value);
/// A rendered map as names and texts. Errors: invalid_input when it is no map.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> to_text_pairs(
    const boost::json::value& value);

}  // namespace aifp::actions
