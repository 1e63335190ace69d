#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aifp::helpers::workflow {

/// The spec's `dependency_type`.
enum class DependencyType { python_package, system_package, api_key, environment_var, service };

/// "python_package" and so on.
[[nodiscard]] std::string_view name_of(DependencyType type) noexcept;
[[nodiscard]] std::optional<DependencyType> dependency_type_from(std::string_view name) noexcept;

/// Something that a directive needs.
struct Dependency {
    DependencyType type = DependencyType::system_package;
    /// What is asked for: a distribution ("PyYAML"), a program ("curl"), a secret, a variable, or
    /// "host:port".
    std::string name;
    std::string version;  ///< Range that will do (">=2.0,<3"); empty: any.
    std::string module;   ///< Of a Python package: what is imported ("yaml").
    bool is_installed = false;
    std::string found_version;  ///< Of a Python package that is installed.
    std::string why;            ///< Why it counts as missing, for a person.
    bool is_note = false;       ///< Nothing waits for it (storage::note_dependency).
};

/// {type, name, version, is_installed, found_version, why}
[[nodiscard]] boost::json::object to_json(const Dependency& dependency);

}  // namespace aifp::helpers::workflow
