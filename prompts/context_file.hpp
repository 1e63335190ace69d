#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

// The files that a step of a pipeline lists for its AI: found, judged and read anew for every
// request (document on prompt directives, "Pipeline Context: files validated on each request").

namespace aifp::prompts {

/// How a file reaches the AI.
enum class FileKind {
    text,   ///< Its text stands in the message.
    image,  ///< Attached: PNG, JPEG, GIF, WebP.
    pdf,    ///< Attached.
};

/// A file as the step lists it.
struct FileEntry {
    std::string path;  ///< Below an allowed folder.
    std::string mime;  ///< Empty: found out.
};

/// A file that was read. Immutable once loaded.
struct ContextFile {
    std::string path;  ///< As listed.
    std::string name;  ///< Its last part.
    std::string mime;
    FileKind kind = FileKind::text;
    std::string content;      ///< Of a text well-formed UTF-8; else the bytes.
    std::string sha256;       ///< Of the bytes as they were on the disk.
    bool was_mended = false;  ///< Bytes that were no UTF-8 became U+FFFD.
};

/// A listed file that is not sent, and why: "not found", "outside context root: ..." ...
struct SkippedFile {
    std::string path;
    std::string reason;
    bool is_missing = false;
};

struct LoadedFiles {
    std::vector<std::shared_ptr<const ContextFile>> files;  ///< In the order listed.
    std::vector<SkippedFile> skipped;
};

struct FileLimits {
    std::uint64_t max_file_bytes = 10 << 20;
    std::uint64_t max_total_bytes = 24 << 20;  ///< Of one step; the later files are skipped.
    /// Of those whose text stands in the request, which takes 4 MiB of text (prompts/assemble.hpp):
    /// one that is too long shall not take the others away.
    std::uint64_t max_text_bytes = 3 << 20;
    std::size_t max_files = 64;
};

/// Where files are read from: the one seam to the disk.
class FileSource {
public:
    virtual ~FileSource() = default;
    /// The bytes of a regular file. Blocks. Errors: not_found; denied when the path leads outside
    /// the allowed folders; invalid_input when it is no file or larger than `max_bytes`;
    /// io_failure.
    [[nodiscard]] virtual Result<std::string> blocking_read(const std::string& path,
                                                            std::uint64_t max_bytes) const = 0;
};

/// Reads what `entries` list. Never fails: what cannot be sent is in `skipped`. Blocks on `source`:
/// not on the loop.
[[nodiscard]] LoadedFiles blocking_load_files(const std::vector<FileEntry>& entries,
                                              const FileSource& source,
                                              const FileLimits& limits);

/// What `content` is by its first bytes: an image or PDF type, "application/zip", "text/plain" for
/// UTF-8 without control characters, or "" if nothing is known.
[[nodiscard]] std::string_view sniff_mime(std::string_view content) noexcept;
/// The type that a name's extension stands for, or "".
[[nodiscard]] std::string_view mime_of_name(std::string_view name) noexcept;
/// The type of a file nobody named one for: its content decides, the extension says which text it
/// is, else "application/octet-stream".
[[nodiscard]] std::string_view detect_mime(std::string_view name, std::string_view content);

/// Whether a file may be taken as a context file. Errors: invalid_input with the reason: a name
/// with folders or "..", an extension that stands for nothing that can be sent, content of another
/// type.
[[nodiscard]] Status check_upload(std::string_view name, std::string_view content);

}  // namespace aifp::prompts
