#include "storage/neighbours.hpp"

#include <fmt/format.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string_view>

#include "storage/database.hpp"

namespace aifp::storage {
namespace {

namespace fs = std::filesystem;
using Columns = std::set<std::string, std::less<>>;

constexpr Milliseconds kBusyTimeout{200};
constexpr int kCacheKib = 256;
constexpr std::string_view kMost = " LIMIT 10000";

Columns columns_of(Database& database, std::string_view table) {
    Columns columns;
    Statement row(database, "SELECT name FROM pragma_table_info(?)");
    row.bind(table);
    while (row.step()) {
        columns.insert(row.text(0));
    }
    return columns;
}

// What is missing; empty if the table looks as it should.
std::string missing_in(Database& database,
                       std::string_view table,
                       std::initializer_list<std::string_view> wanted) {
    const auto columns = columns_of(database, table);
    for (const auto column : wanted) {
        if (!columns.contains(column)) {
            return columns.empty() ? fmt::format("it has no table {}", table)
                                   : fmt::format("its table {} has no column {}", table, column);
        }
    }
    return {};
}

// Runs `job` on the neighbour; what it returns is why the file is not what it should be.
Status visit(const fs::path& file,
             Access access,
             const std::function<std::string(Database&)>& job) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) {
        return fail(ErrorCode::not_found, fmt::format("{} is not there", file.string()));
    }
    std::string complaint;
    auto done = guard([&] {
        const auto database = Database::open({file, access, true, kBusyTimeout, kCacheKib});
        Transaction transaction(
            *database,
            access == Access::read_only ? Transaction::Kind::snapshot : Transaction::Kind::write);
        complaint = job(*database);
        if (complaint.empty()) {
            transaction.commit();
        }
    });
    if (!done) {
        return fail(done.error().with_context(file.filename().string()));
    }
    return complaint.empty()
               ? Status()
               : fail(ErrorCode::conflict,
                      fmt::format("{} is not used: {}", file.filename().string(), complaint));
}

std::string_view name_of(UserDirectivesStatus status) {
    switch (status) {
        case UserDirectivesStatus::none:
            return {};
        case UserDirectivesStatus::in_progress:
            return "in_progress";
        case UserDirectivesStatus::active:
            return "active";
        case UserDirectivesStatus::disabled:
            return "disabled";
    }
    return {};
}

std::int64_t enter_file(Database& database, const GeneratedFile& generated) {
    const auto slash = generated.path.rfind('/');
    const auto name =
        slash == std::string::npos ? generated.path : generated.path.substr(slash + 1);
    Statement known(database, "SELECT id FROM files WHERE path = ?1");
    known.bind(generated.path);
    if (known.step()) {
        const auto id = known.integer(0);
        known.reset();
        Statement(database, "UPDATE files SET name = ?1, language = ?2 WHERE id = ?3")
            .run(name, generated.language, id);
        return id;
    }
    Statement(database, "INSERT INTO files (name, path, language) VALUES (?1, ?2, ?3)")
        .run(name, generated.path, generated.language);
    return database.last_insert_id();
}

void enter_function(Database& database,
                    std::int64_t file,
                    const GeneratedFile::Function& function) {
    Statement(database,
              "UPDATE functions SET purpose = ?1, parameters = ?2, returns = ?3 "
              "WHERE file_id = ?4 AND name = ?5")
        .run(function.purpose, function.parameters, function.returns, file, function.name);
    if (database.changes() == 0) {
        Statement(database,
                  "INSERT INTO functions (name, file_id, purpose, parameters, returns) "
                  "VALUES (?1, ?2, ?3, ?4, ?5)")
            .run(function.name, file, function.purpose, function.parameters, function.returns);
    }
}

void remove_gone(Database& database, std::int64_t file, const GeneratedFile& generated) {
    std::set<std::string_view> kept;
    for (const auto& function : generated.functions) {
        kept.insert(function.name);
    }
    std::vector<std::int64_t> gone;
    Statement row(database, "SELECT id, name FROM functions WHERE file_id = ?1");
    row.bind(file);
    while (row.step()) {
        if (!kept.contains(row.view(1))) {
            gone.push_back(row.integer(0));
        }
    }
    Statement remove(database, "DELETE FROM functions WHERE id = ?1");
    for (const auto id : gone) {
        remove.run(id);
    }
}

}  // namespace

Result<Preferences> blocking_read_preferences(const fs::path& file) {
    Preferences preferences;
    auto read = visit(file, Access::read_only, [&](Database& database) {
        auto missing =
            missing_in(database,
                       "directive_preferences",
                       {"directive_name", "preference_key", "preference_value", "active"});
        if (missing.empty()) {
            missing = missing_in(database, "tracking_settings", {"feature_name", "enabled"});
        }
        if (!missing.empty()) {
            return missing;
        }
        Statement own(database,
                      "SELECT directive_name, preference_key, preference_value FROM "
                      "directive_preferences WHERE active ORDER BY 1, 2" +
                          std::string(kMost));
        while (own.step()) {
            preferences.directives.push_back({own.text(0), own.text(1), own.text(2)});
        }
        Statement tracking(
            database, "SELECT feature_name, enabled FROM tracking_settings" + std::string(kMost));
        while (tracking.step()) {
            preferences.tracking[tracking.text(0)] = tracking.boolean(1);
        }
        return missing;
    });
    return read ? Result<Preferences>(std::move(preferences)) : fail(std::move(read).error());
}

Result<std::vector<SystemDirective>> blocking_read_system_directives(const fs::path& file) {
    std::vector<SystemDirective> directives;
    auto read = visit(file, Access::read_only, [&](Database& database) {
        auto missing = missing_in(database, "directives", {"name"});
        if (!missing.empty()) {
            return missing;
        }
        const auto columns = columns_of(database, "directives");
        const auto column = [&](const char* name) {
            return columns.contains(name) ? std::string(name) : std::string("''");
        };
        Statement row(database,
                      fmt::format("SELECT name, {}, {} FROM directives ORDER BY name{}",
                                  column("type"),
                                  column("description"),
                                  kMost));
        while (row.step()) {
            directives.push_back({row.text(0), row.text(1), row.text(2)});
        }
        return missing;
    });
    using Answer = Result<std::vector<SystemDirective>>;
    return read ? Answer(std::move(directives)) : fail(std::move(read).error());
}

Status blocking_set_user_directives_status(const fs::path& file, UserDirectivesStatus status) {
    return visit(file, Access::read_write, [status](Database& database) {
        auto missing = missing_in(database, "project", {"user_directives_status"});
        if (missing.empty()) {
            const auto name = name_of(status);
            const auto value = name.empty() ? std::optional<std::string_view>() : name;
            Statement(database,
                      "UPDATE project SET user_directives_status = ?1 "
                      "WHERE user_directives_status IS NOT ?1")
                .run(value);
        }
        return missing;
    });
}

Status blocking_enter_generated_file(const fs::path& file, const GeneratedFile& generated) {
    return visit(file, Access::read_write, [&](Database& database) {
        auto missing = missing_in(database, "files", {"id", "name", "path", "language"});
        if (missing.empty()) {
            missing = missing_in(database,
                                 "functions",
                                 {"id", "name", "file_id", "purpose", "parameters", "returns"});
        }
        if (!missing.empty()) {
            return missing;
        }
        const auto id = enter_file(database, generated);
        for (const auto& function : generated.functions) {
            enter_function(database, id, function);
        }
        remove_gone(database, id, generated);
        return missing;
    });
}

Result<std::vector<ForeignDirective>> blocking_read_foreign_directives(const fs::path& file) {
    std::vector<ForeignDirective> directives;
    auto read = visit(file, Access::read_only, [&](Database& database) {
        auto missing = missing_in(database, "user_directives", {"name", "configuration_json"});
        if (!missing.empty()) {
            return missing;
        }
        const bool has_source = columns_of(database, "user_directives").contains("source_file");
        Statement row(database,
                      fmt::format("SELECT name, {}, configuration_json FROM user_directives "
                                  "WHERE name IS NOT NULL ORDER BY name{}",
                                  has_source ? "source_file" : "''",
                                  kMost));
        while (row.step()) {
            directives.push_back({row.text(0), row.text(1), row.text(2)});
        }
        return missing;
    });
    using Answer = Result<std::vector<ForeignDirective>>;
    return read ? Answer(std::move(directives)) : fail(std::move(read).error());
}

}  // namespace aifp::storage
