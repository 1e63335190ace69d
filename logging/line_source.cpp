#include "logging/line_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.hpp"

namespace aifp::logging {

namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kMaxCarryBytes = 64 * 1024;

tl::unexpected<Error> cannot_read(const std::filesystem::path& file, std::string_view why) {
    return fail(ErrorCode::io_failure, "cannot read " + file.string() + ": " + std::string(why));
}

}  // namespace

LineSource::LineSource(std::filesystem::path file, int fd, gzFile gzip)
    : file_(std::move(file)), fd_(fd), gzip_(gzip) {}

Result<LineSource> LineSource::open(const std::filesystem::path& file) {
    FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd.is_open()) {
        const bool is_missing = errno == ENOENT;
        auto error = cannot_read(file, std::strerror(errno));
        return is_missing ? fail(ErrorCode::not_found, error.value().detail()) : error;
    }
    struct stat identity {};
    if (::fstat(fd.get(), &identity) != 0 || !S_ISREG(identity.st_mode)) {
        return cannot_read(file, "not a regular file");
    }
    const gzFile gzip = gzdopen(fd.get(), "rb");
    if (gzip == nullptr) {
        return cannot_read(file, "out of memory");
    }
    LineSource source(file, fd.release(), gzip);
    source.identity_ = identity;
    return source;
}

Result<std::uint64_t> LineSource::size() const {
    struct stat found {};
    if (::fstat(fd_, &found) != 0) {
        return cannot_read(file_, std::strerror(errno));
    }
    return static_cast<std::uint64_t>(found.st_size);
}

bool LineSource::is_same_file(const struct stat& found) const noexcept {
    return found.st_dev == identity_.st_dev && found.st_ino == identity_.st_ino;
}

Status LineSource::seek(std::uint64_t offset) {
    carry_.clear();
    // One byte earlier: if it is a line feed, a line begins exactly at `offset`.
    is_skipping_ = offset > 0;
    const auto target = static_cast<z_off_t>(offset > 0 ? offset - 1 : 0);
    if (gzseek(gzip_.get(), target, SEEK_SET) != target) {
        return cannot_read(file_, "cannot seek");
    }
    return {};
}

Result<bool> LineSource::read(std::uint64_t max_bytes, const EachLine& each) {
    std::string chunk(kChunkBytes, '\0');
    gzclearerr(gzip_.get());  // a file that was at its end may have grown
    for (std::uint64_t done = 0; done < max_bytes;) {
        const int count = gzread(gzip_.get(), chunk.data(), static_cast<unsigned>(chunk.size()));
        if (count < 0) {
            int code = Z_OK;
            return cannot_read(file_, gzerror(gzip_.get(), &code));
        }
        if (count == 0) {
            return true;
        }
        take({chunk.data(), static_cast<std::size_t>(count)}, each);
        done += static_cast<std::uint64_t>(count);
    }
    return false;
}

void LineSource::take(std::string_view chunk, const EachLine& each) {
    for (std::size_t end = chunk.find('\n'); end != std::string_view::npos;
         end = chunk.find('\n')) {
        const std::string_view line = chunk.substr(0, end);
        chunk.remove_prefix(end + 1);
        if (std::exchange(is_skipping_, false)) {
            carry_.clear();
        } else if (carry_.empty()) {
            each(line);
        } else {
            carry_ += line;
            each(carry_);
            carry_.clear();
        }
    }
    if (is_skipping_) {
        return;
    }
    carry_ += chunk;
    if (carry_.size() > kMaxCarryBytes) {
        carry_.clear();
        is_skipping_ = true;
    }
}

}  // namespace aifp::logging
