#include "storage/state.hpp"

#include <fmt/format.h>

namespace aifp::storage {

namespace {

constexpr std::string_view kColumns =
    "name, opened(value_json), updated_at_ms, opened(attributes_json), changed_at_ms, "
    "expires_at_ms";

StateWrite read_state(const Statement& row) {
    StateWrite state;
    state.name = row.text(0);
    state.value_json = row.text(1);
    state.at = row.time(2);
    state.attributes_json = row.text(3);
    state.changed_at = row.optional_time(4);
    state.expires_at = row.optional_time(5);
    return state;
}

}  // namespace

std::vector<model::Cursor> load_cursors(Database& database) {
    Statement row(database,
                  "SELECT directive_id, trigger_index, "
                  "MAX(decided_until_ms, IFNULL(edited_ms, decided_until_ms)) "
                  "FROM schedule_cursors ORDER BY directive_id, trigger_index");
    std::vector<model::Cursor> cursors;
    while (row.step()) {
        model::Cursor cursor;
        cursor.directive = DirectiveId{row.integer(0)};
        cursor.trigger_index = static_cast<std::uint32_t>(row.integer(1));
        cursor.decided_until = row.time(2);
        cursors.push_back(cursor);
    }
    return cursors;
}

// Of several edits without a cursor between them the version before the first one stands for all.
void mark_schedules_edited(Database& database,
                           DirectiveId directive,
                           std::string_view from,
                           WallTime now) {
    Statement statement(database,
                        "UPDATE schedule_cursors SET edited_ms = ?3, "
                        "edited_from = CASE WHEN edited_ms IS NULL THEN ?2 ELSE edited_from END "
                        "WHERE directive_id = ?1");
    statement.run(directive, from, now);
}

void begin_schedules_anew(Database& database, DirectiveId directive, WallTime now) {
    Statement statement(database,
                        "UPDATE schedule_cursors SET edited_ms = NULL, "
                        "decided_until_ms = MAX(decided_until_ms, ?2) "
                        "WHERE directive_id = ?1 AND edited_from IS NULL");
    statement.run(directive, now);
}

void forget_edit_of_schedules(Database& database, DirectiveId directive) {
    Statement statement(database,
                        "UPDATE schedule_cursors SET edited_ms = NULL, edited_from = NULL "
                        "WHERE directive_id = ?1");
    statement.run(directive);
}

std::vector<LeftSchedule> load_left_schedules(Database& database) {
    Statement row(database,
                  "SELECT c.directive_id, c.trigger_index, c.decided_until_ms, v.hash, "
                  "v.configuration_json, c.edited_ms "
                  "FROM schedule_cursors c JOIN directive_versions v ON v.hash = c.edited_from "
                  "WHERE c.decided_until_ms < c.edited_ms ORDER BY c.directive_id, "
                  "c.trigger_index");
    std::vector<LeftSchedule> left;
    while (row.step()) {
        left.push_back(
            {{DirectiveId{row.integer(0)}, static_cast<std::uint32_t>(row.integer(1)), row.time(2)},
             row.text(3),
             row.text(4),
             row.time(5)});
    }
    return left;
}

std::vector<StateWrite> load_state(Database& database) {
    Statement row(database, fmt::format("SELECT {} FROM state_values ORDER BY name", kColumns));
    std::vector<StateWrite> states;
    while (row.step()) {
        states.push_back(read_state(row));
    }
    return states;
}

std::optional<StateWrite> find_state(Database& database, std::string_view name) {
    Statement row(database, fmt::format("SELECT {} FROM state_values WHERE name = ?1", kColumns));
    row.bind(name);
    return row.step() ? std::optional(read_state(row)) : std::nullopt;
}

std::vector<ReplayMark> load_replay_marks(Database& database, WallTime now) {
    Statement row(database,
                  "SELECT key, forget_at_ms FROM webhook_replay WHERE forget_at_ms > ?1 "
                  "ORDER BY id");
    row.bind(now);
    std::vector<ReplayMark> marks;
    while (row.step()) {
        ReplayMark mark;
        mark.key = row.text(0);
        mark.forget_at = row.time(1);
        marks.push_back(std::move(mark));
    }
    return marks;
}

std::optional<WallTime> last_seen_time(Database& database) {
    Statement row(database, "SELECT seen_at_ms FROM ledger ORDER BY id DESC LIMIT 1");
    return row.step() ? std::optional(row.time(0)) : std::nullopt;
}

}  // namespace aifp::storage
