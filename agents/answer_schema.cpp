#include "agents/answer_schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>
#include <vector>

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace aifp::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownBytes = 80;

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

std::string shown(const json::value& value) {
    const auto text = json_text(value);
    const auto cut = truncate_utf8(text, kShownBytes);
    return cut.size() < text.size() ? fmt::format("{}\u2026", cut) : text;
}

std::string place_in(const std::string& place, std::string_view member) {
    return place.empty() ? std::string(member) : fmt::format("{}.{}", place, member);
}

double number_of(const json::value& value) {
    return value.is_double() ? value.get_double() : value.to_number<double>();
}

bool is_whole(const json::value& value) {
    return value.is_int64() || value.is_uint64() ||
           (value.is_double() && std::trunc(value.get_double()) == value.get_double());
}

bool has_type(const json::value& value, std::string_view type) {
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) || (type == "number" && value.is_number()) ||
           (type == "integer" && value.is_number() && is_whole(value)) ||
           (type == "boolean" && value.is_bool()) || (type == "null" && value.is_null());
}

/// One value against one schema.
class Comparison {
public:
    Comparison(const json::object& schema, const json::value& value, std::string place)
        : schema_(schema), value_(value), place_(std::move(place)) {}

    [[nodiscard]] std::optional<std::string> run() const {
        for (const auto check : {&Comparison::type,
                                 &Comparison::choice,
                                 &Comparison::number,
                                 &Comparison::sizes,
                                 &Comparison::members,
                                 &Comparison::elements,
                                 &Comparison::any,
                                 &Comparison::all}) {
            if (auto fault = (this->*check)()) {
                return fault;
            }
        }
        return std::nullopt;
    }

private:
    using Fault = std::optional<std::string>;

    [[nodiscard]] const json::value* rule(std::string_view name) const {
        return schema_.if_contains(name);
    }
    [[nodiscard]] std::string must(const std::string& what) const {
        return fmt::format("{} must be {}, not {}",
                           place_.empty() ? std::string("the answer") : place_,
                           what,
                           shown(value_));
    }
    [[nodiscard]] Fault compare(const json::value& schema,
                                const json::value& value,
                                std::string place) const {
        return Comparison(schema.get_object(), value, std::move(place)).run();
    }

    [[nodiscard]] Fault type() const {
        const auto* wanted = rule("type");
        if (wanted == nullptr) {
            return {};
        }
        std::vector<std::string_view> names;
        if (wanted->is_array()) {
            for (const auto& name : wanted->get_array()) {
                names.push_back(view(name.get_string()));
            }
        } else {
            names.push_back(view(wanted->get_string()));
        }
        const bool fits = std::any_of(names.begin(), names.end(), [this](std::string_view name) {
            return has_type(value_, name);
        });
        return fits ? Fault() : Fault(must(fmt::format("of type {}", fmt::join(names, " or "))));
    }

    [[nodiscard]] Fault choice() const {
        const auto* allowed = rule("enum");
        if (allowed != nullptr) {
            const auto& list = allowed->get_array();
            if (std::find(list.begin(), list.end(), value_) == list.end()) {
                return must(fmt::format("one of {}", json_text(*allowed)));
            }
        }
        const auto* only = rule("const");
        return only != nullptr && *only != value_ ? Fault(must(json_text(*only))) : Fault();
    }

    [[nodiscard]] Fault number() const {
        if (!value_.is_number()) {
            return {};
        }
        const double number = number_of(value_);
        const auto bound = [&](std::string_view name, auto breaks, std::string_view words) {
            const auto* limit = rule(name);
            return limit != nullptr && breaks(number, number_of(*limit))
                       ? Fault(must(fmt::format("{} {}", words, json_text(*limit))))
                       : Fault();
        };
        if (auto fault = bound("minimum", std::less<>(), "at least")) {
            return fault;
        }
        if (auto fault = bound("maximum", std::greater<>(), "at most")) {
            return fault;
        }
        if (auto fault = bound("exclusiveMinimum", std::less_equal<>(), "above")) {
            return fault;
        }
        return bound("exclusiveMaximum", std::greater_equal<>(), "below");
    }

    [[nodiscard]] Fault size(std::string_view least,
                             std::string_view most,
                             std::size_t size,
                             std::string_view unit) const {
        const auto* low = rule(least);
        const auto* high = rule(most);
        const auto count = static_cast<double>(size);
        if (low != nullptr && count < number_of(*low)) {
            return must(fmt::format("of at least {} {}", json_text(*low), unit));
        }
        return high != nullptr && count > number_of(*high)
                   ? Fault(must(fmt::format("of at most {} {}", json_text(*high), unit)))
                   : Fault();
    }

    [[nodiscard]] Fault sizes() const {
        if (value_.is_string()) {
            return size("minLength",
                        "maxLength",
                        count_code_points(view(value_.get_string())),
                        "characters");
        }
        return value_.is_array()
                   ? size("minItems", "maxItems", value_.get_array().size(), "elements")
                   : Fault();
    }

    [[nodiscard]] Fault members() const {
        if (!value_.is_object()) {
            return {};
        }
        const auto& object = value_.get_object();
        if (const auto* required = rule("required")) {
            for (const auto& name : required->get_array()) {
                if (!object.contains(name.get_string())) {
                    return fmt::format("{} is missing", place_in(place_, view(name.get_string())));
                }
            }
        }
        const auto* known = rule("properties");
        const auto* others = rule("additionalProperties");
        for (const auto& member : object) {
            const auto place = place_in(place_, {member.key().data(), member.key().size()});
            const auto* own =
                known != nullptr ? known->get_object().if_contains(member.key()) : nullptr;
            if (own == nullptr && others != nullptr && others->is_bool() && !others->get_bool()) {
                return fmt::format("{} does not belong there", place);
            }
            const auto* schema = own != nullptr ? own : others;
            if (schema == nullptr || !schema->is_object()) {
                continue;
            }
            if (auto fault = compare(*schema, member.value(), place)) {
                return fault;
            }
        }
        return {};
    }

    [[nodiscard]] Fault elements() const {
        const auto* schema = rule("items");
        if (schema == nullptr || !value_.is_array()) {
            return {};
        }
        const auto& list = value_.get_array();
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (auto fault = compare(*schema, list[i], fmt::format("{}[{}]", place_, i))) {
                return fault;
            }
        }
        return {};
    }

    [[nodiscard]] Fault any() const {
        const auto* schemas = rule("anyOf");
        if (schemas == nullptr) {
            return {};
        }
        Fault first;
        for (const auto& schema : schemas->get_array()) {
            auto fault = compare(schema, value_, place_);
            if (!fault) {
                return {};
            }
            first = first ? first : fault;
        }
        return first;
    }

    [[nodiscard]] Fault all() const {
        const auto* schemas = rule("allOf");
        for (std::size_t i = 0; schemas != nullptr && i < schemas->get_array().size(); ++i) {
            if (auto fault = compare(schemas->get_array()[i], value_, place_)) {
                return fault;
            }
        }
        return {};
    }

    const json::object& schema_;
    const json::value& value_;
    std::string place_;
};

std::string_view inside_fence(std::string_view text) {
    constexpr std::string_view kFence = "```";
    const auto open = text.find(kFence);
    if (open == text.npos) {
        return text;
    }
    const auto line_end = text.find('\n', open);
    const auto close = line_end == text.npos ? text.npos : text.find(kFence, line_end);
    const bool is_only = close != text.npos && text.find(kFence, close + 3) == text.npos;
    return is_only ? text.substr(line_end + 1, close - line_end - 1) : text;
}

}  // namespace

std::optional<std::string> find_mismatch(const json::object& schema, const json::value& value) {
    return Comparison(schema, value, {}).run();
}

Result<json::value> json_in_answer(std::string_view text) {
    const auto inside = trim(inside_fence(trim(text)));
    boost::system::error_code error;
    auto value = json::parse(json::string_view(inside.data(), inside.size()), error);
    if (error) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the answer is no JSON value ({})", error.message()));
    }
    return value;
}

}  // namespace aifp::agents
