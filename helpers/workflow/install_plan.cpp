#include "helpers/workflow/install_plan.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "helpers/workflow/detect_dependencies.hpp"
#include "helpers/workflow/version_range.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::size_t kMaxName = 128;

bool is_letter_or_digit(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9');
}

/// Begins with a letter or digit; then these and `more`. (PEP 508; Debian Policy 5.6.1)
bool is_package_name(std::string_view name, std::string_view more) {
    return !name.empty() && name.size() <= kMaxName && is_letter_or_digit(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char letter) {
               return is_letter_or_digit(letter) || more.find(letter) != more.npos;
           });
}

Result<std::vector<Command>> plan_python(const Dependency& dependency, const InstallPlace& place) {
    const auto range = VersionRange::parse(dependency.version);
    if (!range || !is_package_name(dependency.name, "._-")) {
        return fail(ErrorCode::invalid_input,
                    range ? fmt::format("{} is no name of a Python package", dependency.name)
                          : range.error().detail());
    }
    const auto wanted = dependency.name + range->text();
    if (place.for_user) {
        return std::vector<Command>{{"python3", "-m", "pip", "install", "--user", wanted}};
    }
    std::vector<Command> commands;
    if (!place.has_venv) {
        const auto folder = std::filesystem::path(place.venv_python).parent_path().parent_path();
        commands.push_back({"python3", "-m", "venv", "--system-site-packages", folder.string()});
    }
    commands.push_back({place.venv_python, "-m", "pip", "install", wanted});
    return commands;
}

Result<std::vector<Command>> plan_system(const Dependency& dependency, const InstallPlace& place) {
    if (dependency.name.find('/') != std::string::npos) {
        return fail(ErrorCode::conflict,
                    fmt::format("{} is a file: put it there and type chmod +x", dependency.name));
    }
    const std::string package(package_of_program(dependency.name));
    if (!is_package_name(package, "+.-")) {
        return fail(ErrorCode::invalid_input, fmt::format("{} is no name of a package", package));
    }
    Command command{"apt-get", "install", "--yes", "--no-install-recommends", package};
    if (!place.is_root) {
        command.insert(command.begin(), {"sudo", "-n"});
    }
    return std::vector<Command>{std::move(command)};
}

}  // namespace

InstallPlace install_place(const ProjectPaths& paths, bool for_user) {
    InstallPlace place;
    place.venv_python = paths.venv_python().string();
    place.has_venv = ::access(place.venv_python.c_str(), X_OK) == 0;
    place.for_user = for_user;
    place.is_root = ::geteuid() == 0;
    return place;
}

Result<std::vector<Command>> plan_installation(const Dependency& dependency,
                                               const InstallPlace& place) {
    switch (dependency.type) {
        case DependencyType::python_package:
            return plan_python(dependency, place);
        case DependencyType::system_package:
            return plan_system(dependency, place);
        case DependencyType::api_key:
            return fail(ErrorCode::conflict,
                        fmt::format("{0} is a secret: write {0}: \"...\" into "
                                    ".aifp-project/secrets.yaml and reload",
                                    dependency.name));
        case DependencyType::environment_var:
            return fail(ErrorCode::conflict,
                        fmt::format("{0} is an environment variable: set it where aifpd is started "
                                    "(for a service: Environment={0}=...)",
                                    dependency.name));
        case DependencyType::service:
            return fail(
                ErrorCode::conflict,
                fmt::format("{} is a service: start it, or mend the address", dependency.name));
    }
    return fail(ErrorCode::internal, "unknown type of dependency");
}

std::string shown(const Command& command) {
    std::string text;
    for (const auto& word : command) {
        const bool is_plain =
            !word.empty() && std::all_of(word.begin(), word.end(), [](char letter) {
                return is_letter_or_digit(letter) ||
                       std::string_view("._-+/=:@%,").find(letter) != std::string_view::npos;
            });
        text += fmt::format("{}{}", text.empty() ? "" : " ", is_plain ? word : "'" + word + "'");
    }
    return text;
}

}  // namespace aifp::helpers::workflow
