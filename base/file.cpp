#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace aifp {
namespace {

constexpr std::size_t kReadChunk = 64 * 1024;

tl::unexpected<Error> fail_errno(std::string_view doing, const std::filesystem::path& path) {
    const int number = errno;
    const bool is_missing = number == ENOENT || number == ENOTDIR;
    const ErrorCode code = is_missing ? ErrorCode::not_found : ErrorCode::io_failure;
    return fail(
        code,
        fmt::format(
            "cannot {} {}: {}", doing, path.native(), std::generic_category().message(number)));
}

// The deed failed on our own side: a missing folder is then an I/O failure too.
tl::unexpected<Error> fail_write(std::string_view doing, const std::filesystem::path& path) {
    return fail(ErrorCode::io_failure, fail_errno(doing, path).value().detail());
}

Status write_all(int fd, std::string_view text, const std::filesystem::path& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return fail_write("write", path);
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Status fill_file(int fd, std::string_view text, mode_t mode, const std::filesystem::path& path) {
    if (::fchmod(fd, mode) != 0) {
        return fail_write("set the mode of", path);
    }
    if (auto written = write_all(fd, text, path); !written) {
        return written;
    }
    return ::fsync(fd) == 0 ? Status() : fail_write("flush", path);
}

Status check_regular(int fd, const std::filesystem::path& path, std::uint64_t max_bytes) {
    struct stat about = {};
    if (::fstat(fd, &about) != 0) {
        return fail_errno("look at", path);
    }
    if (!S_ISREG(about.st_mode)) {
        return fail(ErrorCode::invalid_input, fmt::format("{} is not a file", path.native()));
    }
    if (static_cast<std::uint64_t>(about.st_size) > max_bytes) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format(
                "{} has {} bytes; at most {} are read", path.native(), about.st_size, max_bytes));
    }
    return {};
}

}  // namespace

Status sync_folder(const std::filesystem::path& folder) {
    const FileDescriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle.is_open() || ::fsync(handle.get()) != 0) {
        return fail_write("flush", folder);
    }
    return {};
}

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
    // O_NONBLOCK: opening a FIFO must not wait for its writer.
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) {
        return fail_errno("read", path);
    }
    if (auto checked = check_regular(file.get(), path, max_bytes); !checked) {
        return fail(checked.error());
    }
    // Read to the end, not to the size just seen: the file may grow, and /proc files report 0.
    std::string text;
    std::size_t filled = 0;
    for (;;) {
        text.resize(filled + kReadChunk);
        const ssize_t got = ::read(file.get(), text.data() + filled, kReadChunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail_errno("read", path);
        }
        filled += static_cast<std::size_t>(got);
        if (filled > max_bytes) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{} has more than {} bytes", path.native(), max_bytes));
        }
        if (got == 0) {
            text.resize(filled);
            text.shrink_to_fit();  // many small files are held at once
            return text;
        }
    }
}

Status write_file_atomically(const std::filesystem::path& path,
                             std::string_view text,
                             mode_t mode) {
    std::string temporary = path.native() + ".XXXXXX";
    const FileDescriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!file.is_open()) {
        return fail_write("write", path);
    }
    auto done = fill_file(file.get(), text, mode, path);
    if (done && ::rename(temporary.c_str(), path.c_str()) != 0) {
        done = fail_write("write", path);
    }
    if (!done) {
        ::unlink(temporary.c_str());
        return done;
    }
    const auto folder = path.parent_path();
    return sync_folder(folder.empty() ? std::filesystem::path(".") : folder);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
        FileDescriptor old(std::exchange(fd_, other.release()));
    }
    return *this;
}

FileDescriptor::~FileDescriptor() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

int FileDescriptor::release() noexcept {
    return std::exchange(fd_, -1);
}

}  // namespace aifp
