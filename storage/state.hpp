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
/// In the transaction that stores another content of the directive, or takes it out: until its
/// schedules are armed, and store cursors of their own, they are decided until `now`. What those of
/// the version `from` (its hash) were due for until then is kept in mind (load_left_schedules).
void mark_schedules_edited(Database& database,
                           DirectiveId directive,
                           std::string_view from,
                           WallTime now);
/// The same for one of which nothing was due: it had been taken out before. What is kept in mind of
/// that stays.
void begin_schedules_anew(Database& database, DirectiveId directive, WallTime now);
/// Nothing is kept in mind of the directive any more.
void forget_edit_of_schedules(Database& database, DirectiveId directive);

/// A schedule of a version that was edited or taken out before anybody had decided everything that
/// it was due for.
struct LeftSchedule {
    model::Cursor cursor;
    std::string hash;                ///< Of the version.
    std::string configuration_json;  ///< Likewise.
    WallTime edited_at;              ///< Until then it was in force.
};
/// By directive and trigger.
[[nodiscard]] std::vector<LeftSchedule> load_left_schedules(Database& database);
/// All state values, by name.
[[nodiscard]] std::vector<StateWrite> load_state(Database& database);
[[nodiscard]] std::optional<StateWrite> find_state(Database& database, std::string_view name);
/// The delivery ids that must still be remembered at `now`, in the order they came.
[[nodiscard]] std::vector<ReplayMark> load_replay_marks(Database& database, WallTime now);
/// When the newest ledger row was written, to judge whether the clock is plausible.
[[nodiscard]] std::optional<WallTime> last_seen_time(Database& database);

}  // namespace aifp::storage
