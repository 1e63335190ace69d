#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace aifp::storage {

/// A version of a directive that was loaded once. (reference/semantics.md 2, no. 16)
struct DirectiveVersion {
    std::string hash;  ///< model::content_hash
    std::string name;
    std::string source_file;
    std::string configuration_json;
    std::string source_text;
    WallTime loaded_at;
};

/// Of one name the newest are kept, and those that the directive, its approval or a proposal is, or
/// that a run waits with.
inline constexpr int kMaxDirectiveVersions = 50;
/// So many marks of what the daemon wrote are kept, and all of what is still there.
inline constexpr int kMaxWrittenFiles = 100'000;

/// Keeps a copy; a hash that is there already changes nothing. Throws DatabaseError, as all of
/// these do.
void keep_version(Database& database, const DirectiveVersion& version);
[[nodiscard]] std::optional<DirectiveVersion> find_version(Database& database,
                                                           std::string_view hash);
/// Newest first, without texts.
[[nodiscard]] std::vector<DirectiveVersion> list_versions(Database& database,
                                                          std::string_view name);

/// Notes that the daemon itself wrote this content: it is a proposal, not the owner's, wherever it
/// is moved to.
void mark_written_by_daemon(Database& database,
                            std::string_view path,
                            std::string_view sha256,
                            WallTime now);
[[nodiscard]] bool was_written_by_daemon(Database& database, std::string_view sha256);
/// The hashes of all such contents. The newest 100,000.
[[nodiscard]] std::vector<std::string> load_written_contents(Database& database);

/// Notes that what the daemon had written is not known any more: the database began anew.
void mark_origins_lost(Database& database);
/// Whether that was noted; takes the note away.
[[nodiscard]] bool take_origins_lost(Database& database);

}  // namespace aifp::storage
