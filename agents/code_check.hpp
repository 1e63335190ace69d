#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"

// Whether written code keeps the project's rules (docs/agents.md, "What the rules ask"): judged on
// the code itself, by Python's own parser. Nothing of it is run.

namespace aifp::agents {

/// What is judged.
struct CodeToCheck {
    std::string program;
    std::string test;
    std::string entry_point;            ///< "execute_lights"
    std::vector<std::string> declared;  ///< Python packages that the directive may use.
};

/// What the rules are broken by: "program, line 12: ..."; empty: by nothing.
using Faults = std::vector<std::string>;

/// What checking works with; outlives it.
struct CodeTools {
    boost::asio::any_io_executor executor;
    const Clock& clock;
    const ProjectPaths& paths;
};

inline constexpr std::size_t kMaxFaults = 20;
inline constexpr std::size_t kMaxCodeBytes = 256 << 10;

/// Calls `done` once, on the loop, with at most kMaxFaults. Errors: not_found without Python;
/// io_failure.
void check_code(const CodeTools& tools, CodeToCheck code, std::function<void(Result<Faults>)> done);

/// The checker: a Python program that reads {program, test, entry_point} from standard input and
/// prints {faults: [...], packages: [...]}, the modules that are no part of Python.
[[nodiscard]] std::string_view code_checker() noexcept;

}  // namespace aifp::agents
