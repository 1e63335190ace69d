#include "base/json_member.hpp"

namespace aifp {

namespace json = boost::json;

const json::value* member_in(const json::value& of, std::string_view key) noexcept {
    const auto* members = of.if_object();
    return members != nullptr ? members->if_contains(key) : nullptr;
}

std::optional<std::string> text_member(const json::object& of, std::string_view key) {
    const auto* value = of.if_contains(key);
    return value != nullptr && value->is_string()
               ? std::optional<std::string>(std::string(value->get_string()))
               : std::nullopt;
}

const json::array& list_member(const json::value& of, std::string_view key) {
    static const json::array kNone;
    const auto* value = member_in(of, key);
    return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

bool is_true_member(const json::value& of, std::string_view key) noexcept {
    const auto* value = member_in(of, key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace aifp
