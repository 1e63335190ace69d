#include "briefing/hook.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace aifp::briefing {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownError = 200;

// Why it is not run, or "".
std::string find_fault(const struct stat& facts, bool is_folder) {
    const char* const what = is_folder ? "the folder hooks" : "it";
    if (is_folder ? !S_ISDIR(facts.st_mode) : !S_ISREG(facts.st_mode)) {
        return is_folder ? "hooks is no folder" : "it is no regular file (links are not followed)";
    }
    if (facts.st_uid != ::geteuid() && facts.st_uid != 0) {
        return fmt::format("{} belongs to another user (uid {})", what, facts.st_uid);
    }
    if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fmt::format("others may write to {}: chmod go-w", what);
    }
    return "";
}

}  // namespace

Result<bool> blocking_find_hook(const std::filesystem::path& folder, const std::string& name) {
    struct stat folder_facts {};
    struct stat facts {};
    const auto path = folder / name;
    if (::lstat(path.c_str(), &facts) != 0 || ::lstat(folder.c_str(), &folder_facts) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return false;
        }
        return fail(ErrorCode::denied,
                    fmt::format("cannot be looked at: {}", std::strerror(errno)));
    }
    std::string fault = find_fault(folder_facts, true);
    fault = fault.empty() ? find_fault(facts, false) : fault;
    if (fault.empty() && ::access(path.c_str(), X_OK) != 0) {
        fault = "it is not executable: chmod u+x";
    }
    if (!fault.empty()) {
        return fail(ErrorCode::denied, fault);
    }
    return true;
}

process::ProcessRequest hook_request(const std::filesystem::path& hook,
                                     const std::filesystem::path& project,
                                     const json::object& input) {
    process::ProcessRequest request;
    request.argv = {hook.string()};
    request.clean_environment = true;
    request.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C.UTF-8"}};
    request.working_directory = project.string();
    request.stdin_text = json_text(input) + "\n";
    request.max_output_bytes = kMaxHookBytes;
    request.timeout = kHookTimeout;
    request.grace = Milliseconds(200);
    return request;
}

json::object hook_input(const prompts::Context& context) {
    json::object input{{"agent", context.agent}};
    for (const std::string_view key : prompts::context_keys()) {
        if (const auto value = prompts::find_value(context, key)) {
            input.insert_or_assign(key, *value);
        }
    }
    json::array tools;
    for (const prompts::Tool& tool : context.tools) {
        tools.emplace_back(tool.name);
    }
    input["tools"] = std::move(tools);
    return input;
}

Result<json::value> hook_output(const Result<process::ProcessResult>& result) {
    if (!result) {
        return fail(result.error());
    }
    if (result->timed_out) {
        return fail(ErrorCode::timed_out, "it did not end within 2 s");
    }
    if (!result->succeeded()) {
        const std::string_view error = trim(result->err);
        const auto shown = error.substr(error.size() - std::min(error.size(), kShownError));
        return fail(ErrorCode::invalid_input,
                    fmt::format("it ended with {} {}: {}",
                                result->signal != 0 ? "signal" : "exit code",
                                result->signal != 0 ? result->signal : result->exit_code,
                                shown));
    }
    if (result->out.size() >= kMaxHookBytes) {
        return fail(ErrorCode::invalid_input, "it wrote more than 256 KiB");
    }
    boost::system::error_code error;
    json::value value = json::parse(result->out, error);
    if (error) {
        return fail(ErrorCode::invalid_input, "what it wrote is no JSON: " + error.message());
    }
    return value;
}

prompts::Notice hook_rejected(std::string_view hook, std::string reason) {
    return {logging::Level::warning,
            "Directive: invalid registration",
            {{"source", fmt::format("prompts.d/hooks/{}", hook)}, {"reason", std::move(reason)}}};
}

}  // namespace aifp::briefing
