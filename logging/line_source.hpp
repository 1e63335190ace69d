#pragma once

#include <sys/stat.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aifp::logging {

/// Reads the lines of a log file, compressed or not, also while it grows. One thread at a time.
class LineSource {
public:
    using EachLine = std::function<void(std::string_view)>;

    /// Errors: not_found; io_failure.
    [[nodiscard]] static Result<LineSource> open(const std::filesystem::path& file);

    /// The bytes of the file as it stands on the disk. Errors: io_failure.
    [[nodiscard]] Result<std::uint64_t> size() const;
    /// Whether `found` is the very file that is open here.
    [[nodiscard]] bool is_same_file(const struct stat& found) const noexcept;

    /// Goes on at the first line that begins at or after `offset`. Not for compressed files.
    /// Errors: io_failure.
    [[nodiscard]] Status seek(std::uint64_t offset);

    /// Gives whole lines, without the line feed, to `each` until about `max_bytes` are read.
    /// Returns true at the end of what is there; a line without its line feed waits for the next
    /// call. Lines longer than 64 KiB are passed over. Errors: io_failure (also a damaged
    /// compressed file).
    [[nodiscard]] Result<bool> read(std::uint64_t max_bytes, const EachLine& each);

private:
    struct CloseGzip {
        void operator()(gzFile file) const { gzclose(file); }
    };

    LineSource(std::filesystem::path file, int fd, gzFile gzip);
    void take(std::string_view chunk, const EachLine& each);

    std::filesystem::path file_;
    int fd_;  // owned by gzip_
    std::unique_ptr<gzFile_s, CloseGzip> gzip_;
    struct stat identity_ {};
    std::string carry_;         // the beginning of a line
    bool is_skipping_ = false;  // up to the next line feed
};

}  // namespace aifp::logging
