#include "engine/scan.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "document/diagnostics_json.hpp"
#include "engine/approval.hpp"

namespace aifp::engine {
namespace {

constexpr std::size_t kMaxFiles = 100'000;
constexpr int kMaxDepth = 16;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

struct FoundFile {
    std::string path;  // relative to the project
    struct stat facts {};
};

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

bool is_passed_over(std::string_view name) {
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

// Names are joined as text and stat'ed below their open folder: with 10,000 files,
// std::filesystem's paths would cost more than the file system.
class FolderWalk {
public:
    FolderWalk(const ProjectPaths& paths, ScanResult& result) : paths_(paths), result_(result) {}

    std::vector<FoundFile> run() {
        walk(paths_.directives().lexically_relative(paths_.root()).string(), 0);
        std::sort(files_.begin(), files_.end(), [](const auto& left, const auto& right) {
            return left.path < right.path;
        });
        return std::move(files_);
    }

private:
    void walk(const std::string& path, int depth) {
        struct stat facts {};
        const auto where = paths_.root() / path;
        // A link may lead back up: each folder is entered once.
        if (::stat(where.c_str(), &facts) != 0 ||
            !entered_.emplace(facts.st_dev, facts.st_ino).second || depth > kMaxDepth) {
            return;
        }
        const std::unique_ptr<DIR, CloseFolder> folder(::opendir(where.c_str()));
        if (folder == nullptr) {
            const auto cause = std::error_code(errno, std::generic_category()).message();
            result_.problems.push_back(problem(
                path, fmt::format("cannot be read: {}", cause), "check the folder's permissions"));
            return;
        }
        while (const dirent* entry = ::readdir(folder.get())) {
            const std::string_view name(entry->d_name);
            // Gone meanwhile, or a link to nowhere, is not there.
            if (!is_passed_over(name) &&
                ::fstatat(::dirfd(folder.get()), entry->d_name, &facts, 0) == 0) {
                visit(fmt::format("{}/{}", path, name), facts, depth);
            }
        }
    }

    void visit(std::string path, const struct stat& facts, int depth) {
        if (S_ISDIR(facts.st_mode)) {
            walk(path, depth + 1);
        } else if (auto format = directives::format_of(path); !format) {
            auto said = problem(std::move(path), "this file is not read", format.error().detail());
            said.severity = model::Severity::warning;
            result_.problems.push_back(std::move(said));
        } else if (files_.size() < kMaxFiles) {
            files_.push_back(FoundFile{std::move(path), facts});
        } else if (!full_) {
            full_ = true;
            result_.problems.push_back(problem(std::move(path),
                                               "more than 100000 directive files",
                                               "put several directives into one file"));
        }
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

void parse_file(ScannedFile& file, const ScanOptions& options) {
    const auto format = directives::format_of(file.row.path);
    const document::SourceText source(file.row.path, file.text);
    file.state = ScannedFile::State::parsed;
    file.parsed = directives::parse_directives(source, *format, options.context);
    file.owner = check_owner_file(options.paths.root() / file.row.path, options.paths.root());
}

// `known` is used up.
ScannedFile scan_file(FoundFile found, const ScanOptions& options, storage::SourceFileRow* known) {
    ScannedFile file;
    file.row.path = std::move(found.path);
    take_identity(file.row, found.facts);
    if (known != nullptr && same_identity(file.row, *known)) {
        file.row = std::move(*known);
        return file;
    }
    file.row_is_new = true;
    auto text = read_file(options.paths.root() / file.row.path, options.max_file_bytes);
    if (!text) {
        mark_unreadable(file, text.error().detail());
    } else {
        file.row.sha256 = sha256_hex(*text);
        if (known != nullptr && known->sha256 == file.row.sha256) {
            file.row.loaded = known->loaded;
            file.row.diagnostics_json = std::move(known->diagnostics_json);
            return file;
        }
        file.text = std::move(*text);
        parse_file(file, options);
    }
    return file;
}

}  // namespace

bool ScanResult::has_changes() const noexcept {
    return !removed.empty() || std::any_of(files.begin(), files.end(), [](const auto& file) {
        return file.row_is_new;
    });
}

ScanResult scan_directives(const ScanOptions& options, std::vector<storage::SourceFileRow> known) {
    ScanResult result;
    std::unordered_map<std::string_view, storage::SourceFileRow*> by_path;
    by_path.reserve(known.size());
    for (auto& row : known) {
        by_path.emplace(row.path, &row);
    }
    auto found = FolderWalk(options.paths, result).run();
    result.files.reserve(found.size());
    for (auto& file : found) {
        storage::SourceFileRow* row = nullptr;
        if (const auto place = by_path.find(file.path); place != by_path.end()) {
            row = place->second;
            by_path.erase(place);
        }
        result.files.push_back(scan_file(std::move(file), options, row));
    }
    for (const auto& [path, row] : by_path) {
        result.removed.emplace_back(path);
    }
    return result;
}

}  // namespace aifp::engine
