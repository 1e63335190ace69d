#include "expression/scope.hpp"

namespace aifp::expression {

const boost::json::value* ObjectScope::find(std::string_view name) const {
    return names_.if_contains(name);
}

std::vector<std::string_view> ObjectScope::names() const {
    std::vector<std::string_view> names;
    names.reserve(names_.size());
    for (const auto& member : names_) {
        names.emplace_back(member.key());
    }
    return names;
}

Result<std::string> ObjectScope::environment(std::string_view name) const {
    const auto found = environment_.find(name);
    if (found == environment_.end()) {
        return fail(ErrorCode::denied,
                    "the environment variable " + std::string(name) + " is not declared");
    }
    return found->second;
}

}  // namespace aifp::expression
