#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "helpers/workflow/dependency.hpp"
#include "model/directive.hpp"

namespace aifp::helpers::workflow {

/// What a directive is looked through with.
struct DetectionInput {
    model::Directive directive;
    /// Text of each Python program that it runs and of the project's own modules that these import.
    std::map<std::string, std::string> programs;
    /// Names of the project's own modules: they are no packages.
    std::vector<std::string> own_modules;
    /// The project's requirements.txt; empty if there is none.
    std::string requirements;
};

/// What the directive needs, by type and name, not yet checked: programs that `command`, `shell`
/// and Python start, `${NAME}` and os.environ, `!secret` and the keys of the APIs and channels it
/// uses, hosts it talks to, and every import. Modules of the standard library are among them: the
/// check asks Python which they are and leaves them out (check_dependencies.hpp). Pure.
[[nodiscard]] std::vector<Dependency> detect_dependencies(const DetectionInput& input,
                                                          const config::Settings& settings);

/// The package that brings a module: "yaml" -> "PyYAML"; the module's own name if none is known.
[[nodiscard]] std::string_view package_of_module(std::string_view module) noexcept;
/// The Debian package that brings a program: "mosquitto_pub" -> "mosquitto-clients"; the program's
/// own name if none is known.
[[nodiscard]] std::string_view package_of_program(std::string_view program) noexcept;

/// The version range that requirements.txt writes for a package; empty if it does not. Names are
/// compared as PEP 503 does.
[[nodiscard]] std::string required_range(std::string_view requirements, std::string_view package);

/// Programs that a line of shell starts: the first word of each simple command that is a plain
/// name. Built-in words of the shell are left out. A text with `case`, functions or here-documents
/// gives none.
[[nodiscard]] std::vector<std::string> programs_in_shell(std::string_view text);

}  // namespace aifp::helpers::workflow
