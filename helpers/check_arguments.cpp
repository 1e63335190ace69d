#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "helpers/schema.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownBytes = 60;
constexpr double kLargestExact = 9'007'199'254'740'992.0;  // 2^53

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

std::string shown(const json::value& value) {
    const auto text = json_text(value);
    const auto cut = truncate_utf8(text, kShownBytes);
    return cut.size() < text.size() ? fmt::format("{}\u2026", cut) : text;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
    const auto nearest = nearest_name(word, known);
    return nearest ? fmt::format("; did you mean {}?", *nearest) : std::string();
}

std::string names_of(const std::vector<std::string_view>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
}

/// A JSON number without a fraction (JSON Schema, 6.1.1: 1.0 is an integer).
std::optional<std::int64_t> whole(const json::value& value) {
    if (value.is_int64()) {
        return value.get_int64();
    }
    if (value.is_double() && std::trunc(value.get_double()) == value.get_double() &&
        std::abs(value.get_double()) <= kLargestExact) {
        return static_cast<std::int64_t>(value.get_double());
    }
    return std::nullopt;
}

std::string describe_type(std::string_view type) {
    if (type == "integer") {
        return "a whole number";
    }
    if (type == "boolean") {
        return "true or false";
    }
    return type == "object" ? "an object, {...}" : "a text in quotes";
}

/// One argument against the schema of its property; a whole double becomes an integer.
class ArgumentCheck {
public:
    ArgumentCheck(std::string_view name, const json::object& schema)
        : name_(name), schema_(schema) {}

    [[nodiscard]] Status check(json::value& value) const {
        const auto type = view(schema_.at("type").get_string());
        if (type == "integer") {
            return check_number(value);
        }
        if (const auto* allowed = schema_.if_contains("enum")) {
            return check_choice(value, allowed->get_array());
        }
        const bool fits = (type == "string" && value.is_string()) ||
                          (type == "boolean" && value.is_bool()) ||
                          (type == "object" && value.is_object());
        if (!fits) {
            return refuse(describe_type(type), value);
        }
        return type == "string" ? check_text(value) : Status();
    }

private:
    [[nodiscard]] Status check_number(json::value& value) const {
        const auto number = whole(value);
        const auto minimum = schema_.at("minimum").get_int64();
        const auto maximum = schema_.at("maximum").get_int64();
        // Beyond int64 it is a number all the same, but never one in the range.
        if (!number && !value.is_uint64()) {
            return refuse("a whole number", value);
        }
        if (!number || *number < minimum || *number > maximum) {
            return refuse(fmt::format("from {} to {}", minimum, maximum), value);
        }
        value = *number;
        return {};
    }

    [[nodiscard]] Status check_choice(const json::value& value, const json::array& allowed) const {
        std::vector<std::string_view> names;
        for (const auto& item : allowed) {
            if (item == value) {
                return {};
            }
            names.push_back(view(item.get_string()));
        }
        return refuse(fmt::format("one of {}", names_of(names)),
                      value,
                      value.is_string() ? did_you_mean(view(value.get_string()), names) : "");
    }

    [[nodiscard]] Status check_text(const json::value& value) const {
        const auto text = view(value.get_string());
        const auto* longest = schema_.if_contains("maxLength");
        if (longest != nullptr &&
            count_code_points(text) > static_cast<std::size_t>(longest->get_int64())) {
            return refuse(fmt::format("a text of at most {} characters", longest->get_int64()),
                          value);
        }
        return {};
    }

    [[nodiscard]] Status refuse(std::string_view wanted,
                                const json::value& value,
                                std::string_view hint = {}) const {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} must be {}, not {}{}", name_, wanted, shown(value), hint));
    }

    std::string_view name_;
    const json::object& schema_;
};

Status refuse_unknown(const json::object& properties, const json::object& arguments) {
    std::vector<std::string_view> known;
    for (const auto& property : properties) {
        known.emplace_back(property.key().data(), property.key().size());
    }
    for (const auto& argument : arguments) {
        if (properties.contains(argument.key())) {
            continue;
        }
        const std::string_view name(argument.key().data(), argument.key().size());
        return fail(ErrorCode::invalid_input,
                    known.empty()
                        ? fmt::format("there is no argument {}: this tool takes none", name)
                        : fmt::format("there is no argument {}; the arguments are {}{}",
                                      truncate_utf8(name, kShownBytes),
                                      names_of(known),
                                      did_you_mean(name, known)));
    }
    return {};
}

bool is_required(const json::object& schema, json::string_view name) {
    for (const auto& item : schema.at("required").get_array()) {
        if (item == name) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<json::object> check_arguments(std::string_view schema, json::object arguments) {
    const auto parsed = json::parse(json::string_view(schema.data(), schema.size()));
    const auto& object = parsed.as_object();
    const auto& properties = object.at("properties").get_object();
    auto known = refuse_unknown(properties, arguments);
    if (!known) {
        return fail(std::move(known).error());
    }
    for (const auto& property : properties) {
        const auto& rules = property.value().get_object();
        const std::string_view name(property.key().data(), property.key().size());
        const bool required = is_required(object, property.key());
        auto* value = arguments.if_contains(property.key());
        if (value != nullptr && value->is_null() && !required) {
            arguments.erase(property.key());  // as the spec's signatures have it: = None
            value = nullptr;
        }
        if (value == nullptr && required) {
            return fail(ErrorCode::invalid_input, fmt::format("the argument {} is missing", name));
        }
        if (value != nullptr) {
            auto fine = ArgumentCheck(name, rules).check(*value);
            if (!fine) {
                return fail(std::move(fine).error());
            }
        } else if (const auto* usual = rules.if_contains("default")) {
            arguments[property.key()] = *usual;
        }
    }
    return arguments;
}

}  // namespace aifp::helpers
