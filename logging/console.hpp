#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/time_zone.hpp"
#include "logging/field.hpp"

namespace aifp::logging {

/// How lines for people are dressed.
enum class ConsoleStyle {
    plain,    ///< A file or a pipe.
    colour,   ///< A terminal.
    journal,  ///< journald: "<6>" in front, no time (journald has it). (man: sd-daemon)
};

/// The style for a descriptor: a terminal is coloured unless NO_COLOR is set or TERM is "dumb";
/// journal when $JOURNAL_STREAM names this very descriptor. (man: systemd.exec, JOURNAL_STREAM)
[[nodiscard]] ConsoleStyle detect_console_style(int fd);

/// An ended run as the terminal shows it.
struct RunLine {
    std::int64_t run = 0;
    std::string_view directive;
    std::string_view state;  ///< As in the ledger: "ok", "failed" ...
    Milliseconds duration{0};
    std::string_view detail;  ///< The error, or empty.
};

/// The daemon's terminal: one short line per event, for people.
/// "18:00:00  run 17  porch_light  ok  12 ms". Loop thread only. Never waits: a line that the
/// terminal cannot take at once is lost (the log files have it), and of one second at most
/// `max_lines_per_second` lines are shown, then how many more there were.
class Console {
public:
    struct Options {
        int fd = 1;
        ConsoleStyle style = ConsoleStyle::plain;
        TimeZone zone = TimeZone::system();
        std::uint32_t max_lines_per_second = 50;
        Redact redact;
        std::string label;  ///< Stands before every text; with several projects in one daemon.
    };
    /// `clock` must outlive the console. The descriptor stays the caller's.
    Console(Options options, const Clock& clock);

    /// Control characters in `text` are shown as spaces.
    void say(Level level, std::string_view text);
    /// The same, never held back: for what is said once, like the start and the addresses.
    void announce(Level level, std::string_view text);
    void run_ended(const RunLine& line);

private:
    [[nodiscard]] bool is_allowed(WallTime now);
    void tell_held_back(WallTime now);
    void put(Level level, std::string_view text, WallTime now);

    Options options_;
    const Clock& clock_;
    std::int64_t second_ = 0;
    std::uint32_t shown_ = 0;
    std::uint64_t held_back_ = 0;
    std::string text_;
};

}  // namespace aifp::logging
