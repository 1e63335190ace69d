#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "directives/changes.hpp"
#include "engine/catalog.hpp"
#include "engine/file_hashes.hpp"
#include "engine/scan.hpp"
#include "storage/database.hpp"

namespace aifp::engine {

struct LoadOptions {
    ScanOptions scan;
    config::Approval approval = config::Approval::owner_files;
    WallTime now;
};

/// What a scan means for the store; made by plan_load, carried out by apply_load.
struct LoadPlan {
    ScanResult scan;
    directives::Changes changes;
    std::vector<std::size_t> wanted_files;  ///< Index into scan.files of each WantedFile.
    FileHashes files;                       ///< Of what the wanted directives run.
    bool has_waiting = false;  ///< Directives may have become the owner's (owner_approvals.hpp).
    [[nodiscard]] bool has_work() const noexcept { return has_waiting || scan.has_changes(); }
};

/// What one load did to one directive, for the lifecycle log.
struct LoadNote {
    std::string
        event;  ///< directive_added, directive_changed, directive_removed, directive_kept ...
    std::string directive;
    std::string text;
};

/// What a load changed.
struct LoadReport {
    std::vector<Entry> entries;      ///< Added and changed ones, as they now stand in the store.
    std::vector<DirectiveId> rearm;  ///< Of these: what may decide when they run has changed.
    std::vector<DirectiveId> anew;   ///< Of these: their schedules are others, or were at rest.
    std::vector<DirectiveId> removed;
    std::vector<LoadNote> notes;
    model::Diagnostics diagnostics;  ///< Of the files that were parsed, and of the folder.
    std::size_t unchanged = 0;
};

/// Compares the files with the store. Reads only; for the store's reading thread. Blocks. Throws
/// DatabaseError. (design: The straight way of the data, steps 1 to 3)
[[nodiscard]] LoadPlan plan_load(storage::Database& database, const LoadOptions& options);

/// Writes the plan in the transaction of the job. For the storage thread. Throws DatabaseError.
[[nodiscard]] LoadReport apply_load(storage::Database& database,
                                    LoadPlan& plan,
                                    const LoadOptions& options);

/// What the catalog keeps of the definition beside its text.
void take_settings(Entry& entry, const model::Directive& directive);

/// Every directive in the store, as the engine keeps it, except for take_settings: who arms it
/// parses the definition anyway. Throws DatabaseError.
[[nodiscard]] std::vector<Entry> load_entries(storage::Database& database, FileHashes& files);
/// One of them, complete, unless its definition cannot be read: then it cannot be armed either.
/// Throws DatabaseError.
[[nodiscard]] std::optional<Entry> load_entry(storage::Database& database,
                                              FileHashes& files,
                                              DirectiveId id);

/// Binds the approval of a directive's files to their present content. Throws DatabaseError.
void approve_files(storage::Database& database,
                   DirectiveId id,
                   const std::vector<ImplementationFile>& files,
                   WallTime now);

/// Why a directive that no file mentions any more is archived: it comes back with its file.
inline constexpr std::string_view kFileRemoved = "its file was removed";

/// Why something of a directive is let go of that its new version has not.
inline constexpr std::string_view kFileEdited = "its file was edited";

/// How the reason of a status begins that somebody asked for: "by uid 1000".
inline constexpr std::string_view kByPerson = "by ";

/// Whether a directive stays draft, validated or implemented because somebody put it there; others
/// go as far as the gate lets them.
[[nodiscard]] bool is_held(model::DirectiveStatus status, std::string_view reason) noexcept;

/// The status that the gate's answer gives to a directive that is neither paused nor archived.
[[nodiscard]] model::DirectiveStatus status_for(model::Reason gate) noexcept;

}  // namespace aifp::engine
