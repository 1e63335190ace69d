#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cli/archive.hpp"

namespace aifp::cli {

/// Of a backup: its last entry, `manifest.json` (docs/backups.md).
struct BackupManifest {
    std::string engine;   ///< Version of the program that made it.
    int schema = 0;       ///< Of the database; 0: none is in it.
    std::string project;  ///< Name of the folder.
    std::string made_at;  ///< RFC 3339, UTC.
    bool with_secrets = false;
    std::vector<ArchiveEntry> files;  ///< All but the manifest itself; without their modes.
};

inline constexpr std::string_view kManifestName = "manifest.json";
/// The folder in the archive that holds the project.
inline constexpr std::string_view kProjectPrefix = "project/";

[[nodiscard]] std::string manifest_text(const BackupManifest& manifest);
/// Errors: invalid_input; conflict when a newer version of the program wrote it.
[[nodiscard]] Result<BackupManifest> read_manifest(std::string_view text);
/// Whether the archive holds exactly what the manifest says. Errors: invalid_input naming the first
/// file that does not agree.
[[nodiscard]] Status verify_entries(const BackupManifest& manifest,
                                    const std::vector<ArchiveEntry>& entries);

}  // namespace aifp::cli
