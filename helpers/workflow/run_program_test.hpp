#pragma once

#include <functional>
#include <string>

#include "helpers/workflow/services.hpp"

namespace aifp::helpers::workflow {

/// What a test run said.
struct TestRun {
    std::string status;  ///< The spec's: passing, failing; skipped when there is no Python.
    std::string output;  ///< Its end, at most 4 KiB.
};

/// Runs `python3 -B -m unittest FILE` in the project's folder: 60 s, 64 KiB of output, an
/// environment that holds nothing but PATH. Loop thread only; `done` comes from the loop.
void run_program_test(const WorkflowServices& services,
                      const std::string& test_file,
                      std::function<void(TestRun)> done);

}  // namespace aifp::helpers::workflow
