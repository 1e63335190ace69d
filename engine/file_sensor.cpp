#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "engine/outside_sensors.hpp"
#include "triggers/arguments.hpp"
#include "triggers/folder_diff.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;
using triggers::Held;
using triggers::Verdict;

constexpr std::uint32_t kFolderEvents = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM |
                                        IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF |
                                        IN_ATTRIB;
constexpr std::size_t kMaxFiles = 4'096;
constexpr std::size_t kMaxNames = 16'384;
constexpr std::size_t kMaxKept = 1'024;   // of those that have not settled, in the sensor's row
constexpr Milliseconds kGather{200};      // between what a program writes and the next look
constexpr Milliseconds kFallback{5'000};  // without a watch: no folder yet, or no inotify
constexpr Milliseconds kWatchedAgain{60'000};  // with one: nothing is trusted for ever

class FileSensor final : public triggers::Sensor {
public:
    struct Wanted {
        fs::path folder;
        std::string pattern;
        std::vector<std::string> events;
        Milliseconds settle{500};
    };
    FileSensor(Wanted wanted, SensorOwner owner, const SensorParts& parts)
        : wanted_(std::move(wanted)),
          owner_(std::move(owner)),
          parts_(parts),
          diff_(wanted_.settle),
          descriptor_(parts.actions.executor) {
        const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (fd >= 0) {
            descriptor_.assign(fd);
        } else {
            no_inotify_ = errno;
        }
    }
    ~FileSensor() override { *alive_ = false; }

    triggers::Interests interests() const override { return {}; }

    Verdict begin(WallTime now, std::optional<Held> stored) override {
        watch();
        diff_.begin(list(), stored ? triggers::untold_from(stored->data) : triggers::Untold());
        wait();
        Verdict verdict;
        if (stored) {
            kept_.reset();
            verdict = look(now);  // what had not settled settles from now on
        } else {
            verdict.problem = std::exchange(problem_, {});
        }
        verdict.check_at = next_look(now);
        return verdict;
    }

    Verdict on_check(WallTime now) override {
        watch();
        Verdict verdict = look(now);
        verdict.check_at = next_look(now);
        return verdict;
    }

    // Its place may be taken at once: what has come since the last look belongs to nobody else.
    Verdict on_leave(WallTime now) override { return look(now); }

    std::optional<Held> clock_stepped(Milliseconds step) override {
        diff_.clock_stepped(step);
        return std::nullopt;
    }

    std::string source_now() const override {
        const auto& folder = wanted_.folder.native();
        std::error_code error;
        return fs::is_directory(wanted_.folder, error)
                   ? fmt::format("{} files match {} in {}", files_, wanted_.pattern, folder)
                   : fmt::format("there is no folder {}", folder);
    }

private:
    // A folder that was moved away or comes again gets a new watch: adding is idempotent.
    void watch() {
        const int added = descriptor_.is_open() ? ::inotify_add_watch(descriptor_.native_handle(),
                                                                      wanted_.folder.c_str(),
                                                                      kFolderEvents | IN_ONLYDIR)
                                                : -1;
        const int why = descriptor_.is_open() ? errno : no_inotify_;
        if (added < 0 && why == ENOENT && is_watched_ != Watch::missing) {
            is_watched_ = Watch::missing;
            problem_ = fmt::format("there is no folder {} yet: it is looked for every 5 s",
                                   wanted_.folder.native());
        } else if (added < 0 && why != ENOENT && is_watched_ != Watch::refused) {
            is_watched_ = Watch::refused;
            problem_ = fmt::format("cannot watch {} ({}): it is read every 5 s instead",
                                   wanted_.folder.native(),
                                   std::strerror(why));
        } else if (added >= 0) {
            is_watched_ = Watch::yes;
        }
    }

    void wait() {
        if (!descriptor_.is_open()) {
            return;
        }
        descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                               [this, alive = alive_](const boost::system::error_code& error) {
                                   if (!error && *alive) {
                                       drain();
                                       wait();
                                       look_soon(parts_.scope_sources.clock.wall());
                                   }
                               });
    }

    // A file that is written piece by piece wakes for each of them: after a look the next one is
    // a little later, for many at once.
    void look_soon(WallTime now) {
        const bool has_just_looked =
            looked_at_ && now >= *looked_at_ && now < *looked_at_ + kGather;
        Verdict verdict;
        if (!has_just_looked) {
            verdict = on_check(now);
        } else if (!looks_at_ || *looks_at_ > *looked_at_ + kGather) {
            looks_at_ = *looked_at_ + kGather;
            verdict.check_at = looks_at_;
        } else {
            return;
        }
        parts_.take(owner_.directive, owner_.trigger_index, std::move(verdict));
    }

    // What changed does not matter: the look compares everything.
    void drain() {
        alignas(inotify_event) std::array<char, 16 * 1024> buffer;
        for (int rounds = 0; rounds < 64; ++rounds) {
            if (::read(descriptor_.native_handle(), buffer.data(), buffer.size()) <= 0) {
                return;
            }
        }
    }

    [[nodiscard]] triggers::Listing list() {
        triggers::Listing listing;
        std::error_code error;
        std::size_t names = 0;
        for (auto entry = fs::directory_iterator(wanted_.folder, error);
             !error && entry != fs::directory_iterator() && !is_too_long(++names);
             entry.increment(error)) {
            const auto name = entry->path().filename().native();
            struct stat status {};
            if (!triggers::matches_pattern(name, wanted_.pattern) ||
                ::stat(entry->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
                continue;
            }
            if (listing.size() >= kMaxFiles) {
                if (!std::exchange(is_too_many_, true)) {
                    problem_ =
                        fmt::format("more than {} files match in {}: the rest is not watched",
                                    kMaxFiles,
                                    wanted_.folder.native());
                }
                break;
            }
            constexpr std::int64_t kNsPerSecond = 1'000'000'000;
            listing[name] = {status.st_mtim.tv_sec * kNsPerSecond + status.st_mtim.tv_nsec,
                             status.st_size,
                             status.st_ino};
        }
        files_ = listing.size();
        return listing;
    }

    [[nodiscard]] bool is_too_long(std::size_t names) {
        if (names > kMaxNames && !std::exchange(is_too_many_, true)) {
            problem_ = fmt::format("{} holds more than {} files: the rest is not looked at",
                                   wanted_.folder.native(),
                                   kMaxNames);
        }
        return names > kMaxNames;
    }

    // One run for each file. What is told and what is kept of the rest go into one transaction.
    [[nodiscard]] Verdict look(WallTime now) {
        looked_at_ = now;
        Verdict verdict;
        for (const auto& event : diff_.look(list(), now)) {
            if (std::find(wanted_.events.begin(), wanted_.events.end(), event.what) ==
                wanted_.events.end()) {
                continue;
            }
            if (verdict.fire) {
                verdict.fire_too.push_back(payload(event));
            } else {
                verdict.fire = payload(event);
            }
        }
        keep_untold(verdict);
        verdict.problem = std::exchange(problem_, {});
        return verdict;
    }

    // What has not settled yet must not be lost when the sensor is made anew.
    void keep_untold(Verdict& verdict) {
        auto untold = diff_.untold();
        if (kept_ == untold) {
            return;
        }
        kept_ = std::move(untold);
        if (kept_->empty()) {
            verdict.release = true;
        } else {
            verdict.hold = Held{std::nullopt, triggers::to_json(*kept_, kMaxKept)};
        }
    }

    [[nodiscard]] boost::json::object payload(const triggers::FileEvent& event) const {
        boost::json::object result;
        result["file"] = (wanted_.folder / event.name).native();
        result["name"] = event.name;
        result["change"] = event.what;
        result["from"] = event.from.empty()
                             ? boost::json::value()
                             : boost::json::value((wanted_.folder / event.from).native());
        return result;
    }

    [[nodiscard]] WallTime next_look(WallTime now) {
        const auto idle = now + (is_watched_ == Watch::yes ? kWatchedAgain : kFallback);
        const auto settled = diff_.next_look();
        looks_at_ = settled ? std::min(idle, *settled) : idle;
        return *looks_at_;
    }

    enum class Watch { unknown, yes, missing, refused };

    Wanted wanted_;
    SensorOwner owner_;
    SensorParts parts_;
    triggers::FolderDiff diff_;
    /// As its row has it; nothing: nobody knows what the row has.
    std::optional<triggers::Untold> kept_ = triggers::Untold();
    boost::asio::posix::stream_descriptor descriptor_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::string problem_;
    int no_inotify_ = 0;                 // why there is none
    std::optional<WallTime> looked_at_;  // the last look
    std::optional<WallTime> looks_at_;   // the next one
    Watch is_watched_ = Watch::unknown;
    std::size_t files_ = 0;  // at the last look
    bool is_too_many_ = false;
};

}  // namespace

Result<std::unique_ptr<triggers::Sensor>> make_file_sensor(const model::Trigger& trigger,
                                                           const SensorOwner& owner,
                                                           const SensorParts& parts) {
    const fs::path written = triggers::text_argument(trigger, "file");
    FileSensor::Wanted wanted;
    wanted.folder = (parts.actions.paths.root() / written).parent_path();
    wanted.pattern = written.has_filename() ? written.filename().native() : "*";
    if (written.empty() || wanted.folder.native().find_first_of("*?") != std::string::npos) {
        return fail(ErrorCode::invalid_input,
                    "file: write a path or a pattern such as inbox/*.csv; only the last part may "
                    "hold * and ?");
    }
    wanted.events = triggers::texts_argument(trigger, "events")
                        .value_or(std::vector<std::string>{"create", "modify"});
    wanted.settle = triggers::duration_argument(trigger, "settle").value_or(Milliseconds(500));
    return std::make_unique<FileSensor>(std::move(wanted), owner, parts);
}

}  // namespace aifp::engine
