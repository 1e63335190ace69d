#pragma once

#include <vector>

#include "base/ids.hpp"
#include "engine/loader.hpp"
#include "storage/database.hpp"

// Directives that became the owner's without being edited: the setting was changed to owner_files,
// or `chmod go-w` mended what the refusal named. Rule: reference/decisions.md, Approval
// `owner_files`. All throw DatabaseError.

namespace aifp::engine {

/// Whether the setting is owner_files and a directive waits for a yes that nobody has taken back.
[[nodiscard]] bool has_waiting_directives(storage::Database& database, config::Approval approval);

/// Hashes what they run, ahead of the transaction. Blocks.
void look_at_waiting(storage::Database& database, FileHashes& files);

/// Approves those of them whose file and scripts are the owner's now, in the transaction of the
/// job. Returns which. Blocks: a few stat calls each.
std::vector<DirectiveId> approve_newly_owned(storage::Database& database,
                                             const LoadOptions& options,
                                             FileHashes& files);

}  // namespace aifp::engine
