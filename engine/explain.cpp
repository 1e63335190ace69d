#include "engine/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "expression/names_read.hpp"

namespace aifp::engine {
namespace {

constexpr std::size_t kMaxNames = 5;
constexpr std::size_t kMaxValueBytes = 80;
constexpr std::string_view kState = "state";

const boost::json::value* member_of(const boost::json::value* value, std::string_view key) {
    const auto* object = value != nullptr ? value->if_object() : nullptr;
    return object != nullptr ? object->if_contains(key) : nullptr;
}

// As the sandbox looks names up: a bare unknown name is one of the state's.
const boost::json::value* look_up(std::string_view path, const expression::Scope& scope) {
    const auto parts = split(path, '.');
    const auto* value = scope.find(parts.front());
    if (value == nullptr) {
        value = member_of(scope.find(kState), parts.front());
    }
    for (std::size_t i = 1; i < parts.size() && value != nullptr; ++i) {
        value = member_of(value, parts[i]);
    }
    return value;
}

std::string shown(std::string_view path, const boost::json::value* value) {
    if (value == nullptr) {
        return "is not known";
    }
    if (sounds_secret(path)) {
        return "is not shown";
    }
    if (value->is_object()) {
        return "is an object";
    }
    if (value->is_array()) {
        return fmt::format("is a list of {}", value->get_array().size());
    }
    const auto text = json_text(*value);
    const auto cut = truncate_utf8(text, kMaxValueBytes);
    return fmt::format("is {}{}", cut, cut.size() < text.size() ? "..." : "");
}

}  // namespace

bool sounds_secret(std::string_view key) {
    constexpr std::array<std::string_view, 8> kHints{
        "password", "passwd", "secret", "token", "authorization", "api_key", "apikey", "cookie"};
    const auto lower = to_lower_ascii(key);
    return std::any_of(kHints.begin(), kHints.end(), [&lower](std::string_view hint) {
        return lower.find(hint) != std::string::npos;
    });
}

std::string explain_names(std::string_view expression, const expression::Scope& scope) {
    std::vector<std::string> told;
    for (const auto& path : expression::names_read(expression)) {
        if (told.size() == kMaxNames) {
            break;
        }
        const auto* value = look_up(path, scope);
        const bool is_state = path.starts_with("state.");
        told.push_back(fmt::format(
            "{} {}", is_state ? path.substr(kState.size() + 1) : path, shown(path, value)));
    }
    return join(told, ", ");
}

}  // namespace aifp::engine
