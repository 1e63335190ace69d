#include "storage/integrity.hpp"

#include <system_error>

#include "storage/statement.hpp"

namespace aifp::storage {

namespace {

// The first complaint, or nothing.
std::string quick_check(Database& database, const std::string& table) {
    Statement row(database, "PRAGMA quick_check(" + (table.empty() ? "1" : table) + ")");
    const bool has_row = row.step();
    return has_row && row.view(0) != "ok" ? row.text(0) : std::string();
}

std::string check_tables(Database& database, const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::file_size(file, ignored) <= kMaxFullyCheckedBytes) {
        return quick_check(database, "");
    }
    for (const char* table : {"meta",
                              "user_directives",
                              "directive_dependencies",
                              "directive_implementations",
                              "logging_config",
                              "source_files",
                              "schedule_cursors",
                              "state_values",
                              "open_runs"}) {
        std::string complaint = quick_check(database, table);
        if (!complaint.empty()) {
            return complaint;
        }
    }
    return {};
}

}  // namespace

std::string find_damage(Database& database, const std::filesystem::path& file) {
    try {
        return check_tables(database, file);
    } catch (const DatabaseError& error) {
        if (!error.is_corruption()) {
            throw;
        }
        return error.what();
    }
}

bool was_closed_cleanly(Database& database) {
    return database.integer("SELECT value FROM meta WHERE key = 'closed_cleanly'") == 1;
}

void mark_closed(Database& database) {
    database.execute(
        "INSERT OR REPLACE INTO meta (key, value) SELECT 'closed_cleanly', 1 "
        "WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'damage_found')");
}

void forget_closed(Database& database) {
    database.execute("DELETE FROM meta WHERE key = 'closed_cleanly'");
}

void mark_damaged(Database& database) {
    database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('damage_found', 1)");
}

}  // namespace aifp::storage
