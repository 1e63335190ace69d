#include "engine/zone_source.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/machine_zone.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;

// Whoever sets it replaces both files, one after the other.
constexpr Milliseconds kQuiet{200};
constexpr std::uint32_t kReplaced = IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_DELETE;

class WatchedZone final : public ZoneSource {
public:
    WatchedZone(std::function<TimeZone()> read,
                const fs::path& folder,
                const boost::asio::any_io_executor& executor,
                std::function<void()> touched)
        : read_(std::move(read)),
          touched_(std::move(touched)),
          quiet_(executor),
          descriptor_(executor) {
        const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (fd < 0) {
            return;
        }
        descriptor_.assign(fd);
        if (::inotify_add_watch(fd, folder.c_str(), kReplaced | IN_ONLYDIR) >= 0) {
            wait();
        }
    }

    ~WatchedZone() override { *alive_ = false; }

    TimeZone zone() const override { return read_(); }

private:
    void wait() {
        descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                               [this, alive = alive_](const boost::system::error_code& error) {
                                   if (!error && *alive) {
                                       drain();
                                       wait();
                                   }
                               });
    }

    void drain() {
        alignas(inotify_event) std::array<char, 16 * 1024> buffer;
        const auto got = ::read(descriptor_.native_handle(), buffer.data(), buffer.size());
        if (got > 0 && is_about_zone({buffer.data(), static_cast<std::size_t>(got)})) {
            touch_soon();
        }
    }

    // What was too much to tell may have been one of these, too.
    static bool is_about_zone(std::string_view events) {
        for (std::size_t at = 0; at + sizeof(inotify_event) <= events.size();) {
            inotify_event event{};
            std::memcpy(&event, events.data() + at, sizeof event);
            const std::string_view padded = events.substr(at + sizeof event, event.len);
            const auto name = padded.substr(0, padded.find('\0'));
            if (name == "localtime" || name == "timezone" || (event.mask & IN_Q_OVERFLOW) != 0) {
                return true;
            }
            at += sizeof event + event.len;
        }
        return false;
    }

    void touch_soon() {
        quiet_.expires_after(kQuiet);
        quiet_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
            if (!error && *alive) {
                touched_();
            }
        });
    }

    const std::function<TimeZone()> read_;
    const std::function<void()> touched_;
    boost::asio::steady_timer quiet_;
    boost::asio::posix::stream_descriptor descriptor_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // false once destroyed
};

}  // namespace

std::unique_ptr<ZoneSource> create_zone_source(boost::asio::any_io_executor executor,
                                               std::function<void()> touched) {
    return std::make_unique<WatchedZone>(
        [] { return TimeZone::system(); }, "/etc", executor, std::move(touched));
}

std::unique_ptr<ZoneSource> create_zone_source_of(fs::path folder,
                                                  boost::asio::any_io_executor executor,
                                                  std::function<void()> touched) {
    const auto read = [folder] { return zone_of_folder(folder); };
    return std::make_unique<WatchedZone>(read, folder, executor, std::move(touched));
}

}  // namespace aifp::engine
