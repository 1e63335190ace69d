#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

// AIFP's other databases, beside ours in .aifp-project/. They belong to other programs: absent is
// normal (not_found), and one that does not look like it should is refused (conflict) with nothing
// written. All functions block, wait 200 ms for a lock, and may be called on any thread. Errors
// besides: busy (locked); io_failure. (reference/decisions.md, Neighbour databases)

namespace aifp::storage {

/// `user_preferences.db`.
struct Preferences {
    struct OfDirective {
        std::string directive;
        std::string key;
        std::string value;
    };
    std::vector<OfDirective> directives;   ///< Active ones.
    std::map<std::string, bool> tracking;  ///< Feature to whether it is on.
};
[[nodiscard]] Result<Preferences> blocking_read_preferences(const std::filesystem::path& file);

/// A directive of AIFP itself, of `aifp_core.db`. Never run by this engine.
struct SystemDirective {
    std::string name;
    std::string type;
    std::string description;
};
/// At most 10,000, by name.
[[nodiscard]] Result<std::vector<SystemDirective>> blocking_read_system_directives(
    const std::filesystem::path& file);

/// `project.user_directives_status` of `project.db`.
enum class UserDirectivesStatus {
    none,         ///< NULL: the project has no directives.
    in_progress,  ///< It has some, none of them active.
    active,
    disabled,  ///< All are paused or archived.
};
/// Writes only if it is another one.
[[nodiscard]] Status blocking_set_user_directives_status(const std::filesystem::path& file,
                                                         UserDirectivesStatus status);

/// Code that was generated for a directive.
struct GeneratedFile {
    struct Function {
        std::string name;
        std::string purpose;
        std::string parameters;  ///< JSON text.
        std::string returns;     ///< JSON text.
    };
    std::string path;  ///< Relative to the project.
    std::string language;
    std::vector<Function> functions;
};
/// Enters the file and its functions in `project.db`, in one transaction; what the file had before
/// is brought up to date. Functions that are gone from it are removed.
[[nodiscard]] Status blocking_enter_generated_file(const std::filesystem::path& file,
                                                   const GeneratedFile& generated);

/// A row of AIFP's own `user_directives.db`.
struct ForeignDirective {
    std::string name;
    std::string source_file;         ///< Empty if it is not told.
    std::string configuration_json;  ///< As it stands there.
};
/// At most 10,000, by name.
[[nodiscard]] Result<std::vector<ForeignDirective>> blocking_read_foreign_directives(
    const std::filesystem::path& file);

}  // namespace aifp::storage
