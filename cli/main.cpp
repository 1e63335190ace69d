#include <sys/ioctl.h>
#include <unistd.h>

#include <exception>
#include <iostream>

#include "cli/command_line.hpp"
#include "logging/console.hpp"

namespace {

std::size_t terminal_width() {
    winsize size{};
    const bool is_terminal =
        ::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    return is_terminal ? size.ws_col : 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const aifp::SystemClock clock;
        const aifp::cli::Terminal terminal{
            .out = std::cout,
            .err = std::cerr,
            .clock = clock,
            .zone = aifp::TimeZone::system(),
            .width = terminal_width(),
            .colour = aifp::logging::detect_console_style(STDOUT_FILENO) ==
                      aifp::logging::ConsoleStyle::colour,
            .is_watched = ::isatty(STDERR_FILENO) == 1};
        return aifp::cli::run_command_line(argc, argv, terminal);
    } catch (const std::exception& error) {
        std::cerr << "aifp: unexpected: " << error.what() << "\n";
        return aifp::cli::kFailed;
    }
}
