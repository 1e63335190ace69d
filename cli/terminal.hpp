#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/time_zone.hpp"

namespace aifp::cli {

/// Exit codes of `aifp`. (reference: decisions, Files and faces)
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;    ///< Refused, or it went wrong.
inline constexpr int kUsage = 2;     ///< The command line is wrong, or something cannot be read.
inline constexpr int kNoDaemon = 3;  ///< No aifpd runs the project.

inline constexpr std::size_t kMaxCount = 100'000;  ///< Of what an option asks for: lines, instants.

/// Where a command writes, and what it knows of the place it runs in. All outlive the command.
struct Terminal {
    std::ostream& out;
    std::ostream& err;
    const Clock& clock;
    TimeZone zone;            ///< Times are shown in it.
    std::size_t width = 0;    ///< Columns; 0: not a terminal, nothing is cut.
    bool colour = false;      ///< Of `out`.
    bool is_watched = false;  ///< `err` is a terminal: a person sees what is told while it happens.
};

enum class Colour { none, green, yellow, red, dim };

/// `text` with the terminal's codes around it, if the terminal takes colour.
[[nodiscard]] std::string paint(const Terminal& terminal, Colour colour, std::string_view text);

/// "aifp: TEXT" on the error stream; lines after the first stand as they are.
void complain(const Terminal& terminal, std::string_view text);

/// `text` fit for one line of a terminal: control characters (escape sequences too) and bytes that
/// are not UTF-8 become "?", line feeds and tabs blanks.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace aifp::cli
