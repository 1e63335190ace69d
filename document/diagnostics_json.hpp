#pragma once

#include <boost/json/array.hpp>
#include <string_view>

#include "model/diagnostic.hpp"

namespace aifp::document {

/// An array of {file, line, column, severity, message, hint}: what `aifp check --json` prints.
/// severity is error, warning or note; hint is "" if there is none. (reference/decisions.md)
[[nodiscard]] boost::json::array to_json(const model::Diagnostics& diagnostics);

/// "error", "warning" or "note".
[[nodiscard]] std::string_view name_of(model::Severity severity) noexcept;

}  // namespace aifp::document
