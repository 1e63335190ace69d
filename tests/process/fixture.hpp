#pragma once

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "process/process.hpp"

namespace aifp::process {

/// A loop on this thread, a folder of its own, and real children.
class Children {
public:
    Children() {
        std::string path = std::filesystem::temp_directory_path() / "process_test_XXXXXX";
        folder = ::mkdtemp(path.data());
    }
    ~Children() { std::filesystem::remove_all(folder); }
    Children(const Children&) = delete;
    Children& operator=(const Children&) = delete;

    static ProcessRequest shell(std::string script) {
        ProcessRequest request;
        request.argv = {"/bin/sh", "-c", std::move(script)};
        return request;
    }
    /// Runs to the end; the loop turns meanwhile.
    Result<ProcessResult> run(ProcessRequest request) {
        std::optional<Result<ProcessResult>> result;
        start(std::move(request), result);
        loop.restart();
        loop.run();
        return std::move(result).value();
    }
    ProcessHandle start(ProcessRequest request, std::optional<Result<ProcessResult>>& result) {
        return start_process(
            loop.get_executor(), clock, std::move(request), [&result](Result<ProcessResult> ended) {
                result = std::move(ended);
            });
    }
    /// Turns the loop until something is so; false after ten seconds.
    bool run_until(const std::function<bool()>& is_so) {
        boost::asio::steady_timer tick(loop);
        for (int round = 0; round < 2000; ++round) {
            if (is_so()) {
                return true;
            }
            tick.expires_after(std::chrono::milliseconds(5));
            tick.async_wait([this](boost::system::error_code) { loop.stop(); });
            loop.restart();
            loop.run();
        }
        return false;
    }
    [[nodiscard]] std::string path(const std::string& name) const { return folder / name; }
    [[nodiscard]] bool exists(const std::string& name) const {
        return std::filesystem::exists(folder / name);
    }
    /// The number that a child wrote into a file.
    [[nodiscard]] pid_t pid_in(const std::string& name) const;

    SystemClock clock;
    boost::asio::io_context loop{1};
    std::filesystem::path folder;
};

/// Whether a process is there and not a zombie.
bool is_alive(pid_t pid);
std::size_t open_descriptors();

}  // namespace aifp::process
