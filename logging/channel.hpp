#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace aifp::logging {

/// The files of one channel: appends to FOLDER/current.jsonl and rotates it by size and UTC day.
/// Log's thread only. Blocks on the disk.
class Channel {
public:
    explicit Channel(std::filesystem::path folder);

    /// What became of the lines of one append.
    struct Appended {
        std::uint64_t lines = 0;  ///< Written.
        std::uint64_t bytes = 0;  ///< Written.
        std::uint64_t lost = 0;   ///< Lines not written.
        bool has_rotated = false;
        std::string problem;  ///< Why lines were lost or a rotation failed; empty if all went well.
    };

    /// Appends whole lines, each to the file of its day, none past `max_bytes` of a file. A file
    /// that was deleted or moved away is created anew; missing folders too. After a failure the
    /// file still ends with a whole line.
    [[nodiscard]] Appended append(std::string_view lines, std::uint64_t max_bytes);

    /// Rotates a file with lines of a day before `now` although no new line came.
    [[nodiscard]] bool rotate_if_old(WallTime now);

private:
    [[nodiscard]] Status ensure_open();
    [[nodiscard]] Status open_current();
    [[nodiscard]] Status learn_what_is_there();
    [[nodiscard]] bool is_still_current(struct stat& found) const;
    [[nodiscard]] std::size_t bytes_for_this_file(std::string_view lines, std::uint64_t max_bytes);
    [[nodiscard]] Status rotate();
    void write_lines(std::string_view lines, Appended& result);

    std::filesystem::path folder_;
    std::filesystem::path current_;
    FileDescriptor file_;
    struct stat identity_ {};
    std::uint64_t size_ = 0;
    std::string day_;  // of the first line in the file; empty for an empty file
};

}  // namespace aifp::logging
