#pragma once

#include <string_view>

#include "storage/directives.hpp"

namespace aifp::helpers::workflow {

/// A directive by its name, or by its id written in digits (a name wins). For the store's threads.
/// Errors: not_found; invalid_input if its stored definition cannot be read. Throws DatabaseError.
[[nodiscard]] Result<storage::DirectiveRow> look_up_directive(storage::Database& database,
                                                              std::string_view name_or_id);

/// What the configuration of a row that was looked up says.
[[nodiscard]] model::Directive directive_of(const storage::DirectiveRow& row);

}  // namespace aifp::helpers::workflow
