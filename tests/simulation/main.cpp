#include <gtest/gtest.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "tests/simulation/simulation.hpp"

// With options the program plays seeds; without, it runs its own tests (docs/simulation-test.md).

namespace {

struct Options {
    std::uint64_t first = 1;
    std::uint64_t seeds = 0;  ///< 0: the tests.
    bool is_verbose = false;
    bool keeps_going = false;
    bool is_understood = true;
};

bool read_number(const char* text, std::uint64_t& number) {
    const auto* end = text + std::strlen(text);
    const auto read = std::from_chars(text, end, number);
    return read.ec == std::errc() && read.ptr == end;
}

Options read_options(int count, char** texts) {
    Options options;
    for (int i = 1; i < count && options.is_understood; ++i) {
        const std::string name = texts[i];
        const char* value = i + 1 < count ? texts[i + 1] : "";
        if (name == "--verbose") {
            options.is_verbose = true;
        } else if (name == "--keep-going") {
            options.keeps_going = true;
        } else if (name == "--seed") {
            options.seeds = 1;
            options.is_understood = read_number(value, options.first);
            ++i;
        } else if (name == "--first" || name == "--seeds") {
            options.is_understood =
                read_number(value, name == "--first" ? options.first : options.seeds);
            ++i;
        } else if (!name.starts_with("--gtest")) {
            options.is_understood = false;
        }
    }
    return options;
}

void tell_failure(const char* program,
                  std::uint64_t seed,
                  const aifp::simulation::Outcome& outcome) {
    std::printf("seed %llu:\n", static_cast<unsigned long long>(seed));
    for (const auto& violation : outcome.violations) {
        std::printf("  %s\n", violation.c_str());
    }
    std::printf("to see it again: %s --seed %llu --verbose\n",
                program,
                static_cast<unsigned long long>(seed));
}

int play(const char* program, const Options& options) {
    const aifp::SystemClock clock;
    const auto began = clock.wall();
    std::uint64_t failed = 0;
    for (auto seed = options.first; seed < options.first + options.seeds; ++seed) {
        const auto outcome = aifp::simulation::simulate(seed, options.is_verbose);
        if (!outcome.violations.empty()) {
            ++failed;
            tell_failure(program, seed, outcome);
            if (!options.keeps_going) {
                break;
            }
        }
    }
    std::printf("%llu seeds from %llu: %llu failed, %.1f s\n",
                static_cast<unsigned long long>(options.seeds),
                static_cast<unsigned long long>(options.first),
                static_cast<unsigned long long>(failed),
                static_cast<double>((clock.wall() - began).count()) / 1'000);
    return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** texts) {
    const auto options = read_options(count, texts);
    if (!options.is_understood) {
        std::fprintf(stderr,
                     "usage: %s [--first N] --seeds N [--keep-going] | --seed N [--verbose]\n"
                     "without options: the tests of the simulation itself\n",
                     texts[0]);
        return 2;
    }
    if (options.seeds > 0) {
        return play(texts[0], options);
    }
    ::testing::InitGoogleTest(&count, texts);
    return RUN_ALL_TESTS();
}
