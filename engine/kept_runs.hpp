#pragma once

#include "engine/dispatcher.hpp"
#include "storage/database.hpp"

namespace aifp::engine {

/// The rows of the runs that wait, and the texts of the versions that they run. For the store's
/// reading thread. Throws DatabaseError.
[[nodiscard]] KeptRuns load_kept_runs(storage::Database& database);

}  // namespace aifp::engine
