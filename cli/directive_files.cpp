#include "cli/directive_files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "directives/parse.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 100'000;
constexpr int kMaxDepth = 16;

bool is_passed_over(const std::string& name) {
    return name.starts_with('.') || name.ends_with('~') || name.starts_with('#') ||
           name.ends_with(".tmp") || name.ends_with(".swp") || name.ends_with(".bak");
}

class FolderWalk {
public:
    FoundFiles run(const fs::path& folder) {
        walk(folder, 0);
        std::sort(found_.files.begin(), found_.files.end());
        return std::move(found_);
    }

private:
    void walk(const fs::path& folder, int depth) {
        struct stat facts {};
        // A link may lead back up: each folder is entered once.
        if (::stat(folder.c_str(), &facts) != 0 ||
            !entered_.emplace(facts.st_dev, facts.st_ino).second || depth > kMaxDepth) {
            return;
        }
        std::error_code error;
        auto entry = fs::directory_iterator(folder, error);
        for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
            if (!is_passed_over(entry->path().filename().native())) {
                visit(entry->path(), depth);
            }
        }
        if (error) {
            found_.unreadable = true;
            found_.problems.push_back(about_file(folder,
                                                 model::Severity::error,
                                                 "cannot be read: " + error.message(),
                                                 "check the folder's permissions"));
        }
    }

    void visit(const fs::path& path, int depth) {
        std::error_code ignored;
        const auto status = fs::status(path, ignored);
        if (!fs::exists(status)) {
            return;  // gone meanwhile, or a link to nowhere
        }
        if (fs::is_directory(status)) {
            walk(path, depth + 1);
        } else if (const auto format = directives::format_of(path.native()); !format) {
            found_.problems.push_back(about_file(
                path, model::Severity::warning, "this file is not read", format.error().detail()));
        } else if (found_.files.size() < kMaxFiles) {
            found_.files.push_back(path);
        } else if (!std::exchange(is_full_, true)) {
            found_.problems.push_back(about_file(path,
                                                 model::Severity::error,
                                                 "more than 100000 directive files",
                                                 "put several directives into one file"));
        }
    }

    FoundFiles found_;
    std::set<std::pair<dev_t, ino_t>> entered_;
    bool is_full_ = false;
};

}  // namespace

FoundFiles find_directive_files(const fs::path& folder) {
    return FolderWalk().run(folder);
}

model::Diagnostic about_file(const fs::path& file,
                             model::Severity severity,
                             std::string message,
                             std::string hint) {
    model::Diagnostic diagnostic;
    diagnostic.file = file.lexically_normal().native();
    diagnostic.severity = severity;
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    return diagnostic;
}

}  // namespace aifp::cli
