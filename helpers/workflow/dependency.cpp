#include "helpers/workflow/dependency.hpp"

#include "base/enum_names.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr EnumNames<5> kTypes = {
    "python_package", "system_package", "api_key", "environment_var", "service"};
static_assert(name_in(kTypes, DependencyType::service) == "service");

}  // namespace

std::string_view name_of(DependencyType type) noexcept {
    return name_in(kTypes, type);
}

std::optional<DependencyType> dependency_type_from(std::string_view name) noexcept {
    return find_by_name<DependencyType>(kTypes, name);
}

boost::json::object to_json(const Dependency& dependency) {
    boost::json::object object;
    object["dependency_type"] = name_of(dependency.type);
    object["name"] = dependency.name;
    object["version"] =
        dependency.version.empty() ? boost::json::value() : boost::json::value(dependency.version);
    object["is_installed"] = dependency.is_installed;
    object["found_version"] = dependency.found_version.empty()
                                  ? boost::json::value()
                                  : boost::json::value(dependency.found_version);
    object["why"] = dependency.why;
    return object;
}

}  // namespace aifp::helpers::workflow
