#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/simulated_time.hpp"

namespace aifp::simulation {

/// What happened in one seed, line by line, for people; and what was found to be wrong.
class Journal {
public:
    Journal(const SimulatedTime& time, bool is_verbose) : time_(time), is_verbose_(is_verbose) {}

    template <class... Arguments>
    void say(fmt::format_string<Arguments...> form, Arguments&&... arguments) {
        put(fmt::format(form, std::forward<Arguments>(arguments)...));
    }
    /// A rule of the engine does not hold.
    void violated(const std::string& invariant, const std::string& what);

    [[nodiscard]] bool is_verbose() const noexcept { return is_verbose_; }
    [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }
    [[nodiscard]] const std::vector<std::string>& violations() const noexcept {
        return violations_;
    }

private:
    void put(std::string text);

    const SimulatedTime& time_;
    bool is_verbose_;  ///< Lines are printed as they come.
    std::vector<std::string> lines_;
    std::vector<std::string> violations_;
};

}  // namespace aifp::simulation
