#include "prompts/disk_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/file.hpp"

namespace aifp::prompts {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> refuse_errno() {
    const int number = errno;
    if (number == ENOENT) {
        return fail(ErrorCode::not_found, "not found");
    }
    if (number == ELOOP || number == ENOTDIR) {  // ENOTDIR: O_DIRECTORY met a link, or a file
        return fail(ErrorCode::denied, "a part of the path is a link or no folder");
    }
    return fail(ErrorCode::io_failure,
                "cannot be read: " + std::generic_category().message(number));
}

// The file at `path` below `folder`, opened part by part.
Result<FileDescriptor> open_below(const fs::path& folder, const fs::path& path) {
    FileDescriptor at(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (auto part = path.begin(); at.is_open() && part != path.end(); ++part) {
        const bool is_last = std::next(part) == path.end();
        // O_NONBLOCK: a FIFO must not hold the reader.
        const int flags = is_last ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
        at = FileDescriptor(::openat(at.get(), part->c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
    }
    if (!at.is_open()) {
        return refuse_errno();
    }
    return at;
}

Result<std::string> read_all(int fd, std::uint64_t max_bytes) {
    struct stat about {};
    if (::fstat(fd, &about) != 0) {
        return refuse_errno();
    }
    if (!S_ISREG(about.st_mode)) {
        return fail(ErrorCode::invalid_input, "is not a file");
    }
    std::string content;
    // One byte more than allowed tells of a file that grows while it is read.
    content.resize(std::min<std::uint64_t>(static_cast<std::uint64_t>(about.st_size), max_bytes) +
                   1);
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t got = ::read(fd, content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return refuse_errno();
        }
        if (got == 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    if (size > max_bytes) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("has {} bytes; at most {} are sent",
                        std::max<std::uint64_t>(static_cast<std::uint64_t>(about.st_size), size),
                        max_bytes));
    }
    content.resize(size);
    return content;
}

// `path` as seen from `folder`; empty if it is not below it.
fs::path below(const fs::path& folder, const fs::path& path) {
    if (path.is_relative()) {
        return path.lexically_normal();
    }
    const fs::path relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
    return relative.empty() || *relative.begin() == ".." ? fs::path() : relative;
}

class DiskFiles final : public FileSource {
public:
    explicit DiskFiles(std::vector<fs::path> folders) : folders_(std::move(folders)) {}

    [[nodiscard]] Result<std::string> blocking_read(const std::string& path,
                                                    std::uint64_t max_bytes) const override {
        const fs::path wanted(path);
        if (path.find('\0') != std::string::npos ||
            std::find(wanted.begin(), wanted.end(), "..") != wanted.end()) {
            return fail(ErrorCode::denied, "\"..\" leads out of it");
        }
        Error error(ErrorCode::denied, "it lies elsewhere");
        for (const fs::path& folder : folders_) {
            const fs::path relative = below(folder, wanted);
            if (relative.empty()) {
                continue;
            }
            auto file = open_below(folder, relative);
            if (file) {
                return read_all(file->get(), max_bytes);
            }
            error = file.error();
            if (error.code() != ErrorCode::not_found) {
                break;
            }
        }
        return fail(std::move(error));
    }

private:
    std::vector<fs::path> folders_;
};

}  // namespace

std::unique_ptr<FileSource> open_disk_files(std::vector<fs::path> folders) {
    return std::make_unique<DiskFiles>(std::move(folders));
}

}  // namespace aifp::prompts
