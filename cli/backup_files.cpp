#include "cli/backup_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <system_error>

#include "base/file.hpp"
#include "config/settings.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxNameBytes = 255;
constexpr std::uint64_t kMaxTextBytes = 1 << 20;  // of a directive file or the settings
constexpr std::array<std::string_view, 2> kCaches{"__pycache__", ".git"};
constexpr std::array<std::string_view, 2> kSecret{"secrets.yaml", "tokens.json"};
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
    Collector(const ProjectPaths& paths, fs::path archive)
        : root_(paths.root()), archive_(std::move(archive)) {}

    /// A file, or all below a folder. Nothing there is nothing.
    void take(const fs::path& path) {
        std::error_code failed;
        const auto status = fs::symlink_status(path, failed);
        if (is_of_archive(path)) {
            return;
        }
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
                (with_secrets || !is_in(kSecret, name))) {
                take(path);
            }
        }
    }

    /// The files of the project that a text names, whatever its form: programs, certificates.
    void take_named_in(const std::string& text) {
        constexpr std::string_view kBetween = " \t\r\n\"'`[]{}(),;:=<>|&";
        for (std::size_t at = text.find_first_not_of(kBetween); at != std::string::npos;) {
            const auto end = std::min(text.find_first_of(kBetween, at), text.size());
            take_named(fs::path(text.substr(at, end - at)));
            at = text.find_first_not_of(kBetween, end);
        }
    }

    /// The texts of all files taken so far below `folder`.
    [[nodiscard]] std::vector<fs::path> taken_below(std::string_view folder) const {
        std::vector<fs::path> found;
        for (const auto& [name, source] : files_) {
            if (name.starts_with(folder)) {
                found.push_back(source);
            }
        }
        return found;
    }

    /// What stands beside all that, by its first folder.
    void look_beside() {
        for (const fs::path& path : sorted(root_)) {
            const fs::path name = path.filename();
            std::error_code failed;
            const bool is_folder = fs::is_directory(fs::symlink_status(path, failed));
            const bool is_taken = files_.contains(name.native()) ||
                                  !taken_below(name.native() + "/").empty() || is_of_archive(path);
            if (!is_taken && !is_in(kCaches, name) && name != ".aifp-project") {
                beside_.push_back(name.native() + (is_folder ? "/" : ""));
            } else if (is_folder && name != ".aifp-project" && has_more(path)) {
                beside_.push_back(name.native() + "/ (the rest of it)");
            }
        }
    }
    void say_beside(std::string text) { beside_.push_back(std::move(text)); }

    Status failure() const { return failure_; }

    BackupFiles finish() {
        BackupFiles found;
        for (auto& [name, source] : files_) {
            found.files.push_back({name, source});
        }
        found.left_out = std::move(left_out_);
        found.beside = std::move(beside_);
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

    /// The archive itself and what is made beside it.
    [[nodiscard]] bool is_of_archive(const fs::path& path) const {
        std::error_code failed;
        const auto folder = archive_.has_parent_path() ? archive_.parent_path() : fs::path(".");
        return !archive_.empty() &&
               path.filename().native().starts_with(archive_.filename().native()) &&
               fs::equivalent(path.parent_path(), folder, failed);
    }

    void take_named(const fs::path& named) {
        if (named.empty() || named.native().size() > kMaxNameBytes) {
            return;
        }
        const fs::path path = (root_ / named).lexically_normal();
        const std::string name = name_of(path);
        std::error_code failed;
        if (!name.starts_with("../") && !name.starts_with(".aifp-project") &&
            fs::is_regular_file(fs::symlink_status(path, failed))) {
            take(path);
        }
    }

    /// Whether a folder of which something was taken holds more.
    [[nodiscard]] bool has_more(const fs::path& folder) const {
        std::error_code failed;
        for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
             entry.increment(failed)) {
            if (is_in(kCaches, entry->path().filename())) {
                entry.disable_recursion_pending();
            } else if (entry->is_regular_file(failed) && !entry->is_symlink(failed) &&
                       !files_.contains(name_of(entry->path()))) {
                return true;
            }
        }
        return false;
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
    fs::path archive_;
    std::map<std::string, fs::path> files_;
    std::vector<std::string> left_out_;
    std::vector<std::string> beside_;
    Status failure_;
};

void take_context_folders(Collector& collector,
                          const ProjectPaths& paths,
                          const fs::path& settings) {
    for (const auto& folder : config::load_settings(settings).settings.prompts.context_folders) {
        const fs::path path = (paths.root() / folder).lexically_normal();
        const auto name = path.lexically_relative(paths.root()).generic_string();
        std::error_code ignored;
        if (!name.starts_with("..") && name != ".") {
            collector.take(path);
        } else if (fs::exists(path, ignored)) {
            collector.say_beside(path.string() + " (a context folder)");
        }
    }
}

}  // namespace

Result<BackupFiles> find_backup_files(const ProjectPaths& paths, const BackupChoice& choice) {
    Collector collector(paths, choice.archive);
    for (const char* folder : {"directives", "src", "tests"}) {
        collector.take(paths.root() / folder);
    }
    collector.take(paths.prompts());
    collector.take(paths.site_file());
    collector.take_own(paths.own(), choice.with_secrets);
    const fs::path settings = config::settings_file(paths);
    take_context_folders(collector, paths, settings);
    auto texts = collector.taken_below("directives/");
    texts.push_back(settings);
    for (const fs::path& file : texts) {
        collector.take_named_in(read_file(file, kMaxTextBytes).value_or(""));
    }
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
    collector.look_beside();
    if (auto failed = collector.failure(); !failed) {
        return fail(failed.error());
    }
    return collector.finish();
}

}  // namespace aifp::cli
