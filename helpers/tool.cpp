#include "helpers/tool.hpp"

#include <algorithm>

#include "base/enum_names.hpp"
#include "helpers/groups.hpp"

namespace aifp::helpers {
namespace {

constexpr EnumNames<4> kScopes = {"read", "author", "operate", "approve"};
static_assert(name_in(kScopes, Scope::approve) == "approve");

boost::json::string_view key(std::string_view name) {
    return {name.data(), name.size()};
}

std::vector<Tool> all_tools() {
    std::vector<Tool> all;
    for (auto group : {directive_tools,
                       execution_tools,
                       dependency_tools,
                       implementation_tools,
                       logging_tools,
                       analytics_tools}) {
        auto some = group();
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace

std::string_view name_of(Scope scope) noexcept {
    return name_in(kScopes, scope);
}

bool Caller::may(Scope scope) const noexcept {
    return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

bool Arguments::has(std::string_view name) const noexcept {
    return values_.contains(key(name));
}

const boost::json::value& Arguments::at(std::string_view name) const {
    return values_.at(key(name));
}

std::int64_t Arguments::integer(std::string_view name) const {
    return at(name).as_int64();
}

std::string Arguments::text(std::string_view name) const {
    const auto& text = at(name).as_string();
    return {text.data(), text.size()};
}

bool Arguments::boolean(std::string_view name) const {
    return at(name).as_bool();
}

const boost::json::object& Arguments::object(std::string_view name) const {
    return at(name).as_object();
}

std::optional<std::int64_t> Arguments::optional_integer(std::string_view name) const {
    return has(name) ? std::optional(integer(name)) : std::nullopt;
}

std::optional<std::string> Arguments::optional_text(std::string_view name) const {
    return has(name) ? std::optional(text(name)) : std::nullopt;
}

std::span<const Tool> tools() {
    static const std::vector<Tool> all = all_tools();
    return all;
}

const Tool* find_tool(std::string_view name) {
    const auto all = tools();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Tool& tool) { return tool.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace aifp::helpers
