#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "helpers/workflow/generator.hpp"
#include "storage/database.hpp"
#include "storage/workflow_rows.hpp"

// Files of the project that the engine writes. What a person changed is never lost: each text that
// is replaced is kept as a version first. For the store's threads: these block and may throw
// DatabaseError.

namespace aifp::helpers::workflow {

inline constexpr std::uint64_t kMaxProgramBytes = 4 * 1024 * 1024;
/// The step of a generated implementation's row in directive_implementations: before those of the
/// directive's own actions, which the loader writes.
inline constexpr int kGeneratedStep = -1;

/// Whether the file may be given this text. Errors: conflict when a person has changed it (its
/// content is not one that the engine kept) and `force` is not set; denied when its folder leads
/// out of the project; io_failure.
[[nodiscard]] Status check_may_write(storage::Database& database,
                                     const ProjectPaths& paths,
                                     DirectiveId directive,
                                     const GeneratedFile& file,
                                     bool force);

/// Keeps the present content as a version (of origin person, if it was not known) and the new one,
/// and notes the new one in written_files: it is a proposal before it is a file.
void keep_versions(storage::Database& database,
                   const ProjectPaths& paths,
                   storage::ImplementationVersion wanted);

/// Writes the file, making its folders. Errors: io_failure.
[[nodiscard]] Status write_program(const ProjectPaths& paths, const GeneratedFile& file);

/// SHA-256 of the file's content; empty if it cannot be read.
[[nodiscard]] std::string hash_of_file(const std::filesystem::path& file);

}  // namespace aifp::helpers::workflow
