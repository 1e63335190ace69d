#include "tests/simulation/journal.hpp"

#include <cstdio>

#include "base/time_zone.hpp"

namespace aifp::simulation {

namespace {

constexpr std::size_t kMaxViolations = 20;

}  // namespace

void Journal::put(std::string text) {
    lines_.push_back(format_utc_ms(time_.wall()) + "  " + std::move(text));
    if (is_verbose_) {
        std::printf("%s\n", lines_.back().c_str());
    }
}

void Journal::violated(const std::string& invariant, const std::string& what) {
    if (violations_.size() < kMaxViolations) {
        violations_.push_back(invariant + ": " + what);
        put("VIOLATED " + violations_.back());
    }
}

}  // namespace aifp::simulation
