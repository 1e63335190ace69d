#include "cli/backup_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <system_error>

#include "config/settings.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kCaches{"__pycache__", ".git"};
constexpr std::array<std::string_view, 4> kOwnFolders{"run", "logs", "venv", "backups"};

template <class Names>
bool is_in(const Names& names, const fs::path& name) {
    return std::find(names.begin(), names.end(), name.native()) != names.end();
}

/// Databases with their logs, and what was set aside of them.
bool is_database(const fs::path& name) {
    return name.native().find(".db") != std::string::npos;
}

class Collector {
public:
    explicit Collector(const ProjectPaths& paths) : root_(paths.root()) {}

    /// A file, or all below a folder. Nothing there is nothing.
    void take(const fs::path& path) {
        std::error_code failed;
        const auto status = fs::symlink_status(path, failed);
        if (fs::is_regular_file(status)) {
            files_.emplace(name_of(path), path);
        } else if (fs::is_directory(status)) {
            take_folder(path);
        } else if (fs::exists(status)) {
            left_out_.push_back(name_of(path));
        }
    }

    void take_as(const std::string& name, const fs::path& source) { files_.emplace(name, source); }

    /// What the engine's own folder holds for people.
    void take_own(const fs::path& own, bool with_secrets) {
        for (const fs::path& path : sorted(own)) {
            const fs::path name = path.filename();
            if (!is_in(kOwnFolders, name) && !is_database(name) &&
                (with_secrets || name != "secrets.yaml")) {
                take(path);
            }
        }
    }

    Status failure() const { return failure_; }

    BackupFiles finish() {
        BackupFiles found;
        for (auto& [name, source] : files_) {
            found.files.push_back({name, source});
        }
        found.left_out = std::move(left_out_);
        return found;
    }

private:
    void take_folder(const fs::path& folder) {
        for (const fs::path& path : sorted(folder)) {
            if (!is_in(kCaches, path.filename())) {
                take(path);
            }
        }
    }

    std::vector<fs::path> sorted(const fs::path& folder) {
        std::vector<fs::path> paths;
        std::error_code failed;
        for (const auto& entry : fs::directory_iterator(folder, failed)) {
            paths.push_back(entry.path());
        }
        if (failed && failed != std::errc::no_such_file_or_directory) {
            failure_ = fail(ErrorCode::io_failure,
                            fmt::format("cannot read {}: {}", folder.string(), failed.message()));
        }
        std::sort(paths.begin(), paths.end());
        return paths;
    }

    std::string name_of(const fs::path& path) const {
        return path.lexically_relative(root_).generic_string();
    }

    fs::path root_;
    std::map<std::string, fs::path> files_;
    std::vector<std::string> left_out_;
    Status failure_;
};

}  // namespace

Result<BackupFiles> find_backup_files(const ProjectPaths& paths, const BackupChoice& choice) {
    Collector collector(paths);
    for (const char* folder : {"directives", "src", "tests"}) {
        collector.take(paths.root() / folder);
    }
    collector.take_own(paths.own(), choice.with_secrets);
    const fs::path settings = config::settings_file(paths);
    if (std::error_code ignored; settings != paths.settings() && fs::exists(settings, ignored)) {
        collector.take_as(".aifp-project/engine.yaml", settings);
    }
    for (const std::string& one : choice.more) {
        const fs::path path = (paths.root() / one).lexically_normal();
        const std::string name = path.lexically_relative(paths.root()).generic_string();
        std::error_code ignored;
        if (name.starts_with("../") || name == ".." || name == "." || !fs::exists(path, ignored)) {
            return fail(
                ErrorCode::invalid_input,
                fmt::format(
                    "{} is no file or folder of the project {}", one, paths.root().string()));
        }
        collector.take(path);
    }
    if (auto failed = collector.failure(); !failed) {
        return fail(failed.error());
    }
    return collector.finish();
}

}  // namespace aifp::cli
