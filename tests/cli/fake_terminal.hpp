#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "cli/terminal.hpp"
#include "tests/support/fake_clock.hpp"

namespace aifp::cli {

/// A terminal that keeps what is written. Zone UTC, no colour, any width, the fake clock's start.
struct FakeTerminal {
    std::ostringstream out;
    std::ostringstream err;
    testing::FakeClock clock;
    Terminal terminal{.out = out, .err = err, .clock = clock, .zone = TimeZone::utc()};
};

inline void write_text(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

inline std::string read_text(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace aifp::cli
