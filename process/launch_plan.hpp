#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "process/process.hpp"

namespace aifp::process {

/// Everything an exec needs, laid out beforehand: between vfork and exec nothing may allocate.
class LaunchPlan {
public:
    /// Errors: invalid_input for no program, NUL in a text, `=` or nothing as a variable's name.
    [[nodiscard]] static Result<LaunchPlan> make(const ProcessRequest& request);

    [[nodiscard]] char* const* argv() const noexcept { return argv_.data(); }
    [[nodiscard]] char* const* environment() const noexcept { return environment_.data(); }
    /// Paths to try in turn: one, or the program in each folder of $PATH.
    [[nodiscard]] const std::vector<std::string>& candidates() const noexcept {
        return candidates_;
    }

private:
    LaunchPlan() = default;
    void set_environment(const ProcessRequest& request);
    void set_candidates(const std::string& program);

    // The pointers look into the texts, whose buffers stay where they are when the plan is moved.
    std::vector<std::string> texts_;
    std::vector<char*> argv_;
    std::vector<char*> environment_;
    std::vector<std::string> candidates_;
};

}  // namespace aifp::process
