#include "engine/scan.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/hash.hpp"
#include "directives/files.hpp"
#include "engine/approval.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

std::string relative_to(const ProjectPaths& paths, const fs::path& path) {
    return path.lexically_relative(paths.root()).string();
}

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
    file.parsed.diagnostics.push_back(directives::about_file(
        file.row.path, model::Severity::error, message, "the last good version stays in force"));
}

void parse_text(ScannedFile& file,
                const fs::path& path,
                const ScanOptions& options,
                const directives::ParseContext& context) {
    const auto form = directives::form_of(path.string());
    const document::SourceText source(file.row.path, file.text);
    file.state = ScannedFile::State::parsed;
    file.parsed = directives::parse_file(source, *form, context);
    file.owner = check_owner_file(path, options.paths.root());
}

ScannedFile scan_file(const directives::FoundFile& found,
                      const ScanOptions& options,
                      const directives::ParseContext& context,
                      const storage::SourceFileRow* known) {
    ScannedFile file;
    file.row.path = relative_to(options.paths, found.path);
    take_identity(file.row, found.facts);
    if (known != nullptr && same_identity(file.row, *known)) {
        file.row = *known;
        return file;
    }
    file.row_is_new = true;
    auto read = directives::read_settled_file(found.path, options.max_file_bytes);
    if (!read) {
        mark_unreadable(file, read.error().detail());
    } else {
        take_identity(file.row, read->facts);
        file.row.sha256 = sha256_hex(read->text);
        if (known != nullptr && known->sha256 == file.row.sha256) {
            file.row.loaded = known->loaded;
            file.row.diagnostics_json = known->diagnostics_json;
            return file;
        }
        file.text = std::move(read->text);
        parse_text(file, found.path, options, context);
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
    auto found = directives::find_directive_files(options.paths.directives());
    for (auto& problem : found.problems) {
        problem.file = relative_to(options.paths, problem.file);
        result.problems.push_back(std::move(problem));
    }
    auto context = options.context;
    std::set<std::string> present;
    for (const auto& file : found.files) {
        present.insert(relative_to(options.paths, file.path));
    }
    // A file that is gone gives its names back: perhaps it was only renamed.
    std::erase_if(context.taken_names,
                  [&present](const auto& taken) { return !present.contains(taken.second); });
    result.files.reserve(found.files.size());
    for (const auto& file : found.files) {
        const auto path = relative_to(options.paths, file.path);
        const auto row = by_path.find(path);
        result.files.push_back(
            scan_file(file, options, context, row == by_path.end() ? nullptr : row->second));
        for (const auto& parsed : result.files.back().parsed.directives) {
            context.taken_names.emplace(parsed.directive.name, path);
        }
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
