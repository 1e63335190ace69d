#include "storage/implementations.hpp"

#include <algorithm>

#include "base/time_zone.hpp"

namespace aifp::storage {

namespace {

std::optional<std::string> optional_text(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.text(column));
}

std::int64_t only_id(Statement& row) {
    std::int64_t id = 0;
    while (row.step()) {
        id = row.integer(0);
    }
    return id;
}

constexpr std::string_view kImplementationColumns =
    "SELECT id, directive_id, step_index, implementation_file, entry_point, generated_at, "
    "last_modified, status, test_file, test_status, file_hash, approved_hash "
    "FROM directive_implementations ";
constexpr std::string_view kDependencyColumns =
    "SELECT id, directive_id, dependency_type, name, version, is_installed "
    "FROM directive_dependencies ";

std::string with_clause(std::string_view columns, std::string_view clause) {
    return std::string(columns).append(clause);
}

ImplementationRow read_implementation(const Statement& row) {
    ImplementationRow implementation;
    implementation.id = row.integer(0);
    implementation.directive = DirectiveId{row.integer(1)};
    implementation.step_index = static_cast<int>(row.integer(2));
    implementation.implementation_file = row.text(3);
    implementation.entry_point = row.text(4);
    implementation.generated_at = row.text(5);
    implementation.last_modified = row.text(6);
    implementation.status = row.text(7);
    implementation.test_file = optional_text(row, 8);
    implementation.test_status = row.text(9);
    implementation.file_hash = row.text(10);
    implementation.approved_hash = optional_text(row, 11);
    return implementation;
}

DependencyRow read_dependency(const Statement& row) {
    DependencyRow dependency;
    dependency.id = row.integer(0);
    dependency.directive = DirectiveId{row.integer(1)};
    dependency.dependency_type = row.text(2);
    dependency.name = row.text(3);
    dependency.version = optional_text(row, 4);
    dependency.is_installed = row.boolean(5);
    return dependency;
}

// One text for both would read the whole table: SQLite plans before it knows what ?1 is.
std::string of_directive(std::optional<DirectiveId> directive) {
    return directive ? "WHERE directive_id = ?1 " : "WHERE ?1 IS NULL ";
}

}  // namespace

std::int64_t upsert_implementation(Database& database, const ImplementationRow& row, WallTime now) {
    Statement upsert(
        database,
        "INSERT INTO directive_implementations (directive_id, step_index, implementation_file, "
        "entry_point, status, test_file, test_status, file_hash, approved_hash, generated_at, "
        "last_modified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10) "
        "ON CONFLICT (directive_id, step_index) DO UPDATE SET implementation_file = ?3, "
        "entry_point = ?4, status = ?5, test_file = ?6, test_status = ?7, file_hash = ?8, "
        "approved_hash = ?9, last_modified = ?10 RETURNING id");
    upsert.bind(row.directive,
                row.step_index,
                row.implementation_file,
                row.entry_point,
                row.status,
                row.test_file,
                row.test_status,
                row.file_hash,
                row.approved_hash,
                format_utc_seconds(now));
    return only_id(upsert);
}

void remove_implementations(Database& database, DirectiveId directive, int first_step) {
    Statement(database,
              "DELETE FROM directive_implementations WHERE directive_id = ?1 AND step_index >= ?2")
        .run(directive, first_step);
}

std::vector<ImplementationRow> load_implementations(Database& database,
                                                    std::optional<DirectiveId> directive) {
    Statement row(database,
                  with_clause(kImplementationColumns,
                              of_directive(directive) + "ORDER BY directive_id, step_index"));
    row.bind(directive);
    std::vector<ImplementationRow> rows;
    while (row.step()) {
        rows.push_back(read_implementation(row));
    }
    return rows;
}

std::optional<ImplementationRow> find_implementation(Database& database, std::int64_t id) {
    Statement row(database, with_clause(kImplementationColumns, "WHERE id = ?1"));
    row.bind(id);
    return row.step() ? std::optional(read_implementation(row)) : std::nullopt;
}

std::int64_t register_implementation(Database& database, ImplementationRow row, WallTime now) {
    row.step_index = 0;
    for (const auto& known : load_implementations(database, row.directive)) {
        if (known.implementation_file == row.implementation_file) {
            row.step_index = known.step_index;
            row.approved_hash = known.approved_hash;
            return upsert_implementation(database, row, now);
        }
        row.step_index = std::min(row.step_index, known.step_index);
    }
    --row.step_index;
    return upsert_implementation(database, row, now);
}

bool set_implementation_status(Database& database,
                               std::int64_t id,
                               std::string_view status,
                               WallTime now) {
    Statement(database,
              "UPDATE directive_implementations SET status = ?2, last_modified = ?3 WHERE id = ?1")
        .run(id, status, format_utc_seconds(now));
    return database.changes() > 0;
}

bool set_test_status(Database& database,
                     std::int64_t id,
                     std::string_view test_status,
                     WallTime now) {
    Statement(
        database,
        "UPDATE directive_implementations SET test_status = ?2, last_modified = ?3 WHERE id = ?1")
        .run(id, test_status, format_utc_seconds(now));
    return database.changes() > 0;
}

std::int64_t count_failing_tests(Database& database) {
    return database.integer(
        "SELECT count(*) FROM directive_implementations WHERE test_status <> 'passing'");
}

std::int64_t upsert_dependency(Database& database, const DependencyRow& row) {
    Statement upsert(
        database,
        "INSERT INTO directive_dependencies (directive_id, dependency_type, name, version, "
        "is_installed) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (directive_id, dependency_type, "
        "name) DO UPDATE SET version = ?4, is_installed = ?5 RETURNING id");
    upsert.bind(row.directive, row.dependency_type, row.name, row.version, row.is_installed);
    return only_id(upsert);
}

std::int64_t add_dependency(Database& database, const DependencyRow& row) {
    Statement insert(
        database,
        "INSERT INTO directive_dependencies (directive_id, dependency_type, name, version) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (directive_id, dependency_type, name) DO UPDATE SET "
        "is_installed = iif(?4 IS NULL OR version IS ?4, is_installed, 0), "
        "version = coalesce(?4, version) RETURNING id");
    insert.bind(row.directive, row.dependency_type, row.name, row.version);
    return only_id(insert);
}

std::optional<DependencyRow> find_dependency(Database& database, std::int64_t id) {
    Statement row(database, with_clause(kDependencyColumns, "WHERE id = ?1"));
    row.bind(id);
    return row.step() ? std::optional(read_dependency(row)) : std::nullopt;
}

bool mark_dependency_installed(Database& database, std::int64_t id) {
    Statement(database, "UPDATE directive_dependencies SET is_installed = 1 WHERE id = ?1").run(id);
    return database.changes() > 0;
}

std::int64_t count_missing_dependencies(Database& database) {
    return database.integer("SELECT count(*) FROM directive_dependencies WHERE is_installed = 0");
}

std::vector<DependencyRow> load_dependencies(Database& database,
                                             std::optional<DirectiveId> directive) {
    Statement row(
        database,
        with_clause(kDependencyColumns,
                    of_directive(directive) + "ORDER BY directive_id, dependency_type, name"));
    row.bind(directive);
    std::vector<DependencyRow> rows;
    while (row.step()) {
        rows.push_back(read_dependency(row));
    }
    return rows;
}

}  // namespace aifp::storage
