#include "logging/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/quiet_thread.hpp"
#include "logging/channel_writer.hpp"
#include "logging/janitor.hpp"

namespace aifp::logging {

namespace {

// Long enough that a busy engine wakes the thread rarely, short enough for `aifp logs -f`.
constexpr auto kGatherTime = std::chrono::milliseconds(5);
constexpr auto kIdlePeriod = std::chrono::seconds(60);
constexpr auto kRetryPeriod = std::chrono::seconds(1);
constexpr std::size_t kKeptBytes = 16 * 1024;
constexpr std::uint64_t kBytesPerMegabyte = 1'048'576;

std::size_t index_of(LogType type) {
    return static_cast<std::size_t>(type);
}

void say_on_standard_error(std::string_view text) {
    const std::string line = std::string(text) + '\n';
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

Status check(const LogConfig& config) {
    if (config.retention_days < 1 || config.retention_days > 36'500) {
        return fail(
            ErrorCode::invalid_input,
            "retention_days must be from 1 to 36500, not " + std::to_string(config.retention_days));
    }
    if (config.rotation_size_mb < 1 || config.rotation_size_mb > 10'240) {
        return fail(ErrorCode::invalid_input,
                    "rotation_size_mb must be from 1 to 10240, not " +
                        std::to_string(config.rotation_size_mb));
    }
    return {};
}

/// The threads' shared part of one channel; guarded by the log's mutex.
struct Front {
    Batch pending;
    LogConfig config;
    LogStatistics statistics;
};

/// The part of one channel that only the log's thread touches.
struct Back {
    ChannelWriter writer;
    Batch batch;
    Channel::Appended appended;
};

class AsyncLog final : public Log {
public:
    AsyncLog(LogOptions options, const Clock& clock);
    ~AsyncLog() override;

    void write(LogType type,
               Level level,
               std::string_view event,
               std::span<const Field> fields) override;
    [[nodiscard]] Status configure(LogType type, const LogConfig& config) override;
    [[nodiscard]] LogConfig config(LogType type) const override;
    [[nodiscard]] LogStatistics statistics(LogType type) const override;
    void blocking_flush() override;

private:
    void apply(LogType type, const LogConfig& config);
    void run();
    void wait_for_work(std::unique_lock<std::mutex>& lock);
    void release_memory();
    void take_batches();
    [[nodiscard]] bool write_batches(bool is_last);
    void count_batches();
    void rotate_old_files();
    [[nodiscard]] bool has_lines() const;
    [[nodiscard]] bool has_unreported() const;

    const LogOptions options_;
    const Clock& clock_;
    Janitor janitor_;
    std::array<std::atomic<bool>, kLogTypes.size()> enabled_{};
    std::vector<Back> backs_;  // log's thread only

    mutable std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable flushed_;
    std::array<Front, kLogTypes.size()> fronts_;
    std::uint64_t flush_asked_ = 0;
    std::uint64_t flush_done_ = 0;
    bool is_idle_ = false;     // the thread sleeps until something comes
    bool is_crowded_ = false;  // a queue is half full: do not gather longer
    bool stopping_ = false;
    std::thread thread_;  // last: it uses the members above
};

LogOptions with_defaults(LogOptions options) {
    if (!options.on_trouble) {
        options.on_trouble = say_on_standard_error;
    }
    return options;
}

AsyncLog::AsyncLog(LogOptions options, const Clock& clock)
    : options_(with_defaults(std::move(options))),
      clock_(clock),
      janitor_(options_.directory, clock, options_.on_trouble) {
    for (const LogType type : kLogTypes) {
        ChannelWriter writer(options_.directory / folder_of(type), clock_, options_.on_trouble);
        backs_.push_back(Back{std::move(writer), {}, {}});
        const LogConfig& wanted = options_.configs.at(index_of(type));
        apply(type, check(wanted) ? wanted : default_config(type));
    }
    thread_ = start_quiet_thread([this] { run(); });
}

AsyncLog::~AsyncLog() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_.notify_one();
    thread_.join();
}

void AsyncLog::write(LogType type,
                     Level level,
                     std::string_view event,
                     std::span<const Field> fields) {
    if (!enabled_.at(index_of(type)).load(std::memory_order_acquire)) {
        return;
    }
    thread_local std::string line;  // keeps its capacity, at most some 16 KiB
    line.clear();
    append_line(line, {clock_.wall(), level, event}, fields, options_.redact);

    std::unique_lock lock(mutex_);
    Front& front = fronts_.at(index_of(type));
    Batch& pending = front.pending;
    if (pending.lines >= options_.max_queued_lines ||
        pending.text.size() + line.size() > options_.max_queued_bytes) {
        ++pending.dropped;
        ++front.statistics.dropped;
        return;
    }
    pending.text += line;
    ++pending.lines;
    const bool is_half_full = pending.lines * 2 >= options_.max_queued_lines ||
                              pending.text.size() * 2 >= options_.max_queued_bytes;
    const bool must_wake = is_idle_ || (is_half_full && !is_crowded_);
    is_idle_ = false;
    is_crowded_ = is_crowded_ || is_half_full;
    lock.unlock();
    if (must_wake) {
        work_.notify_one();
    }
}

Status AsyncLog::configure(LogType type, const LogConfig& config) {
    if (Status checked = check(config); !checked) {
        return checked;
    }
    apply(type, config);
    janitor_.wake();
    return {};
}

void AsyncLog::apply(LogType type, const LogConfig& config) {
    const std::lock_guard lock(mutex_);
    fronts_.at(index_of(type)).config = config;
    enabled_.at(index_of(type)).store(config.enabled, std::memory_order_release);
    janitor_.set_retention_days(type, config.retention_days);
}

LogConfig AsyncLog::config(LogType type) const {
    const std::lock_guard lock(mutex_);
    return fronts_.at(index_of(type)).config;
}

LogStatistics AsyncLog::statistics(LogType type) const {
    const std::lock_guard lock(mutex_);
    return fronts_.at(index_of(type)).statistics;
}

void AsyncLog::blocking_flush() {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = ++flush_asked_;
    work_.notify_one();
    flushed_.wait(lock, [&] { return flush_done_ >= mine; });
    lock.unlock();
    janitor_.blocking_sweep();
}

void AsyncLog::run() {
    std::unique_lock lock(mutex_);
    for (bool is_over = false; !is_over;) {
        wait_for_work(lock);
        is_over = stopping_;  // nobody writes any more: this round takes all that is left
        const std::uint64_t flush_asked = flush_asked_;
        const bool is_last = is_over || flush_asked > flush_done_;
        take_batches();
        lock.unlock();
        const bool is_quiet = write_batches(is_last);
        if (is_quiet || is_last) {
            rotate_old_files();
        }
        lock.lock();
        count_batches();
        flush_done_ = flush_asked;
        flushed_.notify_all();
    }
}

bool AsyncLog::has_lines() const {
    return std::ranges::any_of(fronts_, [](const Front& front) { return front.pending.lines > 0; });
}

bool AsyncLog::has_unreported() const {
    return std::ranges::any_of(backs_,
                               [](const Back& back) { return back.writer.has_unreported(); });
}

void AsyncLog::wait_for_work(std::unique_lock<std::mutex>& lock) {
    const auto is_urgent = [this] { return stopping_ || flush_asked_ > flush_done_; };
    if (!is_urgent() && !has_lines()) {
        release_memory();
        is_idle_ = true;
        const auto longest = has_unreported() ? kRetryPeriod : kIdlePeriod;
        work_.wait_for(lock, longest, [&] { return is_urgent() || has_lines(); });
        is_idle_ = false;
    }
    if (has_lines()) {
        work_.wait_for(lock, kGatherTime, [&] { return is_urgent() || is_crowded_; });
    }
    is_crowded_ = false;
}

/// What a flood needed is not kept for the quiet after it.
void AsyncLog::release_memory() {
    for (std::size_t i = 0; i < fronts_.size(); ++i) {
        for (std::string* text : {&fronts_[i].pending.text, &backs_[i].batch.text}) {
            if (text->capacity() > kKeptBytes) {
                std::string().swap(*text);
            }
        }
    }
}

void AsyncLog::take_batches() {
    for (std::size_t i = 0; i < fronts_.size(); ++i) {
        Batch& pending = fronts_[i].pending;
        Batch& batch = backs_[i].batch;
        batch.text.clear();
        std::swap(batch.text, pending.text);
        batch.lines = std::exchange(pending.lines, 0);
        batch.dropped = std::exchange(pending.dropped, 0);
        batch.max_file_bytes =
            static_cast<std::uint64_t>(fronts_[i].config.rotation_size_mb) * kBytesPerMegabyte;
    }
}

/// Returns whether there was nothing to write.
bool AsyncLog::write_batches(bool is_last) {
    bool is_quiet = true;
    for (const LogType type : kLogTypes) {
        Back& back = backs_[index_of(type)];
        is_quiet = is_quiet && back.batch.lines == 0;
        back.appended = back.writer.write(back.batch, is_last);
        if (options_.on_lines && (back.batch.lines > 0 || back.batch.dropped > 0)) {
            options_.on_lines(type, back.batch.text, back.batch.dropped);
        }
        if (back.appended.has_rotated) {
            janitor_.wake();
        }
    }
    return is_quiet;
}

void AsyncLog::count_batches() {
    for (std::size_t i = 0; i < fronts_.size(); ++i) {
        LogStatistics& statistics = fronts_[i].statistics;
        statistics.written += backs_[i].appended.lines;
        statistics.bytes += backs_[i].appended.bytes;
        statistics.dropped += backs_[i].appended.lost;
    }
}

void AsyncLog::rotate_old_files() {
    bool has_rotated = false;
    for (Back& back : backs_) {
        has_rotated = back.writer.rotate_if_old() || has_rotated;
    }
    if (has_rotated) {
        janitor_.wake();
    }
}

}  // namespace

std::unique_ptr<Log> open_log(LogOptions options, const Clock& clock) {
    return std::make_unique<AsyncLog>(std::move(options), clock);
}

}  // namespace aifp::logging
