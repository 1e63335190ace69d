#include "storage/source_files.hpp"

namespace aifp::storage {

namespace {

constexpr const char* kSelect =
    "SELECT path, sha256, size, mtime_ns, ctime_ns, inode, status, diagnostics_json FROM "
    "source_files ";

SourceFileRow read_source_file(const Statement& row) {
    SourceFileRow file;
    file.path = row.text(0);
    file.sha256 = row.text(1);
    file.size = row.integer(2);
    file.mtime_ns = row.integer(3);
    file.ctime_ns = row.integer(4);
    file.inode = row.integer(5);
    file.loaded = row.view(6) == "loaded";
    file.diagnostics_json = row.text(7);
    return file;
}

}  // namespace

std::vector<SourceFileRow> load_source_files(Database& database) {
    Statement row(database, std::string(kSelect) + "ORDER BY path");
    std::vector<SourceFileRow> rows;
    while (row.step()) {
        rows.push_back(read_source_file(row));
    }
    return rows;
}

std::optional<SourceFileRow> find_source_file(Database& database, std::string_view path) {
    Statement row(database, std::string(kSelect) + "WHERE path = ?1");
    row.bind(path);
    return row.step() ? std::optional(read_source_file(row)) : std::nullopt;
}

void upsert_source_file(Database& database, const SourceFileRow& row) {
    Statement(database,
              "INSERT INTO source_files (path, sha256, size, mtime_ns, ctime_ns, inode, status, "
              "diagnostics_json) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
              "ON CONFLICT (path) DO UPDATE SET sha256 = ?2, size = ?3, mtime_ns = ?4, "
              "ctime_ns = ?5, inode = ?6, status = ?7, diagnostics_json = ?8")
        .run(row.path,
             row.sha256,
             row.size,
             row.mtime_ns,
             row.ctime_ns,
             row.inode,
             std::string_view(row.loaded ? "loaded" : "broken"),
             row.diagnostics_json);
}

void remove_source_file(Database& database, std::string_view path) {
    Statement(database, "DELETE FROM source_files WHERE path = ?1").run(path);
}

}  // namespace aifp::storage
