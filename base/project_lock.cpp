#include "base/project_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>

#include "base/text.hpp"

namespace aifp {
namespace {

std::string holder_of(int fd) {
    std::array<char, 32> text{};
    const auto got = ::pread(fd, text.data(), text.size() - 1, 0);
    return got > 0 ? std::string(trim(text.data())) : "unknown";
}

}  // namespace

Result<ProjectLock> ProjectLock::take(const std::filesystem::path& file) {
    FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    if (!descriptor.is_open()) {
        return fail(ErrorCode::io_failure,
                    fmt::format("cannot open {}: {}", file.string(), std::strerror(errno)));
    }
    if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail(
            ErrorCode::conflict,
            fmt::format("another aifpd (process {}) already runs this project; stop it first, "
                        "or give another --project",
                        holder_of(descriptor.get())));
    }
    const auto pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(descriptor.get(), 0) != 0 ||
        ::pwrite(descriptor.get(), pid.data(), pid.size(), 0) < 0) {
        return fail(ErrorCode::io_failure,
                    fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
    }
    return ProjectLock(std::move(descriptor));
}

std::optional<pid_t> ProjectLock::holder(const std::filesystem::path& file) {
    const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    // A shared lock is refused only where somebody has the other kind, and is gone with
    // `descriptor`.
    if (!descriptor.is_open() || ::flock(descriptor.get(), LOCK_SH | LOCK_NB) == 0) {
        return std::nullopt;
    }
    const std::string written = holder_of(descriptor.get());
    pid_t pid = 0;
    std::from_chars(written.data(), written.data() + written.size(), pid);
    return pid;
}

}  // namespace aifp
