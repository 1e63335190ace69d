#include "logging/channel.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "logging/rotated_name.hpp"

namespace aifp::logging {

namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kFolderMode = 0750;

tl::unexpected<Error> cannot(std::string_view doing, const std::filesystem::path& path, int error) {
    return fail(ErrorCode::io_failure,
                "cannot " + std::string(doing) + " " + path.string() + ": " + std::strerror(error));
}

std::uint64_t count_lines(std::string_view text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Parents first; what exists stays as it is.
void make_folders(const std::filesystem::path& folder) {
    if (folder.empty() || ::mkdir(folder.c_str(), kFolderMode) == 0 || errno != ENOENT) {
        return;
    }
    if (folder.has_relative_path()) {
        make_folders(folder.parent_path());
        ::mkdir(folder.c_str(), kFolderMode);
    }
}

}  // namespace

Channel::Channel(std::filesystem::path folder)
    : folder_(std::move(folder)), current_(folder_ / kCurrentName) {}

Channel::Appended Channel::append(std::string_view lines, std::uint64_t max_bytes) {
    Appended result;
    while (!lines.empty()) {
        if (const Status opened = ensure_open(); !opened) {
            result.lost += count_lines(lines);
            result.problem = opened.error().detail();
            return result;
        }
        std::size_t take = bytes_for_this_file(lines, max_bytes);
        if (take == 0) {
            const Status rotated = rotate();
            if (rotated) {
                result.has_rotated = true;
                continue;
            }
            result.problem = rotated.error().detail();
            take = lines.size();  // better too large a file than lost lines
        }
        write_lines(lines.substr(0, take), result);
        lines.remove_prefix(take);
    }
    return result;
}

bool Channel::rotate_if_old(WallTime now) {
    struct stat found {};
    const bool is_there = ::lstat(current_.c_str(), &found) == 0 && found.st_size > 0;
    return is_there && ensure_open() && needs_new_file(day_, utc_day(now)) && rotate();
}

bool Channel::is_still_current(struct stat& found) const {
    return file_.is_open() && ::lstat(current_.c_str(), &found) == 0 &&
           found.st_dev == identity_.st_dev && found.st_ino == identity_.st_ino;
}

Status Channel::ensure_open() {
    struct stat found {};
    if (!is_still_current(found)) {
        return open_current();
    }
    size_ = static_cast<std::uint64_t>(found.st_size);
    if (size_ == 0) {
        day_.clear();
    }
    return {};
}

Status Channel::open_current() {
    constexpr int kFlags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    file_ = FileDescriptor(::open(current_.c_str(), kFlags, kFileMode));
    if (!file_.is_open() && errno == ENOENT) {
        make_folders(folder_);
        file_ = FileDescriptor(::open(current_.c_str(), kFlags, kFileMode));
    }
    if (!file_.is_open()) {
        return cannot("open", current_, errno);
    }
    if (::fstat(file_.get(), &identity_) != 0 || !S_ISREG(identity_.st_mode)) {
        file_ = FileDescriptor();
        return cannot("write to", current_, EINVAL);
    }
    return learn_what_is_there();
}

Status Channel::learn_what_is_there() {
    size_ = static_cast<std::uint64_t>(identity_.st_size);
    day_.clear();
    if (size_ == 0) {
        return {};
    }
    std::array<char, 32> start{};
    const ssize_t count = ::pread(file_.get(), start.data(), start.size(), 0);
    day_ = day_of_line({start.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))});
    char last = '\n';
    // A line that a crash tore must not swallow the next one.
    if (::pread(file_.get(), &last, 1, static_cast<off_t>(size_ - 1)) == 1 && last != '\n') {
        if (::write(file_.get(), "\n", 1) != 1) {
            return cannot("write to", current_, errno);
        }
        ++size_;
    }
    return {};
}

std::size_t Channel::bytes_for_this_file(std::string_view lines, std::uint64_t max_bytes) {
    std::size_t taken = 0;
    while (taken < lines.size()) {
        const std::string_view rest = lines.substr(taken);
        const std::size_t length = std::min(rest.find('\n'), rest.size() - 1) + 1;
        const std::string_view day = day_of_line(rest);
        const bool is_past_size = size_ + taken > 0 && size_ + taken + length > max_bytes;
        if (is_past_size || needs_new_file(day_, day)) {
            break;
        }
        if (day_.empty()) {
            day_ = day;
        }
        taken += length;
    }
    return taken;
}

Status Channel::rotate() {
    RotatedName name;
    name.day = day_.empty() ? utc_day(from_unix_ms(identity_.st_mtim.tv_sec * 1'000)) : day_;
    for (const RotatedName& other : blocking_list_rotated(folder_)) {
        if (other.day == name.day) {
            name.number = std::max(name.number, other.number + 1);
        }
    }
    if (::rename(current_.c_str(), (folder_ / name.text()).c_str()) != 0) {
        return cannot("rotate", current_, errno);
    }
    file_ = FileDescriptor();
    return {};
}

void Channel::write_lines(std::string_view lines, Appended& result) {
    std::size_t done = 0;
    while (done < lines.size()) {
        const ssize_t count = ::write(file_.get(), lines.data() + done, lines.size() - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            result.problem =
                cannot("write to", current_, count < 0 ? errno : ENOSPC).value().detail();
            break;
        }
        done += static_cast<std::size_t>(count);
    }
    const std::size_t torn_at = done;
    done = done == lines.size() ? done : lines.substr(0, done).rfind('\n') + 1;
    size_ += done;
    if (torn_at != done && ::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) {
        file_ = FileDescriptor();  // opening it again ends the torn line
    }
    result.bytes += done;
    result.lines += count_lines(lines.substr(0, done));
    result.lost += count_lines(lines.substr(done));
}

}  // namespace aifp::logging
