#include "helpers/json_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/json_text.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

void append(std::string& out, const json::value& value);

void append_members(std::string& out, const json::object& object) {
    const char* separator = "";
    for (const auto& member : object) {
        out += separator;
        out += json_text(member.key());
        out += ':';
        append(out, member.value());
        separator = ",";
    }
}

void append_items(std::string& out, const json::array& list) {
    const char* separator = "";
    for (const auto& item : list) {
        out += separator;
        append(out, item);
        separator = ",";
    }
}

void append(std::string& out, const json::value& value) {
    if (const auto* object = value.if_object()) {
        out += '{';
        append_members(out, *object);
        out += '}';
    } else if (const auto* list = value.if_array()) {
        out += '[';
        append_items(out, *list);
        out += ']';
    } else if (value.is_double() && std::isfinite(value.get_double())) {
        const auto text = fmt::format("{}", value.get_double());
        out += text;
        out += text.find_first_of(".e") == std::string::npos ? ".0" : "";
    } else {
        out += json_text(value);
    }
}

}  // namespace

std::string to_json_text(const json::value& value) {
    std::string out;
    append(out, value);
    return out;
}

}  // namespace aifp::helpers
