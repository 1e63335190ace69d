#include "engine/file_mistakes.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "directives/files.hpp"
#include "engine/drafts.hpp"
#include "storage/directives.hpp"
#include "storage/source_files.hpp"

namespace aifp::engine {
namespace {

/// Lines of a file, the last one not among them.
struct Lines {
    int first = 0;
    int end = std::numeric_limits<int>::max();
};

// Where the broken directive of this name stands: up to the next one, whatever that is.
std::optional<Lines> lines_of(const directives::ParsedFile& file, const std::string& name) {
    const auto broken = std::find_if(
        file.broken.begin(), file.broken.end(), [&](const auto& one) { return one.name == name; });
    if (broken == file.broken.end()) {
        return std::nullopt;
    }
    Lines lines{broken->mark.line};
    const auto end_at = [&lines](const document::Mark& mark) {
        if (mark.line > lines.first) {
            lines.end = std::min(lines.end, mark.line);
        }
    };
    for (const auto& other : file.broken) {
        end_at(other.mark);
    }
    for (const auto* right : {&file.directives, &file.drafts}) {
        for (const auto& other : *right) {
            end_at(other.mark);
        }
    }
    return lines;
}

std::optional<FileMistakes> mistakes_in(const directives::ParsedFile& file, Lines lines) {
    std::optional<FileMistakes> found;
    for (const auto& diagnostic : file.diagnostics) {
        const bool is_meant = diagnostic.severity == model::Severity::error &&
                              diagnostic.line >= lines.first && diagnostic.line < lines.end;
        if (is_meant && found) {
            ++found->count;
        } else if (is_meant) {
            found.emplace(FileMistakes{diagnostic});
        }
    }
    return found;
}

}  // namespace

std::optional<FileMistakes> find_file_mistakes(storage::Database& database,
                                               DirectiveId directive,
                                               const std::filesystem::path& root,
                                               directives::ParseContext context) {
    const auto row = storage::find_directive(database, directive);
    const auto known = row ? storage::find_source_file(database, row->source_file) : std::nullopt;
    const auto form =
        known && !known->loaded
            ? directives::form_of(known->path)
            : Result<directives::FileForm>(fail(ErrorCode::not_found, "nothing is wrong"));
    if (!form) {
        return std::nullopt;
    }
    const auto limit = context.limits.max_bytes;
    auto file = directives::read_settled_file(root / known->path, limit);
    if (!file) {
        return FileMistakes{
            directives::about_file(known->path, model::Severity::error, file.error().detail(), "")};
    }
    const document::SourceText source(known->path, std::move(file->text));
    const auto parsed =
        directives::parse_file(source, *form, with_stored(database, std::move(context)));
    const auto lines = parsed.unreadable ? Lines() : lines_of(parsed, row->name);
    return lines ? mistakes_in(parsed, *lines) : std::nullopt;
}

}  // namespace aifp::engine
