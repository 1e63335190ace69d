#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "helpers/workflow/services.hpp"

namespace aifp::helpers::workflow {

/// What a test run said.
struct TestRun {
    std::string status;  ///< The spec's: passing, failing; skipped when there is no Python.
    std::string output;  ///< Its end, at most 4 KiB.
};

/// Where a test is run, and with what.
struct TestPlace {
    boost::asio::any_io_executor executor;
    const Clock& clock;
    const ProjectPaths& paths;     ///< Whose Python runs it.
    std::filesystem::path folder;  ///< `src/` and `tests/` stand in it.
    Milliseconds timeout;
};
/// Runs a test file with unittest, contained: an environment that holds nothing but PATH, the
/// place's time, 64 KiB of output, 1 GiB of memory, no file above 1 MiB; and Python itself refuses
/// it (audit hooks, PEP 578) whatever reaches outside: connections, processes, files opened to be
/// written, removed or renamed. Loop thread only; `done` comes from the loop.
void run_program_test(const TestPlace& place,
                      const std::string& test_file,
                      std::function<void(TestRun)> done);
/// The same in the project's folder, for codegen.test_timeout.
void run_program_test(const WorkflowServices& services,
                      const std::string& test_file,
                      std::function<void(TestRun)> done);

}  // namespace aifp::helpers::workflow
