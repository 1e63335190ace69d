#include "logging/follower.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <utility>

#include "base/file.hpp"
#include "logging/line_source.hpp"
#include "logging/rotated_name.hpp"

namespace aifp::logging {

namespace {

constexpr std::uint64_t kMaxBytesPerRead = 1'048'576;

/// Follows the files of one channel: the one that was current, those rotated past us, the new one.
class ChannelFollower {
public:
    explicit ChannelFollower(std::filesystem::path folder) : folder_(std::move(folder)) {}

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

    Status start_at_end() {
        seen_ = newest_rotated();
        auto current = LineSource::open(folder_ / kCurrentName);
        if (!current) {
            return is_missing(current.error()) ? Status() : fail(current.error());
        }
        const auto size = current->size();
        if (!size) {
            return fail(size.error());
        }
        Status sought = current->seek(*size);
        sources_.push_back(std::move(*current));
        return sought;
    }

    Status read(const LineSource::EachLine& each) {
        std::uint64_t rounds = 0;
        while (rounds < kMaxSourcesPerRead) {
            if (sources_.empty()) {
                if (Status found = find_new_files(nullptr); !found || sources_.empty()) {
                    return found;
                }
            }
            const auto at_end = sources_.front().read(kMaxBytesPerRead, each);
            if (!at_end) {
                return fail(at_end.error());
            }
            if (!*at_end || !is_replaced()) {
                return {};
            }
            if (Status moved = go_on_with_next(each); !moved) {
                return moved;
            }
            ++rounds;
        }
        return {};
    }

private:
    // So that one call stays bounded when many small files were rotated.
    static constexpr std::uint64_t kMaxSourcesPerRead = 16;

    static bool is_missing(const Error& error) { return error.code() == ErrorCode::not_found; }

    [[nodiscard]] std::optional<RotatedName> newest_rotated() const {
        auto rotated = blocking_list_rotated(folder_);
        return rotated.empty() ? std::nullopt : std::optional(std::move(rotated.back()));
    }

    /// Whether more files follow the first source: known ones, or a current file that is not it.
    [[nodiscard]] bool is_replaced() const {
        struct stat found {};
        return sources_.size() > 1 || (::lstat((folder_ / kCurrentName).c_str(), &found) == 0 &&
                                       !sources_.front().is_same_file(found));
    }

    Status go_on_with_next(const LineSource::EachLine& each) {
        // What was written between our last read and its replacement.
        const auto at_end = sources_.front().read(kMaxBytesPerRead, each);
        if (!at_end || !*at_end) {
            return at_end ? Status() : fail(at_end.error());
        }
        if (sources_.size() == 1) {
            if (Status found = find_new_files(&sources_.front()); !found) {
                return found;
            }
        }
        sources_.pop_front();
        return {};
    }

    /// Queues the files rotated since the last look, without `done`, and the current one.
    Status find_new_files(const LineSource* done) {
        auto current = LineSource::open(folder_ / kCurrentName);
        if (!current && !is_missing(current.error())) {
            return fail(current.error());
        }
        std::deque<LineSource> found;
        bool is_first = done != nullptr;
        for (RotatedName& name : blocking_list_rotated(folder_)) {
            if (!is_after_seen(name)) {
                continue;
            }
            // The oldest new one is the file we have been reading, under its new name.
            if (!std::exchange(is_first, false)) {
                add_rotated(found, name, current ? &*current : nullptr);
            }
            seen_ = std::move(name);
        }
        if (current) {
            found.push_back(std::move(*current));
        }
        for (LineSource& source : found) {
            sources_.push_back(std::move(source));
        }
        return {};
    }

    [[nodiscard]] bool is_after_seen(const RotatedName& name) const {
        return !seen_ || std::pair(name.day, name.number) > std::pair(seen_->day, seen_->number);
    }

    void add_rotated(std::deque<LineSource>& found,
                     RotatedName name,
                     const LineSource* current) const {
        auto source = LineSource::open(folder_ / name.text());
        if (!source) {
            name.is_compressed = true;  // it was compressed meanwhile
            source = LineSource::open(folder_ / name.text());
        }
        struct stat identity {};
        const bool is_current = current != nullptr &&
                                ::lstat((folder_ / name.text()).c_str(), &identity) == 0 &&
                                current->is_same_file(identity);
        if (source && !is_current) {
            found.push_back(std::move(*source));
        }
    }

    std::filesystem::path folder_;
    std::optional<RotatedName> seen_;
    std::deque<LineSource> sources_;  // the front one is being read
};

class InotifyFollower final : public LogFollower {
public:
    InotifyFollower(LogFilter filter, FileDescriptor watcher)
        : filter_(std::move(filter)), watcher_(std::move(watcher)) {}

    Status add(std::filesystem::path folder) {
        channels_.emplace_back(std::move(folder));
        watch(channels_.back());
        return channels_.back().start_at_end();
    }

    [[nodiscard]] Result<std::vector<std::string>> read_new() override {
        std::vector<std::string> lines;
        for (ChannelFollower& channel : channels_) {
            watch(channel);
            const Status read = channel.read([&](std::string_view line) {
                if (passes(filter_, line)) {
                    lines.emplace_back(line);
                }
            });
            if (!read) {
                return fail(read.error());
            }
        }
        return lines;
    }

    [[nodiscard]] bool blocking_wait(Milliseconds longest) override {
        pollfd ready{watcher_.get(), POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(longest.count())) != 1) {
            return false;
        }
        std::array<char, 16 * 1024> events;
        while (::read(watcher_.get(), events.data(), events.size()) > 0) {
        }
        return true;
    }

private:
    /// Adding a watch that is there already changes nothing; a folder made later gets its own here.
    void watch(const ChannelFollower& channel) const {
        constexpr std::uint32_t kMask = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;
        static_cast<void>(::inotify_add_watch(watcher_.get(), channel.folder().c_str(), kMask));
    }

    const LogFilter filter_;
    FileDescriptor watcher_;
    std::deque<ChannelFollower> channels_;
};

}  // namespace

Result<std::unique_ptr<LogFollower>> follow_logs(const LogQuery& query) {
    FileDescriptor watcher(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!watcher.is_open()) {
        return fail(ErrorCode::io_failure,
                    std::string("cannot watch the logs: ") + std::strerror(errno));
    }
    auto follower = std::make_unique<InotifyFollower>(query.filter, std::move(watcher));
    for (const LogType type : query.types) {
        if (Status added = follower->add(query.directory / folder_of(type)); !added) {
            return fail(added.error());
        }
    }
    return follower;
}

}  // namespace aifp::logging
