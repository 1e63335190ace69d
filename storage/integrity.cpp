#include "storage/integrity.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "storage/statement.hpp"

namespace aifp::storage {

namespace {

constexpr std::array<std::string_view, 4> kLargeTables{
    "ledger", "ledger_index", "directive_executions", "run_traces"};

// The first complaint, or nothing.
std::string quick_check(Database& database, const std::string& table) {
    Statement row(database, "PRAGMA quick_check(" + (table.empty() ? "1" : table) + ")");
    const bool has_row = row.step();
    return has_row && row.view(0) != "ok" ? row.text(0) : std::string();
}

bool is_large(std::string_view table) {
    return std::find(kLargeTables.begin(), kLargeTables.end(), table) != kLargeTables.end();
}

bool is_large_file(const std::filesystem::path& file) {
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(file, failed);
    return !failed && bytes > kMaxFullyCheckedBytes;
}

std::vector<std::string> tables_of(Database& database) {
    std::vector<std::string> tables;
    Statement row(database,
                  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                  "'sqlite_%' ORDER BY rowid");
    while (row.step()) {
        tables.push_back(row.text(0));
    }
    return tables;
}

// Damage that a statement stumbles over is a finding, too.
template <class Check>
std::string finding(const Check& check) {
    try {
        return check();
    } catch (const DatabaseError& error) {
        if (!error.is_corruption()) {
            throw;
        }
        return error.what();
    }
}

std::string check_tables(Database& database, const std::filesystem::path& file) {
    if (!is_large_file(file)) {
        return quick_check(database, "");
    }
    for (const std::string& table : tables_of(database)) {
        std::string complaint = is_large(table) ? "" : quick_check(database, table);
        if (!complaint.empty()) {
            return complaint;
        }
    }
    return {};
}

}  // namespace

std::string find_damage(Database& database, const std::filesystem::path& file) {
    return finding([&] { return check_tables(database, file); });
}

std::string find_damage_in(Database& database, const std::string& table) {
    return finding([&] { return quick_check(database, table); });
}

std::vector<std::string> tables_left_out(Database& database, const std::filesystem::path& file) {
    auto tables = is_large_file(file) ? tables_of(database) : std::vector<std::string>();
    std::erase_if(tables, [](const std::string& table) { return !is_large(table); });
    return tables;
}

void mark_half_checked(Database& database) {
    database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('half_checked', 1)");
}

bool is_half_checked(Database& database) {
    return database.integer("SELECT value FROM meta WHERE key = 'half_checked'") == 1;
}

void forget_half_checked(Database& database) {
    database.execute("DELETE FROM meta WHERE key = 'half_checked'");
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
