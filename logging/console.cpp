#include "logging/console.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "base/quantity.hpp"
#include "base/text.hpp"

namespace aifp::logging {

namespace {

constexpr std::size_t kMaxShownBytes = 400;

bool is_journal(int fd) {
    const char* const named = std::getenv("JOURNAL_STREAM");
    struct stat found {};
    return named != nullptr && ::fstat(fd, &found) == 0 &&
           fmt::format("{}:{}", found.st_dev, found.st_ino) == named;
}

bool is_set(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

/// syslog's numbers. (man: sd-daemon)
int journal_priority(Level level) {
    static constexpr std::array<int, 4> kPriorities{7, 6, 4, 3};
    return kPriorities.at(static_cast<std::size_t>(level));
}

std::string_view colour_of(Level level) {
    static constexpr std::array<std::string_view, 4> kColours{
        "\033[2m", "", "\033[33m", "\033[31m"};
    return kColours.at(static_cast<std::size_t>(level));
}

/// How much an ended run matters to the person at the terminal.
Level level_of(std::string_view state) {
    if (state == "failed" || state == "timed_out" || state == "abandoned") {
        return Level::error;
    }
    return state == "ok" || state == "ok_after_retry" ? Level::info : Level::warning;
}

/// Never waits: a terminal that is stopped, or a pipe nobody reads, gets nothing.
void write_if_ready(int fd, std::string_view text) {
    pollfd ready{fd, POLLOUT, 0};
    if (::poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0) {
        static_cast<void>(!::write(fd, text.data(), text.size()));
    }
}

}  // namespace

ConsoleStyle detect_console_style(int fd) {
    if (is_journal(fd)) {
        return ConsoleStyle::journal;
    }
    const char* const terminal = std::getenv("TERM");
    const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    const bool has_colour = ::isatty(fd) == 1 && !is_dumb && !is_set("NO_COLOR");
    return has_colour ? ConsoleStyle::colour : ConsoleStyle::plain;
}

Console::Console(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

void Console::say(Level level, std::string_view text) {
    const WallTime now = clock_.wall();
    if (is_allowed(now)) {
        put(level, text, now);
    }
}

void Console::announce(Level level, std::string_view text) {
    const WallTime now = clock_.wall();
    tell_held_back(now);
    put(level, text, now);
}

void Console::tell_held_back(WallTime now) {
    if (const std::uint64_t missing = std::exchange(held_back_, 0); missing > 0) {
        put(Level::info, fmt::format("... and {} lines more (see: aifp logs)", missing), now);
    }
}

void Console::run_ended(const RunLine& line) {
    const WallTime now = clock_.wall();
    if (!is_allowed(now)) {
        return;
    }
    const std::string text = fmt::format("run {}  {}  {}  {}{}{}",
                                         line.run,
                                         line.directive,
                                         line.state,
                                         format_duration(line.duration),
                                         line.detail.empty() ? "" : "  ",
                                         line.detail);
    put(level_of(line.state), text, now);
}

bool Console::is_allowed(WallTime now) {
    const std::int64_t second = to_unix_ms(now) / 1'000;
    if (second != second_) {
        second_ = second;
        shown_ = 0;
        tell_held_back(now);
    }
    if (shown_ >= options_.max_lines_per_second) {
        ++held_back_;
        return false;
    }
    ++shown_;
    return true;
}

void Console::put(Level level, std::string_view text, WallTime now) {
    std::string clean;
    if (options_.redact && options_.redact(text, clean)) {
        text = clean;
    }
    text_.clear();
    if (options_.style == ConsoleStyle::journal) {
        fmt::format_to(std::back_inserter(text_), "<{}>", journal_priority(level));
    } else {
        const CivilTime at = options_.zone.to_local(now).civil;
        fmt::format_to(
            std::back_inserter(text_), "{:02}:{:02}:{:02}  ", at.hour, at.minute, at.second);
    }
    if (!options_.label.empty()) {
        text_ += options_.label;
        text_ += "  ";
    }
    const bool has_colour = options_.style == ConsoleStyle::colour && !colour_of(level).empty();
    text_ += has_colour ? colour_of(level) : "";
    const bool is_cut = text.size() > kMaxShownBytes;
    for (const char byte : truncate_utf8(text, kMaxShownBytes)) {
        const auto code = static_cast<unsigned char>(byte);
        text_ += code < 0x20 || code == 0x7F ? ' ' : byte;
    }
    text_ += is_cut ? "…" : "";
    text_ += has_colour ? "\033[0m\n" : "\n";
    write_if_ready(options_.fd, text_);
}

}  // namespace aifp::logging
