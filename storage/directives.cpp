#include "storage/directives.hpp"

#include "base/time_zone.hpp"

namespace aifp::storage {

namespace {

constexpr std::string_view kColumns =
    "id, name, source_file, directive_type, trigger, action, configuration_json, status, approved, "
    "created_at, updated_at, description, domain, content_hash, approved_hash, approved_by, "
    "approved_at, first_armed_at_ms, error_text";

std::optional<std::string> optional_text(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.text(column));
}

model::DirectiveStatus status_of(const Statement& row, int column) {
    return model::directive_status_from(row.view(column)).value_or(model::DirectiveStatus::error);
}

DirectiveRow read_row(const Statement& row) {
    DirectiveRow directive;
    directive.id = DirectiveId{row.integer(0)};
    directive.name = row.text(1);
    directive.source_file = row.text(2);
    directive.type =
        model::directive_type_from(row.view(3)).value_or(model::DirectiveType::trigger);
    directive.trigger = row.text(4);
    directive.action = row.text(5);
    directive.configuration_json = row.text(6);
    directive.status = status_of(row, 7);
    directive.approved = row.boolean(8);
    directive.created_at = row.text(9);
    directive.updated_at = row.text(10);
    directive.description = row.text(11);
    directive.domain = row.text(12);
    directive.content_hash = row.text(13);
    directive.approved_hash = optional_text(row, 14);
    directive.approved_by = optional_text(row, 15);
    directive.approved_at = optional_text(row, 16);
    directive.first_armed_at = row.optional_time(17);
    directive.error_text = row.text(18);
    return directive;
}

std::string select_where(std::string_view condition) {
    return "SELECT " + std::string(kColumns) + " FROM user_directives WHERE " +
           std::string(condition);
}

}  // namespace

void for_each_directive(Database& database,
                        const std::function<void(const DirectiveView&)>& visit) {
    Statement row(database,
                  "SELECT id, name, source_file, status, content_hash, approved_hash, "
                  "first_armed_at_ms, configuration_json, approved_by, error_text "
                  "FROM user_directives ORDER BY id");
    while (row.step()) {
        DirectiveView view;
        view.id = DirectiveId{row.integer(0)};
        view.name = row.view(1);
        view.source_file = row.view(2);
        view.status = status_of(row, 3);
        view.content_hash = row.view(4);
        view.approved_hash = row.view(5);
        view.first_armed_at = row.optional_time(6);
        view.configuration_json = row.view(7);
        view.approved_by = row.view(8);
        view.error_text = row.view(9);
        visit(view);
    }
}

DirectiveId upsert_directive(Database& database, const DirectiveUpsert& directive, WallTime now) {
    Statement upsert(
        database,
        "INSERT INTO user_directives (name, source_file, directive_type, trigger, action, "
        "configuration_json, description, domain, content_hash, created_at, updated_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10) "
        "ON CONFLICT (name) DO UPDATE SET source_file = ?2, directive_type = ?3, trigger = ?4, "
        "action = ?5, configuration_json = ?6, description = ?7, domain = ?8, content_hash = ?9, "
        "approved = approved_hash IS ?9, updated_at = ?10 RETURNING id");
    upsert.bind(directive.name,
                directive.source_file,
                name_of(directive.type),
                directive.trigger,
                directive.action,
                directive.configuration_json,
                directive.description,
                directive.domain,
                directive.content_hash,
                format_utc_seconds(now));
    DirectiveId id;
    while (upsert.step()) {
        id = DirectiveId{upsert.integer(0)};
    }
    return id;
}

bool set_directive_status(Database& database,
                          DirectiveId id,
                          model::DirectiveStatus status,
                          std::string_view error_text,
                          WallTime now) {
    Statement(database,
              "UPDATE user_directives SET status = ?2, error_text = ?3, updated_at = CASE WHEN "
              "status = ?2 AND error_text IS ?3 THEN updated_at ELSE ?4 END WHERE id = ?1")
        .run(id, name_of(status), error_text, format_utc_seconds(now));
    return database.changes() > 0;
}

bool approve_directive(
    Database& database, DirectiveId id, std::string_view hash, std::string_view by, WallTime now) {
    Statement(database,
              "UPDATE user_directives SET approved_hash = ?2, approved = content_hash = ?2, "
              "approved_by = ?3, approved_at = ?4, updated_at = ?4 WHERE id = ?1")
        .run(id, hash, by, format_utc_seconds(now));
    return database.changes() > 0;
}

bool revoke_approval(Database& database, DirectiveId id, WallTime now) {
    Statement(database,
              "UPDATE user_directives SET approved_hash = NULL, approved = 0, approved_by = ?3, "
              "approved_at = NULL, updated_at = ?2 WHERE id = ?1")
        .run(id, format_utc_seconds(now), kApprovalRevoked);
    return database.changes() > 0;
}

void remember_removed(Database& database, DirectiveId id, const RemovedFrom& stood) {
    Statement(database,
              "INSERT INTO removed_directives (directive_id, status, reason) VALUES (?1, ?2, ?3) "
              "ON CONFLICT (directive_id) DO UPDATE SET status = ?2, reason = ?3")
        .run(id, name_of(stood.status), stood.reason);
}

std::optional<RemovedFrom> take_removed(Database& database, DirectiveId id) {
    Statement row(database,
                  "DELETE FROM removed_directives WHERE directive_id = ?1 "
                  "RETURNING status, reason");
    row.bind(id);
    std::optional<RemovedFrom> stood;
    while (row.step()) {
        stood = RemovedFrom{status_of(row, 0), row.text(1)};
    }
    return stood;
}

void mark_first_armed(Database& database, DirectiveId id, WallTime now) {
    Statement(database,
              "UPDATE user_directives SET first_armed_at_ms = ?2 "
              "WHERE id = ?1 AND first_armed_at_ms IS NULL")
        .run(id, now);
}

std::optional<DirectiveRow> find_directive(Database& database, DirectiveId id) {
    Statement row(database, select_where("id = ?1"));
    row.bind(id);
    return row.step() ? std::optional(read_row(row)) : std::nullopt;
}

std::optional<DirectiveRow> find_directive(Database& database, std::string_view name) {
    Statement row(database, select_where("name = ?1"));
    row.bind(name);
    return row.step() ? std::optional(read_row(row)) : std::nullopt;
}

std::unordered_map<DirectiveId, std::string> directive_names(Database& database) {
    Statement row(database, "SELECT id, name FROM user_directives");
    std::unordered_map<DirectiveId, std::string> names;
    while (row.step()) {
        names.emplace(DirectiveId{row.integer(0)}, row.text(1));
    }
    return names;
}

std::map<model::DirectiveStatus, std::int64_t> count_directives(Database& database) {
    Statement row(database, "SELECT status, count(*) FROM user_directives GROUP BY status");
    std::map<model::DirectiveStatus, std::int64_t> counts;
    while (row.step()) {
        counts[status_of(row, 0)] += row.integer(1);
    }
    return counts;
}

std::vector<DirectiveRow> list_directives(Database& database, const DirectiveFilter& filter) {
    Statement row(
        database,
        select_where("(?1 IS NULL OR status = ?1) AND (?2 IS NULL OR directive_type = ?2) "
                     "AND (?3 IS NULL OR source_file = ?3) ORDER BY name"));
    std::optional<std::string_view> status;
    std::optional<std::string_view> type;
    if (filter.status) {
        status = name_of(*filter.status);
    }
    if (filter.type) {
        type = name_of(*filter.type);
    }
    row.bind(status, type, filter.source_file);
    std::vector<DirectiveRow> rows;
    while (row.step()) {
        rows.push_back(read_row(row));
    }
    return rows;
}

}  // namespace aifp::storage
