#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "storage/database.hpp"
#include "storage/implementations.hpp"

// Rows of `implementation_versions` and `directive_tracking`, and what dependencies need besides
// storage/implementations.hpp. All throw DatabaseError.
namespace aifp::storage {

/// A text that an implementation has or had.
struct ImplementationVersion {
    std::int64_t id = 0;  ///< Rises with each new content.
    DirectiveId directive;
    std::string path;
    std::string sha256;
    std::string origin;  ///< generated, person
    WallTime kept_at;
    std::string text;
};

/// Of one path the newest are kept; the oldest go.
inline constexpr int kMaxImplementationVersions = 50;

/// Keeps a copy; a content that is there already changes nothing. `id` is not read.
void keep_implementation_version(Database& database, const ImplementationVersion& version);
/// Newest first, without texts. With `path` empty: of all files of the directive.
[[nodiscard]] std::vector<ImplementationVersion> list_implementation_versions(
    Database& database, DirectiveId directive, std::string_view path);
/// With its text.
[[nodiscard]] std::optional<ImplementationVersion> find_implementation_version(Database& database,
                                                                               std::int64_t id);

/// From when on the directive's runs count for alerts; nothing removes the row.
void set_tracking(Database& database, DirectiveId directive, std::optional<WallTime> since);
[[nodiscard]] std::unordered_map<DirectiveId, WallTime> load_tracking(Database& database);

/// Names of what is not installed, services left out: they come and go; notes too, which nobody
/// confirmed yet.
[[nodiscard]] std::unordered_map<DirectiveId, std::vector<std::string>> load_missing_names(
    Database& database, std::optional<DirectiveId> directive);
/// Says which of the directive's dependencies are detected ones; those that were and are no longer
/// among `ids` are removed.
void set_detected_dependencies(Database& database,
                               DirectiveId directive,
                               const std::vector<std::int64_t>& ids);
[[nodiscard]] std::vector<std::int64_t> load_detected_dependencies(Database& database,
                                                                   DirectiveId directive);

/// Adds a dependency as a mere note: it does not reach the gate until it is confirmed. A row of the
/// same name that is no note stays as it is. Returns the row's id.
std::int64_t note_dependency(Database& database, const DependencyRow& row);
[[nodiscard]] bool is_noted_dependency(Database& database, std::int64_t id);
/// A note becomes a dependency that counts; others are left alone.
void confirm_dependency(Database& database, std::int64_t id);

}  // namespace aifp::storage
