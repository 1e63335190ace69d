#include "prompts/context_file.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "prompts/utf8.hpp"

namespace aifp::prompts {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// How a file of this type is sent; false for one that is not.
bool find_kind(std::string_view mime, FileKind& kind) noexcept {
    if (mime.starts_with("text/") || mime == "application/json" || mime == "application/yaml" ||
        mime == "application/xml") {
        kind = FileKind::text;
    } else if (mime == "image/png" || mime == "image/jpeg" || mime == "image/gif" ||
               mime == "image/webp") {
        kind = FileKind::image;
    } else if (mime == "application/pdf") {
        kind = FileKind::pdf;
    } else {
        return false;
    }
    return true;
}

std::string reason_of(const Error& error) {
    switch (error.code()) {
        case ErrorCode::not_found:
            return "not found";
        case ErrorCode::denied:
            return "outside context root: " + error.detail();
        default:
            return error.detail();
    }
}

void make_text(ContextFile& file) {
    if (file.content.starts_with(kByteOrderMark)) {
        file.content.erase(0, kByteOrderMark.size());
    }
    if (first_invalid_utf8(file.content)) {
        file.content = well_formed(std::move(file.content));
        file.was_mended = true;
    }
}

// What `entry` is, or why it is not sent.
tl::expected<ContextFile, SkippedFile> load(const FileEntry& entry,
                                            const FileSource& source,
                                            std::uint64_t max_bytes) {
    const auto skip = [&entry](std::string reason, bool is_missing = false) {
        return tl::unexpected(SkippedFile{entry.path, std::move(reason), is_missing});
    };
    if (entry.path.empty()) {
        return skip("the path is empty");
    }
    auto content = source.blocking_read(entry.path, max_bytes);
    if (!content) {
        return skip(reason_of(content.error()), content.error().code() == ErrorCode::not_found);
    }
    ContextFile file;
    file.path = entry.path;
    file.name = entry.path.substr(entry.path.find_last_of('/') + 1);
    file.mime = entry.mime.empty() ? std::string(detect_mime(file.name, *content)) : entry.mime;
    if (!find_kind(file.mime, file.kind)) {
        return skip(fmt::format("{} is neither a text nor an image nor a PDF", file.mime));
    }
    file.sha256 = sha256_hex(*content);
    file.content = std::move(*content);
    if (file.kind == FileKind::text) {
        make_text(file);
    }
    return file;
}

}  // namespace

LoadedFiles blocking_load_files(const std::vector<FileEntry>& entries,
                                const FileSource& source,
                                const FileLimits& limits) {
    LoadedFiles loaded;
    std::uint64_t left = limits.max_total_bytes;
    std::uint64_t text_left = limits.max_text_bytes;
    for (const FileEntry& entry : entries) {
        if (loaded.files.size() == limits.max_files) {
            loaded.skipped.push_back(
                {entry.path, fmt::format("more than {} files", limits.max_files)});
            continue;
        }
        auto file = load(entry, source, limits.max_file_bytes);
        if (!file) {
            loaded.skipped.push_back(std::move(file.error()));
        } else if (file->content.size() > left) {
            loaded.skipped.push_back(
                {entry.path,
                 fmt::format("with it the files would have more than {} bytes together",
                             limits.max_total_bytes)});
        } else if (file->kind == FileKind::text && file->content.size() > text_left) {
            loaded.skipped.push_back(
                {entry.path,
                 fmt::format("with it the texts would have more than {} bytes together",
                             limits.max_text_bytes)});
        } else {
            left -= file->content.size();
            text_left -= file->kind == FileKind::text ? file->content.size() : 0;
            loaded.files.push_back(std::make_shared<const ContextFile>(std::move(*file)));
        }
    }
    return loaded;
}

}  // namespace aifp::prompts
