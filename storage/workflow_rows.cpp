#include "storage/workflow_rows.hpp"

#include <algorithm>

#include "storage/statement.hpp"

namespace aifp::storage {
namespace {

ImplementationVersion read_version(const Statement& row) {
    ImplementationVersion version;
    version.id = row.integer(0);
    version.directive = DirectiveId{row.integer(1)};
    version.path = row.text(2);
    version.sha256 = row.text(3);
    version.origin = row.text(4);
    version.kept_at = row.time(5);
    return version;
}

}  // namespace

void keep_implementation_version(Database& database, const ImplementationVersion& version) {
    Statement(
        database,
        "INSERT INTO implementation_versions (directive_id, path, sha256, origin, kept_at_ms, "
        "text) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .run(version.directive,
             version.path,
             version.sha256,
             version.origin,
             version.kept_at,
             version.text);
    Statement(database,
              "DELETE FROM implementation_versions WHERE directive_id = ?1 AND path = ?2 AND id <= "
              "(SELECT id FROM implementation_versions WHERE directive_id = ?1 AND path = ?2 "
              "ORDER BY id DESC LIMIT 1 OFFSET ?3)")
        .run(version.directive, version.path, kMaxImplementationVersions);
}

std::vector<ImplementationVersion> list_implementation_versions(Database& database,
                                                                DirectiveId directive,
                                                                std::string_view path) {
    Statement row(database,
                  "SELECT id, directive_id, path, sha256, origin, kept_at_ms "
                  "FROM implementation_versions WHERE directive_id = ?1 AND (?2 = '' OR path = ?2) "
                  "ORDER BY id DESC");
    row.bind(directive, path);
    std::vector<ImplementationVersion> versions;
    while (row.step()) {
        versions.push_back(read_version(row));
    }
    return versions;
}

std::optional<ImplementationVersion> find_implementation_version(Database& database,
                                                                 std::int64_t id) {
    Statement row(database,
                  "SELECT id, directive_id, path, sha256, origin, kept_at_ms, text "
                  "FROM implementation_versions WHERE id = ?1");
    row.bind(id);
    if (!row.step()) {
        return std::nullopt;
    }
    auto version = read_version(row);
    version.text = row.text(6);
    return version;
}

void set_tracking(Database& database, DirectiveId directive, std::optional<WallTime> since) {
    if (!since) {
        Statement(database, "DELETE FROM directive_tracking WHERE directive_id = ?1")
            .run(directive);
        return;
    }
    Statement(database,
              "INSERT INTO directive_tracking (directive_id, activated_at_ms) VALUES (?1, ?2) "
              "ON CONFLICT (directive_id) DO UPDATE SET activated_at_ms = ?2")
        .run(directive, *since);
}

std::unordered_map<DirectiveId, WallTime> load_tracking(Database& database) {
    Statement row(database, "SELECT directive_id, activated_at_ms FROM directive_tracking");
    std::unordered_map<DirectiveId, WallTime> tracking;
    while (row.step()) {
        tracking[DirectiveId{row.integer(0)}] = row.time(1);
    }
    return tracking;
}

std::unordered_map<DirectiveId, std::vector<std::string>> load_missing_names(
    Database& database, std::optional<DirectiveId> directive) {
    Statement row(database,
                  "SELECT directive_id, name FROM directive_dependencies WHERE is_installed = 0 "
                  "AND dependency_type <> 'service' AND (?1 IS NULL OR directive_id = ?1) "
                  "AND id NOT IN (SELECT dependency_id FROM noted_dependencies) "
                  "ORDER BY directive_id, dependency_type, name");
    row.bind(directive);
    std::unordered_map<DirectiveId, std::vector<std::string>> names;
    while (row.step()) {
        names[DirectiveId{row.integer(0)}].push_back(row.text(1));
    }
    return names;
}

std::vector<std::int64_t> load_detected_dependencies(Database& database, DirectiveId directive) {
    Statement row(database,
                  "SELECT dependency_id FROM detected_dependencies JOIN directive_dependencies d "
                  "ON d.id = dependency_id WHERE d.directive_id = ?1 ORDER BY dependency_id");
    row.bind(directive);
    std::vector<std::int64_t> ids;
    while (row.step()) {
        ids.push_back(row.integer(0));
    }
    return ids;
}

void set_detected_dependencies(Database& database,
                               DirectiveId directive,
                               const std::vector<std::int64_t>& ids) {
    for (const auto id : load_detected_dependencies(database, directive)) {
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
            Statement(database, "DELETE FROM directive_dependencies WHERE id = ?1").run(id);
        }
    }
    for (const auto id : ids) {
        Statement(database,
                  "INSERT INTO detected_dependencies (dependency_id) VALUES (?1) "
                  "ON CONFLICT DO NOTHING")
            .run(id);
    }
}

std::int64_t note_dependency(Database& database, const DependencyRow& row) {
    Statement known(database,
                    "SELECT id FROM directive_dependencies WHERE directive_id = ?1 AND "
                    "dependency_type = ?2 AND name = ?3");
    known.bind(row.directive, row.dependency_type, row.name);
    if (known.step() && !is_noted_dependency(database, known.integer(0))) {
        return known.integer(0);
    }
    const auto id = add_dependency(database, row);
    Statement(database,
              "INSERT INTO noted_dependencies (dependency_id) VALUES (?1) ON CONFLICT DO NOTHING")
        .run(id);
    return id;
}

bool is_noted_dependency(Database& database, std::int64_t id) {
    Statement row(database, "SELECT 1 FROM noted_dependencies WHERE dependency_id = ?1");
    row.bind(id);
    return row.step();
}

void confirm_dependency(Database& database, std::int64_t id) {
    Statement(database, "DELETE FROM noted_dependencies WHERE dependency_id = ?1").run(id);
}

}  // namespace aifp::storage
