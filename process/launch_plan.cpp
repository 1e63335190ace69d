#include "process/launch_plan.hpp"

#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "base/text.hpp"

namespace aifp::process {

namespace {

bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

/// Whether `entry` ("NAME=value") sets `name`.
bool sets(std::string_view entry, std::string_view name) {
    return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
}

Status check(const ProcessRequest& request) {
    if (request.argv.empty() || request.argv.front().empty()) {
        return fail(ErrorCode::invalid_input, "no program is named");
    }
    if (std::any_of(request.argv.begin(), request.argv.end(), &has_nul) ||
        has_nul(request.working_directory)) {
        return fail(ErrorCode::invalid_input,
                    "a program, an argument and a folder cannot hold a NUL character");
    }
    for (const auto& [name, value] : request.environment) {
        if (name.empty() || name.find('=') != std::string::npos || has_nul(name) ||
            has_nul(value)) {
            return fail(ErrorCode::invalid_input,
                        "the environment variable '" + name + "' cannot be set");
        }
    }
    return {};
}

}  // namespace

Result<LaunchPlan> LaunchPlan::make(const ProcessRequest& request) {
    if (const Status checked = check(request); !checked) {
        return fail(checked.error());
    }
    LaunchPlan plan;
    // Reserved: a text that moves would take its short buffer with it.
    plan.texts_.reserve(request.argv.size() + request.environment.size());
    for (const std::string& argument : request.argv) {
        plan.argv_.push_back(plan.texts_.emplace_back(argument).data());
    }
    plan.argv_.push_back(nullptr);
    plan.set_environment(request);
    plan.set_candidates(request.argv.front());
    return plan;
}

void LaunchPlan::set_environment(const ProcessRequest& request) {
    const auto is_replaced = [&](std::string_view entry) {
        return std::any_of(request.environment.begin(),
                           request.environment.end(),
                           [&](const auto& variable) { return sets(entry, variable.first); });
    };
    for (char** entry = ::environ; !request.clean_environment && *entry != nullptr; ++entry) {
        if (request.environment.empty() || !is_replaced(*entry)) {
            environment_.push_back(*entry);
        }
    }
    for (const auto& [name, value] : request.environment) {
        environment_.push_back(texts_.emplace_back(name + "=" + value).data());
    }
    environment_.push_back(nullptr);
}

void LaunchPlan::set_candidates(const std::string& program) {
    if (program.find('/') != std::string::npos) {
        candidates_.push_back(program);
        return;
    }
    std::string_view path = "/usr/local/bin:/usr/bin:/bin";
    for (const char* entry : environment_) {
        if (entry != nullptr && sets(entry, "PATH")) {
            path = std::string_view(entry).substr(sizeof("PATH=") - 1);
        }
    }
    for (const std::string_view folder : split(path, ':')) {
        // An empty or relative entry would mean the child's folder: not followed, for safety.
        if (folder.starts_with('/')) {
            candidates_.push_back(std::string(folder) + "/" + program);
        }
    }
}

}  // namespace aifp::process
