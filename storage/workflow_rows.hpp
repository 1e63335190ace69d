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

/// Names of what is not installed, services left out: they come and go.
[[nodiscard]] std::unordered_map<DirectiveId, std::vector<std::string>> load_missing_names(
    Database& database, std::optional<DirectiveId> directive);
/// Says which of the directive's dependencies are detected ones; those that were and are no longer
/// among `ids` are removed.
void set_detected_dependencies(Database& database,
                               DirectiveId directive,
                               const std::vector<std::int64_t>& ids);
[[nodiscard]] std::vector<std::int64_t> load_detected_dependencies(Database& database,
                                                                   DirectiveId directive);

}  // namespace aifp::storage
