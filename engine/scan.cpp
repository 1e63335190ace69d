#include "engine/scan.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "document/diagnostics_json.hpp"
#include "engine/approval.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 100'000;
constexpr int kMaxDepth = 16;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

struct FoundFile {
    fs::path path;
    struct stat facts {};
};

bool is_passed_over(const std::string& name) {
    return name.starts_with('.') || name.ends_with('~') || name.starts_with('#') ||
           name.ends_with(".tmp") || name.ends_with(".swp") || name.ends_with(".bak");
}

model::Diagnostic problem(std::string file, std::string message, std::string hint) {
    model::Diagnostic diagnostic;
    diagnostic.file = std::move(file);
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    return diagnostic;
}

class FolderWalk {
public:
    FolderWalk(const ProjectPaths& paths, ScanResult& result) : paths_(paths), result_(result) {}

    std::vector<FoundFile> run() {
        walk(paths_.directives(), 0);
        std::sort(files_.begin(), files_.end(), [](const auto& left, const auto& right) {
            return left.path < right.path;
        });
        return std::move(files_);
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
        if (error) {
            result_.problems.push_back(problem(relative(folder),
                                               fmt::format("cannot be read: {}", error.message()),
                                               "check the folder's permissions"));
            return;
        }
        for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
            if (!is_passed_over(entry->path().filename().string())) {
                visit(entry->path(), depth);
            }
        }
    }

    void visit(const fs::path& path, int depth) {
        struct stat facts {};
        if (::stat(path.c_str(), &facts) != 0) {
            return;  // gone meanwhile, or a link to nowhere
        }
        if (S_ISDIR(facts.st_mode)) {
            walk(path, depth + 1);
        } else if (auto format = directives::format_of(path.string()); !format) {
            auto said = problem(relative(path), "this file is not read", format.error().detail());
            said.severity = model::Severity::warning;
            result_.problems.push_back(std::move(said));
        } else if (files_.size() < kMaxFiles) {
            files_.push_back(FoundFile{path, facts});
        } else if (!full_) {
            full_ = true;
            result_.problems.push_back(problem(relative(path),
                                               "more than 100000 directive files",
                                               "put several directives into one file"));
        }
    }

    std::string relative(const fs::path& path) const {
        return path.lexically_relative(paths_.root()).string();
    }

    const ProjectPaths& paths_;
    ScanResult& result_;
    std::vector<FoundFile> files_;
    std::set<std::pair<dev_t, ino_t>> entered_;
    bool full_ = false;
};

void take_identity(storage::SourceFileRow& row, const struct stat& facts) {
    row.size = facts.st_size;
    row.mtime_ns = facts.st_mtim.tv_sec * kNsPerSecond + facts.st_mtim.tv_nsec;
    row.ctime_ns = facts.st_ctim.tv_sec * kNsPerSecond + facts.st_ctim.tv_nsec;
    row.inode = static_cast<std::int64_t>(facts.st_ino);
}

bool same_identity(const storage::SourceFileRow& left, const storage::SourceFileRow& right) {
    return left.size == right.size && left.mtime_ns == right.mtime_ns &&
           left.ctime_ns == right.ctime_ns && left.inode == right.inode;
}

void mark_unreadable(ScannedFile& file, const std::string& message) {
    file.state = ScannedFile::State::parsed;
    file.row_is_new = true;
    file.row.sha256.clear();
    file.parsed.file = file.row.path;
    file.parsed.unreadable = true;
    file.parsed.diagnostics.push_back(
        problem(file.row.path, message, "the last good version stays in force"));
}

void parse_file(ScannedFile& file, const fs::path& path, const ScanOptions& options) {
    const auto format = directives::format_of(path.string());
    const document::SourceText source(file.row.path, file.text);
    file.state = ScannedFile::State::parsed;
    file.parsed = directives::parse_directives(source, *format, options.context);
    file.owner = check_owner_file(path, options.paths.root());
}

ScannedFile scan_file(const FoundFile& found,
                      const ScanOptions& options,
                      const storage::SourceFileRow* known) {
    ScannedFile file;
    file.row.path = found.path.lexically_relative(options.paths.root()).string();
    take_identity(file.row, found.facts);
    if (known != nullptr && same_identity(file.row, *known)) {
        file.row = *known;
        return file;
    }
    file.row_is_new = true;
    auto text = read_file(found.path, options.max_file_bytes);
    if (!text) {
        mark_unreadable(file, text.error().detail());
    } else {
        file.row.sha256 = sha256_hex(*text);
        if (known != nullptr && known->sha256 == file.row.sha256) {
            file.row.loaded = known->loaded;
            file.row.diagnostics_json = known->diagnostics_json;
            return file;
        }
        file.text = std::move(*text);
        parse_file(file, found.path, options);
    }
    return file;
}

}  // namespace

bool ScanResult::has_changes() const noexcept {
    return !removed.empty() || std::any_of(files.begin(), files.end(), [](const auto& file) {
        return file.row_is_new;
    });
}

ScanResult scan_directives(const ScanOptions& options,
                           const std::vector<storage::SourceFileRow>& known) {
    ScanResult result;
    std::unordered_map<std::string_view, const storage::SourceFileRow*> by_path;
    for (const auto& row : known) {
        by_path.emplace(row.path, &row);
    }
    const auto found = FolderWalk(options.paths, result).run();
    result.files.reserve(found.size());
    for (const auto& file : found) {
        const auto path = file.path.lexically_relative(options.paths.root()).string();
        const auto row = by_path.find(path);
        result.files.push_back(
            scan_file(file, options, row == by_path.end() ? nullptr : row->second));
        if (row != by_path.end()) {
            by_path.erase(row);
        }
    }
    for (const auto& [path, row] : by_path) {
        result.removed.emplace_back(path);
    }
    return result;
}

}  // namespace aifp::engine
