#include "engine/scan.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/hash.hpp"
#include "directives/files.hpp"
#include "engine/approval.hpp"

namespace aifp::engine {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

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

class Scan {
public:
    Scan(const ScanOptions& options, const CompleteContext& complete)
        : options_(options), complete_(complete) {}

    ScanResult run(std::vector<storage::SourceFileRow> known) {
        std::unordered_map<std::string_view, storage::SourceFileRow*> by_path;
        by_path.reserve(known.size());
        for (auto& row : known) {
            by_path.emplace(row.path, &row);
        }
        find_files();
        const auto hidden = take_hidden(by_path);
        result_.files.reserve(found_.size() + hidden.size());
        for (std::size_t i = 0; i < found_.size(); ++i) {
            storage::SourceFileRow* row = nullptr;
            if (const auto place = by_path.find(paths_[i]); place != by_path.end()) {
                row = place->second;
                by_path.erase(place);
            }
            result_.files.push_back(scan_file(i, row));
        }
        for (auto* row : hidden) {
            ScannedFile file;
            file.row = std::move(*row);
            result_.files.push_back(std::move(file));
        }
        for (const auto& [path, row] : by_path) {
            result_.removed.emplace_back(path);
        }
        return std::move(result_);
    }

private:
    using KnownRows = std::unordered_map<std::string_view, storage::SourceFileRow*>;

    // What lies where nobody could look is not gone: it stays as it is known.
    std::vector<storage::SourceFileRow*> take_hidden(KnownRows& by_path) {
        std::vector<storage::SourceFileRow*> hidden;
        if (unseen_.empty()) {
            return hidden;
        }
        const std::unordered_set<std::string_view> found(paths_.begin(), paths_.end());
        for (const auto& [path, row] : by_path) {
            const auto covers = [&path = path](const std::string& unseen) {
                return path == unseen || (path.starts_with(unseen) && path[unseen.size()] == '/');
            };
            if (!found.contains(path) && std::any_of(unseen_.begin(), unseen_.end(), covers)) {
                hidden.push_back(row);
                kept_.insert(row->path);
            }
        }
        for (const auto* row : hidden) {
            by_path.erase(row->path);
        }
        return hidden;
    }

    // What stands below the folder is named after the project by text: std::filesystem's paths
    // would cost more than the file system.
    void find_files() {
        const std::filesystem::path folder = options_.paths.directives();
        const std::string name = folder.lexically_relative(options_.paths.root()).string();
        auto found = directives::find_directive_files(folder);
        for (auto& problem : found.problems) {
            const std::filesystem::path file(problem.file);
            problem.file = file.lexically_relative(options_.paths.root()).string();
            result_.problems.push_back(std::move(problem));
        }
        for (const auto& unseen : found.unseen) {
            unseen_.push_back(name + unseen.substr(folder.native().size()));
        }
        found_ = std::move(found.files);
        paths_.reserve(found_.size());
        for (const auto& file : found_) {
            paths_.push_back(name + file.path.substr(folder.native().size()));
        }
    }

    // `known` is used up.
    ScannedFile scan_file(std::size_t index, storage::SourceFileRow* known) {
        const auto& found = found_[index];
        ScannedFile file;
        file.row.path = paths_[index];
        take_identity(file.row, found.facts);
        if (known != nullptr && same_identity(file.row, *known)) {
            file.row = std::move(*known);
            return file;
        }
        file.row_is_new = true;
        auto read = directives::read_settled_file(found.path, options_.max_file_bytes);
        if (!read) {
            mark_unreadable(file, read.error().detail());
            return file;
        }
        take_identity(file.row, read->facts);
        file.row.sha256 = sha256_hex(read->text);
        if (known != nullptr && known->sha256 == file.row.sha256) {
            file.row.loaded = known->loaded;
            file.row.diagnostics_json = std::move(known->diagnostics_json);
            return file;
        }
        file.text = std::move(read->text);
        parse_text(file, found.path);
        return file;
    }

    void parse_text(ScannedFile& file, const std::string& path) {
        const auto form = directives::form_of(path);
        const document::SourceText source(file.row.path, file.text);
        file.state = ScannedFile::State::parsed;
        file.parsed = directives::parse_file(source, *form, context());
        file.owner = check_owner_file(path, options_.paths.root());
        for (const auto& parsed : file.parsed.directives) {
            context().taken_names.emplace(parsed.directive.name, file.row.path);
        }
    }

    directives::ParseContext& context() {
        if (!context_) {
            context_ = complete_(options_.context);
            // A file that is gone gives its names back: perhaps it was only renamed.
            const std::unordered_set<std::string_view> present(paths_.begin(), paths_.end());
            std::erase_if(context_->taken_names, [&](const auto& taken) {
                return !present.contains(taken.second) && !kept_.contains(taken.second);
            });
        }
        return *context_;
    }

    const ScanOptions& options_;
    const CompleteContext& complete_;
    std::vector<directives::FoundFile> found_;
    std::vector<std::string> paths_;        // of found_, relative to the project
    std::vector<std::string> unseen_;       // likewise
    std::unordered_set<std::string> kept_;  // known files below those
    std::optional<directives::ParseContext> context_;
    ScanResult result_;
};

}  // namespace

bool ScanResult::has_changes() const noexcept {
    return !removed.empty() || std::any_of(files.begin(), files.end(), [](const auto& file) {
        return file.row_is_new;
    });
}

ScanResult scan_directives(const ScanOptions& options,
                           std::vector<storage::SourceFileRow> known,
                           const CompleteContext& complete) {
    return Scan(options, complete).run(std::move(known));
}

}  // namespace aifp::engine
