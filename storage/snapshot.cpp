#include "storage/snapshot.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <system_error>

#include "storage/database.hpp"
#include "storage/migrations.hpp"
#include "storage/statement.hpp"

namespace aifp::storage {
namespace {

constexpr Milliseconds kPatience{10'000};  // for another program's lock; the daemon's own is short

DatabaseOptions at(const std::filesystem::path& file, Access access) {
    DatabaseOptions options;
    options.file = file;
    options.access = access;
    options.busy_timeout = kPatience;
    return options;
}

Status require(const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored)
               ? Status{}
               : Status(fail(ErrorCode::not_found, fmt::format("there is no {}", file.string())));
}

// All in one step: a backup in several would begin anew with every commit of another process.
void copy_whole(Database& from, Database& to) {
    sqlite3_backup* copying = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
    if (copying == nullptr) {
        throw DatabaseError(sqlite3_extended_errcode(to.handle()), sqlite3_errmsg(to.handle()));
    }
    const int code = sqlite3_backup_step(copying, -1);
    sqlite3_backup_finish(copying);
    if (code != SQLITE_DONE) {
        throw DatabaseError(code, sqlite3_errstr(code));
    }
}

DatabaseFacts read_facts(Database& database) {
    DatabaseFacts facts;
    facts.schema_version = schema_version(database);
    Statement files(database,
                    "SELECT DISTINCT implementation_file FROM directive_implementations "
                    "WHERE implementation_file NOT LIKE 'builtin:%' ORDER BY 1");
    while (files.step()) {
        facts.implementation_files.push_back(files.text(0));
    }
    facts.newest_row =
        from_unix_ms(database.integer("SELECT seen_at_ms FROM ledger ORDER BY id DESC LIMIT 1"));
    return facts;
}

Result<DatabaseFacts> examine(Database& database, const std::filesystem::path& file) {
    if (database.integer("PRAGMA application_id") != kApplicationId) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is no database of this program", file.string()));
    }
    if (schema_version(database) > newest_schema_version()) {
        return fail(
            ErrorCode::conflict,
            fmt::format("{} was written by a newer version of this program (schema {}, this "
                        "one knows {})",
                        file.string(),
                        schema_version(database),
                        newest_schema_version()));
    }
    Statement check(database, "PRAGMA quick_check(1)");
    if (check.step() && check.view(0) != "ok") {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is damaged: {}", file.string(), check.text(0)));
    }
    return read_facts(database);
}

}  // namespace

Status copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (auto there = require(from); !there) {
        return there;
    }
    return guard([&] {
        const auto source = Database::open(at(from, Access::read_only));
        const auto target = Database::open(at(to, Access::create));
        copy_whole(*source, *target);
    });
}

Result<DatabaseFacts> examine_database(const std::filesystem::path& file) {
    if (const auto there = require(file); !there) {
        return fail(there.error());
    }
    try {
        const auto database = Database::open(at(file, Access::read_only));
        return examine(*database, file);
    } catch (const DatabaseError& error) {
        if (error.is_corruption()) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{} is damaged: {}", file.string(), error.what()));
        }
        return failed(error);
    }
}

}  // namespace aifp::storage
