#include "cli/archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/file.hpp"
#include "base/hasher.hpp"
#include "cli/tar_header.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = 256 * 1024;
constexpr mode_t kPrivate = 0600;
constexpr const char* kWriting =
    "wb4";  // a third of the time of the default for a tenth more bytes

tl::unexpected<Error> refused(std::string_view doing, const fs::path& file) {
    return fail(ErrorCode::io_failure,
                fmt::format("cannot {} {}: {}", doing, file.string(), std::strerror(errno)));
}

/// A compressed stream that closes itself.
class Stream {
public:
    Stream(int descriptor, const char* mode) : gzip_(gzdopen(descriptor, mode)) {
        gzbuffer(gzip_, kPiece);
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { close(); }

    bool write(std::string_view bytes) {
        return bytes.empty() ||
               gzwrite(gzip_, bytes.data(), static_cast<unsigned>(bytes.size())) > 0;
    }
    /// Fewer only at the end or when the rest cannot be read.
    std::size_t read(char* into, std::size_t count) {
        const int got = gzread(gzip_, into, static_cast<unsigned>(count));
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    /// Broken off, or a checksum of its own is wrong.
    bool is_broken() {
        int code = Z_OK;
        gzerror(gzip_, &code);
        return code != Z_OK && code != Z_STREAM_END;
    }
    bool close() {
        gzFile closing = std::exchange(gzip_, nullptr);
        return closing == nullptr || gzclose(closing) == Z_OK;
    }

private:
    gzFile gzip_;
};

class TarWriter final : public ArchiveWriter {
public:
    TarWriter(fs::path file, fs::path unfinished, FileDescriptor kept, int streamed, WallTime now)
        : file_(std::move(file)),
          unfinished_(std::move(unfinished)),
          kept_(std::move(kept)),
          now_(now),
          stream_(streamed, kWriting) {}

    ~TarWriter() override {
        if (!is_finished_) {
            std::error_code ignored;
            fs::remove(unfinished_, ignored);
        }
    }

    Status add_file(std::string name, const fs::path& source) override {
        const FileDescriptor descriptor(
            ::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        struct stat facts {};
        if (!descriptor.is_open() || ::fstat(descriptor.get(), &facts) != 0) {
            return refused("read", source);
        }
        if (!S_ISREG(facts.st_mode)) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{} is no regular file", source.string()));
        }
        return add(
            {std::move(name), static_cast<std::uint64_t>(facts.st_size), facts.st_mode & 0777U, {}},
            [&](char* into, std::size_t count) { return ::read(descriptor.get(), into, count); });
    }

    Status add_text(std::string name, std::string_view text) override {
        return add({std::move(name), text.size(), 0644, {}}, [&](char* into, std::size_t count) {
            const std::size_t given = text.copy(into, count);
            text.remove_prefix(given);
            return static_cast<ssize_t>(given);
        });
    }

    const std::vector<ArchiveEntry>& entries() const override { return entries_; }

    Status finish() override {
        const std::string end(2 * kTarBlock, '\0');
        if (!stream_.write(end) || !stream_.close() || ::fsync(kept_.get()) != 0 ||
            ::rename(unfinished_.c_str(), file_.c_str()) != 0) {
            return refused("write", file_);
        }
        is_finished_ = true;
        return sync_folder(file_.has_parent_path() ? file_.parent_path() : fs::path("."));
    }

private:
    Status add(ArchiveEntry entry, const std::function<ssize_t(char*, std::size_t)>& read) {
        const auto header = make_tar_header(entry, now_);
        if (!header) {
            return fail(header.error());
        }
        if (!stream_.write({header->data(), header->size()})) {
            return refused("write", file_);
        }
        Hasher hash;
        for (std::uint64_t left = entry.size; left > 0;) {
            const auto got = read(piece_.data(), std::min<std::uint64_t>(left, piece_.size()));
            if (got <= 0) {
                return fail(ErrorCode::conflict,
                            fmt::format("{} changed while it was read; try again", entry.name));
            }
            const std::string_view bytes(piece_.data(), static_cast<std::size_t>(got));
            hash.add(bytes);
            if (!stream_.write(bytes)) {
                return refused("write", file_);
            }
            left -= bytes.size();
        }
        if (!stream_.write(std::string(tar_padding(entry.size), '\0'))) {
            return refused("write", file_);
        }
        entry.sha256 = hash.finish();
        entries_.push_back(std::move(entry));
        return {};
    }

    fs::path file_;
    fs::path unfinished_;
    FileDescriptor kept_;
    WallTime now_;
    Stream stream_;
    std::vector<ArchiveEntry> entries_;
    std::vector<char> piece_ = std::vector<char>(kPiece);
    bool is_finished_ = false;
};

/// Reads an archive from its beginning to its end.
class Unpacker {
public:
    Unpacker(Stream& stream, fs::path folder) : stream_(stream), folder_(std::move(folder)) {}

    Result<std::vector<ArchiveEntry>> unpack(
        const std::function<bool(const ArchiveEntry&)>& wants) {
        for (;;) {
            TarBlock block{};
            if (stream_.read(block.data(), block.size()) != block.size()) {
                return broken_off();
            }
            if (std::all_of(block.begin(), block.end(), [](char byte) { return byte == '\0'; })) {
                return read_rest();
            }
            auto entry = read_tar_header(block);
            if (!entry) {
                return fail(entry.error());
            }
            if (auto taken = take(*entry, wants(*entry)); !taken) {
                return fail(taken.error());
            }
            entries_.push_back(std::move(*entry));
        }
    }

private:
    static tl::unexpected<Error> broken_off() {
        return fail(ErrorCode::invalid_input, "it is broken off, or no archive of aifp backup");
    }

    // To the end, so that the stream's own checksum is looked at.
    Result<std::vector<ArchiveEntry>> read_rest() {
        while (stream_.read(piece_.data(), piece_.size()) > 0) {
        }
        return stream_.is_broken() ? Result<std::vector<ArchiveEntry>>(broken_off())
                                   : std::move(entries_);
    }

    Status take(ArchiveEntry& entry, bool is_wanted) {
        const fs::path target = folder_ / entry.name;
        FileDescriptor file;
        if (is_wanted) {
            std::error_code failed;
            fs::create_directories(target.parent_path(), failed);
            file = FileDescriptor(::open(
                target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kPrivate));
            if (!file.is_open()) {
                return refused("make", target);
            }
        }
        Hasher hash;
        for (std::uint64_t left = entry.size; left > 0;) {
            const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece));
            const std::size_t got = stream_.read(piece_.data(), want);
            if (got == 0) {
                return broken_off();
            }
            hash.add({piece_.data(), got});
            if (is_wanted && ::write(file.get(), piece_.data(), got) != static_cast<ssize_t>(got)) {
                return refused("write", target);
            }
            left -= got;
        }
        entry.sha256 = hash.finish();
        if (is_wanted && (::fchmod(file.get(), entry.mode) != 0 || ::fsync(file.get()) != 0)) {
            return refused("write", target);
        }
        const std::size_t padding = tar_padding(entry.size);
        return stream_.read(piece_.data(), padding) == padding ? Status{} : Status(broken_off());
    }

    Stream& stream_;
    fs::path folder_;
    std::vector<ArchiveEntry> entries_;
    std::vector<char> piece_ = std::vector<char>(kPiece);
};

}  // namespace

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(const fs::path& file, WallTime now) {
    const fs::path unfinished = fmt::format("{}.unfinished-{}", file.string(), ::getpid());
    FileDescriptor kept(
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kPrivate));
    if (!kept.is_open()) {
        return refused("write", file);
    }
    const int streamed = ::fcntl(kept.get(), F_DUPFD_CLOEXEC, 0);
    if (streamed < 0) {
        return refused("write", file);
    }
    return std::make_unique<TarWriter>(file, unfinished, std::move(kept), streamed, now);
}

Result<std::vector<ArchiveEntry>> blocking_unpack(
    const fs::path& file,
    const fs::path& folder,
    const std::function<bool(const ArchiveEntry&)>& wants) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        const auto code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::io_failure;
        return fail(code, fmt::format("cannot read {}: {}", file.string(), std::strerror(errno)));
    }
    Stream stream(descriptor, "rb");
    auto entries = Unpacker(stream, folder).unpack(wants);
    return entries ? std::move(entries)
                   : Result<std::vector<ArchiveEntry>>(
                         fail(entries.error().with_context(file.string())));
}

}  // namespace aifp::cli
