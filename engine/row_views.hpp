#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "storage/directives.hpp"
#include "storage/ledger.hpp"

// Rows as the admin API shows them (docs/admin-api.md), whether an engine runs or the project is
// only read. Pure.
namespace aifp::engine {

[[nodiscard]] boost::json::object view_of(const storage::DirectiveRow& row);
/// `directive`: its name. Without an end, `state` tells that it is under way.
[[nodiscard]] boost::json::object view_of(const storage::HistoryEntry& entry,
                                          std::string_view directive);

}  // namespace aifp::engine
