#include "admin/log_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <mutex>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace aifp::admin {
namespace {

struct Batch {
    logging::LogType type;
    std::string text;
};

std::uint64_t count_lines(std::string_view text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

std::vector<LogLine> lines_in(const std::vector<Batch>& batches) {
    std::vector<LogLine> lines;
    for (const auto& batch : batches) {
        for (const auto text : split(batch.text, '\n')) {
            if (auto facts = logging::facts_of(text)) {
                lines.push_back({batch.type, std::move(*facts), std::string(text)});
            }
        }
    }
    // The channels come one after the other.
    std::stable_sort(lines.begin(), lines.end(), [](const auto& left, const auto& right) {
        return left.facts.stamp < right.facts.stamp;
    });
    return lines;
}

}  // namespace

/// What the log's thread and the loop share.
struct LogFeed::Intake : std::enable_shared_from_this<Intake> {
    explicit Intake(boost::asio::any_io_executor loop) : executor(std::move(loop)) {}

    void add(logging::LogType type, std::string_view lines, std::uint64_t refused) {
        if (!wanted.load(std::memory_order_acquire)) {
            return;
        }
        const std::lock_guard lock(mutex);
        lost += refused;
        if (bytes + lines.size() > kMaxPending) {
            lost += count_lines(lines);
        } else if (!lines.empty()) {
            bytes += lines.size();
            pending.push_back({type, std::string(lines)});
        }
        if (!std::exchange(posted, true)) {
            boost::asio::post(executor, [self = shared_from_this()] {
                if (self->feed != nullptr) {
                    self->feed->take();
                }
            });
        }
    }

    const boost::asio::any_io_executor executor;
    LogFeed* feed = nullptr;  // loop thread only; null once it is destroyed
    std::atomic<bool> wanted{false};

    std::mutex mutex;  // of the rest
    std::vector<Batch> pending;
    std::size_t bytes = 0;
    std::uint64_t lost = 0;
    bool posted = false;
};

LogFeed::LogFeed(boost::asio::any_io_executor executor)
    : intake_(std::make_shared<Intake>(executor)), timer_(std::move(executor)) {
    intake_->feed = this;
}

LogFeed::~LogFeed() {
    intake_->feed = nullptr;
    intake_->wanted = false;
}

logging::OnLines LogFeed::intake() const {
    return
        [intake = intake_](logging::LogType type, std::string_view lines, std::uint64_t refused) {
            intake->add(type, lines, refused);
        };
}

Result<std::function<void()>> LogFeed::watch(LogListener& listener) {
    if (ended_ || listeners_.are_full()) {
        return fail(ErrorCode::busy,
                    ended_ ? "the engine has stopped"
                           : fmt::format("{} follow the log already", kMaxListeners));
    }
    listeners_.add(listener);
    if (!intake_->wanted.exchange(true, std::memory_order_acq_rel)) {
        look_again();
    }
    return std::function<void()>([this, heard = &listener, intake = intake_] {
        if (intake->feed != nullptr) {
            forget(heard);
        }
    });
}

void LogFeed::forget(const LogListener* listener) {
    if (listeners_.remove(listener) && listeners_.are_none()) {
        intake_->wanted = false;
        timer_.cancel();
    }
}

void LogFeed::take() {
    std::vector<Batch> batches;
    std::uint64_t lost = 0;
    {
        const std::lock_guard lock(intake_->mutex);
        batches.swap(intake_->pending);
        lost = std::exchange(intake_->lost, 0);
        intake_->bytes = 0;
        intake_->posted = false;
    }
    if (listeners_.are_none()) {
        return;
    }
    const auto lines = lines_in(batches);
    if (!lines.empty()) {
        listeners_.tell_all([&lines](LogListener& listener) { listener.on_lines(lines); });
    }
    if (lost > 0) {
        listeners_.tell_all([lost](LogListener& listener) { listener.on_lost(lost); });
    }
}

void LogFeed::look_again() {
    timer_.expires_after(kQuiet);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            listeners_.tell_all([](LogListener& listener) { listener.on_quiet(); });
        }
        if (!error && !listeners_.are_none()) {
            look_again();
        }
    });
}

void LogFeed::end() {
    take();
    ended_ = true;
    intake_->wanted = false;
    timer_.cancel();
    listeners_.dismiss_all([](LogListener& listener) { listener.on_log_ended(); });
}

}  // namespace aifp::admin
