#pragma once

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "process/process.hpp"

namespace aifp::testing {

/// Runs a real program to its end. A program that could not be started has exit code -1.
inline process::ProcessResult run_program(
    std::vector<std::string> argv,
    const std::string& folder,
    const std::string& input = {},
    std::vector<std::pair<std::string, std::string>> env = {}) {
    boost::asio::io_context loop;
    const SystemClock clock;
    process::ProcessRequest request;
    request.argv = std::move(argv);
    request.working_directory = folder;
    request.stdin_text = input;
    request.environment = std::move(env);
    request.timeout = Seconds(60);
    process::ProcessResult ended;
    process::start_process(loop.get_executor(), clock, std::move(request), [&](auto result) {
        if (result) {
            ended = std::move(*result);
        } else {
            ended.exit_code = -1;
            ended.err = result.error().detail();
        }
    });
    loop.run();
    return ended;
}

}  // namespace aifp::testing
