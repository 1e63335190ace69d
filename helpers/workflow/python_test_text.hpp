#pragma once

#include <string>
#include <vector>

namespace aifp::helpers::workflow {

/// What the test of a generated program knows besides the program itself.
struct TestFacts {
    std::string program;                ///< Path of the program, relative to the project.
    std::string entry_point;            ///< "execute_lights"
    std::vector<std::string> kinds;     ///< Of its steps, in order.
    std::vector<std::string> clean_up;  ///< Of the steps of on_error.
};

/// The unittest file: loads the program and holds its decisions and the order of its steps, with
/// effects that only take notes. Nothing outside is touched. Pure.
[[nodiscard]] std::string python_test_text(const TestFacts& facts);

}  // namespace aifp::helpers::workflow
