#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "logging/log.hpp"
#include "storage/neighbours.hpp"

namespace aifp::daemon {

/// A file that an import makes.
struct ImportedFile {
    std::string path;  ///< Relative to the project.
    std::string text;
    std::string sha256;
};

/// What one project has to do with AIFP's other databases (docs/neighbours.md). A file that cannot
/// be used is told once, until it can be used again; nothing here ever stops a project. Loop thread
/// only, except what is called blocking_; owned by the project's host.
class Neighbours {
public:
    using Warn = std::function<void(const std::string&)>;
    Neighbours(const ProjectPaths& paths, Warn warn) : paths_(paths), warn_(std::move(warn)) {}

    /// What user_preferences.db and aifp_core.db say. Any thread.
    struct Reading {
        Result<storage::Preferences> preferences;
        Result<std::vector<storage::SystemDirective>> system_directives;
    };
    [[nodiscard]] static Reading blocking_read(const ProjectPaths& paths);
    void take(Reading reading);

    /// Whether the tracking settings leave the log on. They can only switch off.
    [[nodiscard]] bool is_tracked(logging::LogType type) const;
    /// What was last read, for people: {"preferences": [{directive, key, value}], "tracking":
    /// {feature: on}, "system_directives": [{name, type, description}]}.
    [[nodiscard]] boost::json::object view() const;
    /// AIFP's own directives, as last read; none without aifp_core.db.
    [[nodiscard]] const std::vector<storage::SystemDirective>& system_directives() const noexcept {
        return system_directives_;
    }

    /// Tells what became of an access to one of the files: an absent one is normal.
    void note(const std::filesystem::path& file, const Status& status);

    /// The drafts that an AIFP database holds, which was set aside: `directives/aifp_import/
    /// NAME.json` each, but none whose own file is in the project. Writes nothing.
    [[nodiscard]] std::vector<ImportedFile> blocking_plan_import(
        const std::filesystem::path& database);
    /// Writes them, once they are marked as written by the daemon. Returns how many.
    std::size_t blocking_write(const std::vector<ImportedFile>& files);

private:
    const ProjectPaths& paths_;
    Warn warn_;
    std::vector<storage::Preferences::OfDirective> preferences_;
    std::map<std::string, bool> tracking_;
    std::vector<storage::SystemDirective> system_directives_;
    std::map<std::string, std::string> told_;
};

/// Which word stands for a project with these directives (the answer of Control::list_directives).
/// Pure.
[[nodiscard]] storage::UserDirectivesStatus status_of_directives(
    const boost::json::value& directives);

}  // namespace aifp::daemon
