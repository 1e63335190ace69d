#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/listeners.hpp"
#include "base/result.hpp"
#include "logging/log.hpp"
#include "logging/reader.hpp"

namespace aifp::admin {

/// One line of a log file, secrets taken out, without its line feed.
struct LogLine {
    logging::LogType type;
    logging::LineFacts facts;
    std::string text;
};

/// Who follows the log. Loop thread only.
class LogListener {
public:
    virtual ~LogListener() = default;
    virtual void on_lines(const std::vector<LogLine>& lines) = 0;
    /// So many lines, of any type, could not be told; they may stand in the files.
    virtual void on_lost(std::uint64_t count) = 0;
    /// Nothing came for a quarter of a minute, or a while: the line still stands.
    virtual void on_quiet() = 0;
    /// No line follows.
    virtual void on_log_ended() = 0;
};

/// Carries the lines of a project's log from the log's thread to who follows them on the loop.
/// While nobody does it costs one comparison per batch of lines. Bounded: kMaxPending bytes on the
/// way, the rest is counted as lost; kMaxListeners. Loop thread only, but for intake(); owned by
/// the wiring.
class LogFeed {
public:
    static constexpr std::size_t kMaxPending = 256 * 1'024;
    static constexpr std::size_t kMaxListeners = 16;
    static constexpr Seconds kQuiet{15};

    explicit LogFeed(boost::asio::any_io_executor executor);
    LogFeed(const LogFeed&) = delete;
    LogFeed& operator=(const LogFeed&) = delete;
    ~LogFeed();

    /// For LogOptions::on_lines. May outlive the feed.
    [[nodiscard]] logging::OnLines intake() const;

    /// Tells the listener what is written from now on, until the returned function is called (again
    /// and late: harmless). Errors: busy when kMaxListeners follow, or after the end.
    [[nodiscard]] Result<std::function<void()>> watch(LogListener& listener);

    [[nodiscard]] std::size_t listeners() const noexcept { return listeners_.size(); }

    /// Tells what has arrived, and that no line follows.
    void end();

private:
    struct Intake;

    void take();
    void look_again();
    void forget(const LogListener* listener);

    std::shared_ptr<Intake> intake_;
    boost::asio::steady_timer timer_;
    Listeners<LogListener> listeners_{kMaxListeners};
    bool ended_ = false;
};

}  // namespace aifp::admin
