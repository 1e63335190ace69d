#include "storage/versions.hpp"

namespace aifp::storage {
namespace {

// A run that waits may have begun with any of them.
void drop_old_versions(Database& database, std::string_view name) {
    Statement(
        database,
        "DELETE FROM directive_versions WHERE name = ?1 AND hash NOT IN "
        "(SELECT hash FROM directive_versions WHERE name = ?1 "
        "ORDER BY loaded_at_ms DESC, hash LIMIT ?2) AND hash NOT IN "
        "(SELECT content_hash FROM user_directives WHERE name = ?1 UNION ALL "
        "SELECT approved_hash FROM user_directives WHERE name = ?1 AND approved_hash NOT NULL "
        "UNION ALL SELECT content_hash FROM directive_proposals) AND hash NOT IN "
        "(SELECT iif(json_valid(data), ifnull(json_extract(data, '$.version'), ''), '') "
        "FROM waits WHERE kind = 0 AND "
        "directive_id IN (SELECT id FROM user_directives WHERE name = ?1))")
        .run(name, kMaxDirectiveVersions);
}

// A mark of what is still there is never dropped: the file would pass for the owner's.
void drop_old_marks(Database& database) {
    Statement(database,
              "DELETE FROM written_files WHERE (path, sha256) IN "
              "(SELECT path, sha256 FROM written_files WHERE "
              "sha256 NOT IN (SELECT sha256 FROM source_files) AND "
              "sha256 NOT IN (SELECT file_hash FROM directive_implementations) "
              "ORDER BY written_at_ms LIMIT max(0, (SELECT count(*) FROM written_files) - ?1))")
        .run(kMaxWrittenFiles);
}

}  // namespace

void keep_version(Database& database, const DirectiveVersion& version) {
    Statement(database,
              "INSERT INTO directive_versions (hash, name, source_file, configuration_json, "
              "source_text, loaded_at_ms) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .run(version.hash,
             version.name,
             version.source_file,
             version.configuration_json,
             version.source_text,
             version.loaded_at);
    if (database.changes() > 0) {
        drop_old_versions(database, version.name);
    }
}

std::optional<DirectiveVersion> find_version(Database& database, std::string_view hash) {
    Statement row(database,
                  "SELECT hash, name, source_file, configuration_json, source_text, loaded_at_ms "
                  "FROM directive_versions WHERE hash = ?1");
    row.bind(hash);
    if (!row.step()) {
        return std::nullopt;
    }
    DirectiveVersion version;
    version.hash = row.text(0);
    version.name = row.text(1);
    version.source_file = row.text(2);
    version.configuration_json = row.text(3);
    version.source_text = row.text(4);
    version.loaded_at = row.time(5);
    return version;
}

std::vector<DirectiveVersion> list_versions(Database& database, std::string_view name) {
    Statement row(database,
                  "SELECT hash, name, source_file, loaded_at_ms FROM directive_versions "
                  "WHERE name = ?1 ORDER BY loaded_at_ms DESC, hash");
    row.bind(name);
    std::vector<DirectiveVersion> versions;
    while (row.step()) {
        DirectiveVersion version;
        version.hash = row.text(0);
        version.name = row.text(1);
        version.source_file = row.text(2);
        version.loaded_at = row.time(3);
        versions.push_back(std::move(version));
    }
    return versions;
}

void mark_written_by_daemon(Database& database,
                            std::string_view path,
                            std::string_view sha256,
                            WallTime now) {
    Statement(database,
              "INSERT INTO written_files (path, sha256, written_at_ms) VALUES (?, ?, ?) "
              "ON CONFLICT DO NOTHING")
        .run(path, sha256, now);
    if (database.changes() > 0) {
        drop_old_marks(database);
    }
}

bool was_written_by_daemon(Database& database, std::string_view sha256) {
    Statement row(database, "SELECT 1 FROM written_files WHERE sha256 = ?1");
    row.bind(sha256);
    return row.step();
}

std::vector<std::string> load_written_contents(Database& database) {
    Statement row(database,
                  "SELECT sha256 FROM written_files ORDER BY written_at_ms DESC LIMIT 100000");
    std::vector<std::string> hashes;
    while (row.step()) {
        hashes.push_back(row.text(0));
    }
    return hashes;
}

void mark_origins_lost(Database& database) {
    Statement(database, "INSERT OR REPLACE INTO meta (key, value) VALUES ('origins_lost', 1)")
        .run();
}

bool take_origins_lost(Database& database) {
    Statement(database, "DELETE FROM meta WHERE key = 'origins_lost'").run();
    return database.changes() > 0;
}

}  // namespace aifp::storage
