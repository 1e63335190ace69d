#pragma once

#include <zlib.h>

#include <filesystem>
#include <memory>

#include "base/file.hpp"
#include "base/result.hpp"

namespace aifp::logging {

/// Compresses one file into FILE.gz in slices, so that stopping need not wait for a big file. FILE
/// goes when FILE.gz is complete and synced; until then FILE.gz.tmp holds the work, and a crash
/// leaves FILE whole. One thread at a time.
class Compressor {
public:
    /// Errors: io_failure.
    [[nodiscard]] static Result<Compressor> open(const std::filesystem::path& file);

    /// One slice (256 KiB of input). Returns true when the file is done. Errors: io_failure; the
    /// temporary file is gone then and the source untouched.
    [[nodiscard]] Result<bool> step();

private:
    struct CloseGzip {
        void operator()(gzFile file) const { gzclose(file); }
    };
    using GzipFile = std::unique_ptr<gzFile_s, CloseGzip>;

    Compressor(std::filesystem::path file, FileDescriptor source, GzipFile target);
    [[nodiscard]] Result<bool> give_up(int error_number);
    [[nodiscard]] Result<bool> finish();

    std::filesystem::path file_;
    FileDescriptor source_;
    GzipFile target_;
};

/// Where the work stands until it is complete: FILE.gz.tmp.
[[nodiscard]] std::filesystem::path temporary_of(const std::filesystem::path& file);

}  // namespace aifp::logging
