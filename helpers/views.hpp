#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>

#include "helpers/tool.hpp"
#include "storage/directives.hpp"
#include "storage/executions.hpp"
#include "storage/implementations.hpp"

// Rows as the spec's JSON shows them, key by key (document 000), and the schemas of these objects.
// Pure. Times are UTC `YYYY-MM-DDTHH:MM:SS`.
namespace aifp::helpers {

[[nodiscard]] boost::json::object view_of(const storage::DirectiveRow& row);
[[nodiscard]] std::string directive_schema();

[[nodiscard]] boost::json::object view_of(const storage::ImplementationRow& row);
[[nodiscard]] std::string implementation_schema();

/// A text, or null.
[[nodiscard]] boost::json::value text_or_null(const std::optional<std::string>& text);
/// The share with two decimals; 0.0 of none.
[[nodiscard]] double rate_of(std::int64_t part, std::int64_t all);
/// A floating number in JSON Schema terms.
[[nodiscard]] std::string rate_schema();

/// {"found": false}
[[nodiscard]] boost::json::value not_found();
/// {"success": true}, to be added to.
[[nodiscard]] boost::json::object success();
/// "no directive has the id 7"
[[nodiscard]] tl::unexpected<Error> no_row(std::string_view what, std::int64_t id);

/// Runs `job` in a transaction on the storage thread and hands on what it gave.
using WriteJob = std::function<Result<boost::json::value>(storage::Database&)>;
void write_and_answer(const Services& services, WriteJob job, Done done);

}  // namespace aifp::helpers
