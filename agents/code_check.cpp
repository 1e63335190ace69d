#include "agents/code_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "helpers/workflow/check_dependencies.hpp"
#include "helpers/workflow/detect_dependencies.hpp"
#include "process/process.hpp"

namespace aifp::agents {
namespace {

namespace json = boost::json;
namespace workflow = helpers::workflow;

constexpr Seconds kCheckTime{20};

// PEP 503: case, dots and dashes do not count.
std::string normalized(std::string_view package) {
    auto name = to_lower_ascii(package);
    std::replace(name.begin(), name.end(), '_', '-');
    std::replace(name.begin(), name.end(), '.', '-');
    return name;
}

bool is_declared(std::string_view module, const std::vector<std::string>& declared) {
    const auto package = normalized(workflow::package_of_module(module));
    return std::any_of(declared.begin(), declared.end(), [&](const std::string& name) {
        return normalized(name) == package || normalized(name) == normalized(module);
    });
}

Result<Faults> faults_in(const process::ProcessResult& result,
                         const std::vector<std::string>& declared) {
    boost::system::error_code error;
    const auto said = json::parse(trim(result.out), error);
    const auto* object = error || !result.succeeded() ? nullptr : said.if_object();
    if (object == nullptr) {
        return fail(ErrorCode::io_failure,
                    fmt::format("the code could not be checked: {}", trim(result.err)));
    }
    Faults faults;
    for (const auto& fault : object->at("faults").as_array()) {
        faults.emplace_back(fault.as_string());
    }
    for (const auto& module : object->at("packages").as_array()) {
        const std::string name(module.as_string());
        if (!is_declared(name, declared)) {
            faults.push_back(fmt::format(
                "program: {} is no part of Python and no declared dependency of the directive{}",
                name,
                declared.empty() ? "; there are none"
                                 : fmt::format("; declared are {}", join(declared, ", "))));
        }
    }
    if (faults.size() > kMaxFaults) {
        faults.resize(kMaxFaults);
    }
    return faults;
}

}  // namespace

void check_code(const CodeTools& tools,
                CodeToCheck code,
                std::function<void(Result<Faults>)> done) {
    json::object given;
    given["program"] = code.program;
    given["test"] = code.test;
    given["entry_point"] = code.entry_point;
    process::ProcessRequest request;
    request.argv = {
        workflow::python_of(tools.paths), "-I", "-B", "-c", std::string(code_checker())};
    request.working_directory = tools.paths.root().string();
    request.clean_environment = true;
    request.stdin_text = json_text(given) + "\n";
    request.timeout = kCheckTime;
    process::start_process(
        tools.executor,
        tools.clock,
        std::move(request),
        [declared = std::move(code.declared),
         done = std::move(done)](const Result<process::ProcessResult>& result) {
            if (!result) {
                done(fail(result.error().with_context("checking the code")));
            } else if (result->timed_out) {
                done(fail(ErrorCode::timed_out, "checking the code took too long"));
            } else {
                done(faults_in(*result, declared));
            }
        });
}

}  // namespace aifp::agents
