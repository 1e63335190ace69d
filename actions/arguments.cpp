#include "actions/arguments.hpp"

#include "base/json_text.hpp"
#include "base/quantity.hpp"

namespace aifp::actions {
namespace {

const boost::json::value kNull;

}  // namespace

const boost::json::value& main_argument(const model::Action& action) {
    const auto* value = action.arguments.if_contains(action.kind);
    return value != nullptr ? *value : kNull;
}

const boost::json::value* argument(const model::Action& action, std::string_view key) {
    return action.arguments.if_contains(key);
}

std::string text_argument(const model::Action& action,
                          std::string_view key,
                          std::string_view otherwise) {
    const auto* value = argument(action, key);
    return std::string(
        value != nullptr && value->is_string() ? std::string_view(value->get_string()) : otherwise);
}

std::int64_t integer_argument(const model::Action& action,
                              std::string_view key,
                              std::int64_t otherwise) {
    const auto* value = argument(action, key);
    return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
}

Milliseconds duration_argument(const model::Action& action,
                               std::string_view key,
                               Milliseconds otherwise) {
    return parse_duration(text_argument(action, key, "")).value_or(otherwise);
}

std::uint64_t size_argument(const model::Action& action,
                            std::string_view key,
                            std::uint64_t otherwise) {
    return parse_size_bytes(text_argument(action, key, "")).value_or(otherwise);
}

std::string to_text(const boost::json::value& value) {
    if (value.is_string()) {
        return std::string(value.get_string());
    }
    return value.is_null() ? std::string() : json_text(value);
}

Result<std::vector<std::pair<std::string, std::string>>> to_text_pairs(
    const boost::json::value& value) {
    if (!value.is_object()) {
        return fail(ErrorCode::invalid_input, "a map of names and texts was expected");
    }
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& member : value.get_object()) {
        pairs.emplace_back(std::string(member.key()), to_text(member.value()));
    }
    return pairs;
}

}  // namespace aifp::actions
