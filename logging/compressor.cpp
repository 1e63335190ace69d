#include "logging/compressor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace aifp::logging {

namespace {

constexpr std::size_t kSliceBytes = 256 * 1024;
constexpr std::size_t kChunkBytes = 32 * 1024;
constexpr mode_t kFileMode = 0640;

tl::unexpected<Error> cannot_compress(const std::filesystem::path& file, int error_number) {
    return fail(ErrorCode::io_failure,
                "cannot compress " + file.string() + ": " + std::strerror(error_number));
}

std::filesystem::path compressed_of(const std::filesystem::path& file) {
    return file.string() + ".gz";
}

/// gzwrite keeps errno only for failures of write(2).
int error_of_gzip(gzFile target) {
    int code = Z_OK;
    gzerror(target, &code);
    return code == Z_ERRNO && errno != 0 ? errno : EIO;
}

}  // namespace

std::filesystem::path temporary_of(const std::filesystem::path& file) {
    return file.string() + ".gz.tmp";
}

Compressor::Compressor(std::filesystem::path file, FileDescriptor source, GzipFile target)
    : file_(std::move(file)), source_(std::move(source)), target_(std::move(target)) {}

Result<Compressor> Compressor::open(const std::filesystem::path& file) {
    FileDescriptor source(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!source.is_open()) {
        return cannot_compress(file, errno);
    }
    constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
    FileDescriptor target(::open(temporary_of(file).c_str(), kFlags, kFileMode));
    if (!target.is_open()) {
        return cannot_compress(file, errno);
    }
    GzipFile gzip(gzdopen(target.get(), "wb6"));
    if (!gzip) {
        return cannot_compress(file, ENOMEM);
    }
    static_cast<void>(target.release());  // gzclose closes it
    return Compressor(file, std::move(source), std::move(gzip));
}

Result<bool> Compressor::step() {
    std::string chunk(kChunkBytes, '\0');
    for (std::size_t done = 0; done < kSliceBytes; done += kChunkBytes) {
        const ssize_t count = ::read(source_.get(), chunk.data(), chunk.size());
        if (count < 0) {
            return give_up(errno);
        }
        if (count == 0) {
            return finish();
        }
        errno = 0;
        if (gzwrite(target_.get(), chunk.data(), static_cast<unsigned>(count)) == 0) {
            return give_up(error_of_gzip(target_.get()));
        }
    }
    return false;
}

Result<bool> Compressor::give_up(int error_number) {
    target_.reset();
    ::unlink(temporary_of(file_).c_str());
    return cannot_compress(file_, error_number);
}

Result<bool> Compressor::finish() {
    errno = 0;
    if (gzclose(target_.release()) != Z_OK) {
        return give_up(errno != 0 ? errno : EIO);
    }
    const auto temporary = temporary_of(file_);
    const FileDescriptor written(::open(temporary.c_str(), O_RDONLY | O_CLOEXEC));
    if (!written.is_open() || ::fdatasync(written.get()) != 0 ||
        ::rename(temporary.c_str(), compressed_of(file_).c_str()) != 0) {
        return give_up(errno);
    }
    ::unlink(file_.c_str());
    return true;
}

}  // namespace aifp::logging
