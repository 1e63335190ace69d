#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace aifp {

/// Reads a regular file. Blocks. Errors: not_found; invalid_input when larger than `max_bytes` or
/// not a regular file; io_failure.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::uint64_t max_bytes);
/// Writes to a temporary name, fsyncs and renames over `path`. Blocks. Errors: io_failure.
[[nodiscard]] Status write_file_atomically(const std::filesystem::path& path,
                                           std::string_view text,
                                           mode_t mode);

/// fsyncs a folder: a rename is durable only once its folder is. Blocks. Errors: io_failure.
[[nodiscard]] Status sync_folder(const std::filesystem::path& folder);

/// A file descriptor that closes itself.
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor();

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
    [[nodiscard]] int release() noexcept;

private:
    int fd_ = -1;
};

}  // namespace aifp
