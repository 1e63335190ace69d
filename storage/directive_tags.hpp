#pragma once

#include <string_view>
#include <unordered_set>

#include "base/ids.hpp"
#include "storage/database.hpp"

namespace aifp::storage {

/// The directives whose configuration has this tag. Reads every configuration. Throws
/// DatabaseError.
[[nodiscard]] std::unordered_set<DirectiveId> directives_with_tag(Database& database,
                                                                  std::string_view tag);

}  // namespace aifp::storage
