#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "storage/database.hpp"

// Rows of `directive_implementations` and `directive_dependencies`. All throw DatabaseError, also
// when a text is not one the spec allows or the directive does not exist.
namespace aifp::storage {

/// The code behind one action of a directive.
struct ImplementationRow {
    std::int64_t id = 0;
    DirectiveId directive;
    int step_index = 0;               ///< Position in the directive's `actions`.
    std::string implementation_file;  ///< "src/automations/lights.py" or "builtin:http_request"
    std::string entry_point;
    std::string generated_at;      ///< UTC `YYYY-MM-DDTHH:MM:SS`
    std::string last_modified;     ///< Likewise.
    std::string status = "draft";  ///< draft, validated, deployed, failed
    std::optional<std::string> test_file;
    std::string test_status = "pending";  ///< passing, failing, pending, skipped
    std::string file_hash;                ///< SHA-256 when last looked at; empty for built-ins.
    std::optional<std::string> approved_hash;  ///< The content a yes was given for.
};

/// Inserts or replaces the row of (directive, step_index); `id`, `generated_at` and
/// `last_modified` of `row` are not read: the first stays from the row before. Returns the id.
std::int64_t upsert_implementation(Database& database, const ImplementationRow& row, WallTime now);
/// Removes the rows of steps from `first_step` on: the directive has become shorter.
void remove_implementations(Database& database, DirectiveId directive, int first_step);
/// By directive and step; of all directives if `directive` is absent.
[[nodiscard]] std::vector<ImplementationRow> load_implementations(
    Database& database, std::optional<DirectiveId> directive);

[[nodiscard]] std::optional<ImplementationRow> find_implementation(Database& database,
                                                                   std::int64_t id);
/// Enters code that no step names (generated code). Its step is negative, the newest first, so that
/// it stands before the directive's steps and outlives their edits; a file that has a row already
/// keeps it and its approval. Returns the row's id.
std::int64_t register_implementation(Database& database, ImplementationRow row, WallTime now);
/// False if there is no such row.
bool set_implementation_status(Database& database,
                               std::int64_t id,
                               std::string_view status,
                               WallTime now);
/// False if there is no such row.
bool set_test_status(Database& database,
                     std::int64_t id,
                     std::string_view test_status,
                     WallTime now);

/// Rows whose tests are not known to pass.
[[nodiscard]] std::int64_t count_failing_tests(Database& database);

/// How the file of a built-in action is written: "builtin:http_request".
inline constexpr std::string_view kBuiltinPrefix = "builtin:";

/// Something a directive needs.
struct DependencyRow {
    std::int64_t id = 0;
    DirectiveId directive;
    std::string
        dependency_type;  ///< python_package, system_package, api_key, environment_var, service
    std::string name;
    std::optional<std::string> version;
    bool is_installed = false;
};

/// Inserts or updates the row of (directive, type, name). Returns its id.
std::int64_t upsert_dependency(Database& database, const DependencyRow& row);
/// The same, but keeps what is known: a version that is absent, and `is_installed` unless the
/// version is another one.
std::int64_t add_dependency(Database& database, const DependencyRow& row);
[[nodiscard]] std::optional<DependencyRow> find_dependency(Database& database, std::int64_t id);
/// False if there is no such row.
bool mark_dependency_installed(Database& database, std::int64_t id);
[[nodiscard]] std::int64_t count_missing_dependencies(Database& database);
[[nodiscard]] std::vector<DependencyRow> load_dependencies(Database& database,
                                                           std::optional<DirectiveId> directive);

}  // namespace aifp::storage
