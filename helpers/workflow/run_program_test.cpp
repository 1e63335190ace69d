#include "helpers/workflow/run_program_test.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "config/resolver.hpp"
#include "helpers/workflow/check_dependencies.hpp"
#include "process/process.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::size_t kShown = 4'096;

// What is approved by nobody may calculate, and nothing else.
constexpr const char* kContained = R"python(
import os, resource, sys, unittest
sys.path[0] = os.getcwd()
for name, most in (("AS", 1 << 30), ("FSIZE", 1 << 20), ("CORE", 0)):
    kind = getattr(resource, "RLIMIT_" + name)
    resource.setrlimit(kind, (most, most))
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn",
             "os.fork", "os.startfile", "pty.", "ctypes.", "shutil.", "os.remove", "os.unlink",
             "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown",
             "os.truncate", "os.utime", "os.kill", "signal.", "sqlite3.", "mmap.", "fcntl.",
             "urllib.Request", "http.client.", "ftplib.", "smtplib.", "poplib.", "imaplib.",
             "telnetlib.", "nntplib.", "webbrowser.", "tempfile.")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
def refuse(event, arguments):
    if event.startswith(FORBIDDEN):
        raise PermissionError("a test may not touch the outside: " + event)
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES:
        raise PermissionError("a test may not write files: %r" % (arguments[0],))
sys.addaudithook(refuse)
unittest.main(module=None, argv=["unittest", sys.argv[1]])
)python";

std::string end_of(std::string_view text) {
    text = trim(text);
    if (text.size() > kShown) {
        text.remove_prefix(text.size() - kShown);
        text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
    }
    return std::string(text);
}

TestRun judge(const Result<process::ProcessResult>& result, Milliseconds timeout) {
    if (!result) {
        return {result.error().code() == ErrorCode::not_found ? "skipped" : "failing",
                result.error().detail()};
    }
    if (result->timed_out) {
        return {"failing", "not done after " + format_duration(timeout)};
    }
    return {result->succeeded() ? "passing" : "failing", end_of(result->err)};
}

}  // namespace

void run_program_test(const WorkflowServices& services,
                      const std::string& test_file,
                      std::function<void(TestRun)> done) {
    run_program_test(TestPlace{services.executor,
                               services.clock,
                               services.paths,
                               services.paths.root(),
                               services.settings.codegen.test_timeout},
                     test_file,
                     std::move(done));
}

void run_program_test(const TestPlace& place,
                      const std::string& test_file,
                      std::function<void(TestRun)> done) {
    process::ProcessRequest request;
    request.argv = {python_of(place.paths), "-B", "-c", kContained, test_file};
    request.working_directory = place.folder.string();
    request.clean_environment = true;
    request.environment.emplace_back(
        "PATH", config::read_environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin"));
    request.timeout = place.timeout;
    process::start_process(
        place.executor,
        place.clock,
        std::move(request),
        [done = std::move(done), timeout = place.timeout](
            const Result<process::ProcessResult>& result) { done(judge(result, timeout)); });
}

}  // namespace aifp::helpers::workflow
