#include "triggers/arguments.hpp"

#include "base/quantity.hpp"

namespace aifp::triggers {

std::string text_argument(const model::Trigger& trigger, std::string_view key) {
    const auto* value = trigger.arguments.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::optional<Milliseconds> duration_argument(const model::Trigger& trigger, std::string_view key) {
    const auto parsed = parse_duration(text_argument(trigger, key));
    return parsed ? std::optional<Milliseconds>(*parsed) : std::nullopt;
}

std::optional<std::vector<std::string>> texts_argument(const model::Trigger& trigger,
                                                       std::string_view key) {
    const auto* value = trigger.arguments.if_contains(key);
    if (value == nullptr || !(value->is_string() || value->is_array())) {
        return std::nullopt;
    }
    std::vector<std::string> texts;
    if (value->is_string()) {
        texts.emplace_back(value->get_string());
        return texts;
    }
    for (const auto& item : value->get_array()) {
        if (item.is_string()) {
            texts.emplace_back(item.get_string());
        }
    }
    return texts;
}

}  // namespace aifp::triggers
