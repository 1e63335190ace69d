#include "engine/directive_watcher.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "directives/files.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kFolderEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                        IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB;
constexpr std::size_t kMaxFolders = 8'192;
constexpr Milliseconds kFallbackRescan{10'000};

class InotifyWatcher final : public DirectiveWatcher {
public:
    InotifyWatcher(boost::asio::any_io_executor executor,
                   WatchOptions options,
                   std::function<void()> changed,
                   std::function<void(const std::string&)> problem)
        : options_(std::move(options)),
          changed_(std::move(changed)),
          problem_(std::move(problem)),
          quiet_timer_(executor),
          latest_timer_(executor),
          rescan_timer_(executor),
          descriptor_(executor) {
        const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (fd >= 0) {
            descriptor_.assign(fd);
            wait();
        } else {
            fall_back(std::strerror(errno));
        }
        refresh();
        schedule_rescan();
    }

    void refresh() override {
        if (!descriptor_.is_open()) {
            return;
        }
        std::error_code error;
        if (!fs::is_directory(options_.folder, error)) {
            watch(options_.folder.parent_path());
            return;
        }
        watch(options_.folder);
        auto walk = fs::recursive_directory_iterator(
            options_.folder, fs::directory_options::skip_permission_denied, error);
        for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
            std::error_code ignored;
            if (walk.depth() >= directives::kMaxFolderDepth) {
                walk.disable_recursion_pending();
            } else if (walk->is_directory(ignored)) {
                watch(walk->path());
            }
        }
    }

private:
    void watch(const fs::path& folder) {
        if (watched_.size() >= kMaxFolders) {
            fall_back("more than 8192 folders");
            return;
        }
        const int id = ::inotify_add_watch(
            descriptor_.native_handle(), folder.c_str(), kFolderEvents | IN_ONLYDIR);
        if (id >= 0) {
            watched_[id] = folder;
        } else if (errno == ENOSPC) {
            fall_back("fs.inotify.max_user_watches is reached");
        }
    }

    void fall_back(const std::string& why) {
        if (!fallen_back_) {
            fallen_back_ = true;
            options_.rescan_every = kFallbackRescan;
            problem_(fmt::format("cannot watch {} for changes ({}): it is read every 10 s instead",
                                 options_.folder.string(),
                                 why));
        }
    }

    void wait() {
        descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                               [this](const boost::system::error_code& error) {
                                   if (!error) {
                                       drain();
                                       wait();
                                   }
                               });
    }

    // What changed does not matter: a scan compares everything, and an overflow is a change too.
    void drain() {
        alignas(inotify_event) std::array<char, 16 * 1024> buffer;
        bool any = false;
        for (int rounds = 0; rounds < 64; ++rounds) {
            const auto got = ::read(descriptor_.native_handle(), buffer.data(), buffer.size());
            if (got <= 0) {
                break;
            }
            any = true;
            forget_gone_folders(buffer.data(), static_cast<std::size_t>(got));
        }
        if (any) {
            note_change();
        }
    }

    void forget_gone_folders(const char* data, std::size_t size) {
        for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
            inotify_event event{};
            std::memcpy(&event, data + at, sizeof event);
            if ((event.mask & IN_IGNORED) != 0) {
                watched_.erase(event.wd);
            }
            at += sizeof event + event.len;
        }
    }

    void note_change() {
        if (!unsettled_) {
            unsettled_ = true;
            settle_after(latest_timer_, options_.at_the_latest);
        }
        settle_after(quiet_timer_, options_.quiet);
    }

    void settle_after(boost::asio::steady_timer& timer, Milliseconds pause) {
        timer.expires_after(pause);
        timer.async_wait([this](const boost::system::error_code& error) {
            if (!error && unsettled_) {
                unsettled_ = false;
                quiet_timer_.cancel();
                latest_timer_.cancel();
                refresh();
                changed_();
            }
        });
    }

    void schedule_rescan() {
        rescan_timer_.expires_after(options_.rescan_every);
        rescan_timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error) {
                refresh();
                changed_();
                schedule_rescan();
            }
        });
    }

    WatchOptions options_;
    std::function<void()> changed_;
    std::function<void(const std::string&)> problem_;
    boost::asio::steady_timer quiet_timer_;
    boost::asio::steady_timer latest_timer_;
    boost::asio::steady_timer rescan_timer_;
    boost::asio::posix::stream_descriptor descriptor_;
    std::unordered_map<int, fs::path> watched_;
    bool unsettled_ = false;
    bool fallen_back_ = false;
};

}  // namespace

std::unique_ptr<DirectiveWatcher> create_directive_watcher(
    boost::asio::any_io_executor executor,
    WatchOptions options,
    std::function<void()> changed,
    std::function<void(const std::string&)> problem) {
    return std::make_unique<InotifyWatcher>(
        std::move(executor), std::move(options), std::move(changed), std::move(problem));
}

}  // namespace aifp::engine
