#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/run.hpp"
#include "storage/database.hpp"
#include "storage/write_group.hpp"

// Reading back what WriteGroup made durable, for the engine's start. They throw DatabaseError.
namespace aifp::storage {

/// All schedule cursors, by directive and trigger. One of before an edit stands at the edit.
[[nodiscard]] std::vector<model::Cursor> load_cursors(Database& database);
/// In the transaction that stores another content of the directive: until its schedules are armed,
/// and store cursors of their own, they are decided until `now`.
void mark_schedules_edited(Database& database, DirectiveId directive, WallTime now);
/// All state values, by name.
[[nodiscard]] std::vector<StateWrite> load_state(Database& database);
[[nodiscard]] std::optional<StateWrite> find_state(Database& database, std::string_view name);
/// The delivery ids that must still be remembered at `now`, in the order they came.
[[nodiscard]] std::vector<ReplayMark> load_replay_marks(Database& database, WallTime now);
/// When the newest ledger row was written, to judge whether the clock is plausible.
[[nodiscard]] std::optional<WallTime> last_seen_time(Database& database);

}  // namespace aifp::storage
