#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "tests/simulation/simulated_time.hpp"

namespace aifp::simulation {

/// What happened in a golden case, one line each with its time (UTC) and a heading for each day.
class Transcript {
public:
    explicit Transcript(const SimulatedTime& time) : time_(time) {}

    /// Now.
    template <class... Arguments>
    void say(fmt::format_string<Arguments...> form, Arguments&&... arguments) {
        put(time_.wall(), fmt::format(form, std::forward<Arguments>(arguments)...));
    }
    void put(WallTime at, const std::string& text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    const SimulatedTime& time_;
    std::string day_;
    std::string text_;
};

}  // namespace aifp::simulation
