#include "model/state.hpp"

#include <charconv>
#include <cmath>

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace aifp::model {

std::string state_text(const boost::json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json_text(value);
}

std::string state_text(const std::optional<StateView>& state) {
    return state ? state_text(state->value) : std::string();
}

std::optional<double> state_number(const boost::json::value& value) {
    if (value.is_number()) {
        return value.to_number<double>();
    }
    if (!value.is_string()) {
        return std::nullopt;
    }
    const auto text = trim(value.get_string());
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == end && !text.empty();
    return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

const boost::json::value* watched_value(const std::optional<StateView>& state,
                                        std::string_view attribute) {
    if (!state) {
        return nullptr;
    }
    return attribute.empty() ? &state->value : state->attributes.if_contains(attribute);
}

}  // namespace aifp::model
