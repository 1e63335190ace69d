#include "helpers/workflow/run_program_test.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "config/resolver.hpp"
#include "helpers/workflow/check_dependencies.hpp"
#include "process/process.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr Seconds kTestTime{60};
constexpr std::size_t kShown = 4'096;

std::string end_of(std::string_view text) {
    text = trim(text);
    if (text.size() > kShown) {
        text.remove_prefix(text.size() - kShown);
        text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
    }
    return std::string(text);
}

TestRun judge(const Result<process::ProcessResult>& result) {
    if (!result) {
        return {result.error().code() == ErrorCode::not_found ? "skipped" : "failing",
                result.error().detail()};
    }
    if (result->timed_out) {
        return {"failing", fmt::format("not done after {} s", kTestTime.count())};
    }
    return {result->succeeded() ? "passing" : "failing", end_of(result->err)};
}

}  // namespace

void run_program_test(const WorkflowServices& services,
                      const std::string& test_file,
                      std::function<void(TestRun)> done) {
    process::ProcessRequest request;
    request.argv = {python_of(services.paths), "-B", "-m", "unittest", test_file};
    request.working_directory = services.paths.root().string();
    request.clean_environment = true;
    request.environment.emplace_back(
        "PATH", config::read_environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin"));
    request.timeout = kTestTime;
    process::start_process(services.executor,
                           services.clock,
                           std::move(request),
                           [done = std::move(done)](const Result<process::ProcessResult>& result) {
                               done(judge(result));
                           });
}

}  // namespace aifp::helpers::workflow
