#include "directives/pretty_json.hpp"

#include <algorithm>

#include "base/json_text.hpp"

namespace aifp::directives {

namespace json = boost::json;

namespace {

constexpr std::size_t kShort = 80;

bool is_flat(const json::value& value) {
    const auto is_scalar = [](const json::value& item) {
        return !item.is_array() && !item.is_object();
    };
    if (const json::array* list = value.if_array()) {
        return std::all_of(list->begin(), list->end(), is_scalar);
    }
    if (const json::object* object = value.if_object()) {
        return std::all_of(object->begin(), object->end(), [&](const json::key_value_pair& member) {
            return is_scalar(member.value());
        });
    }
    return true;
}

void write(std::string& out, const json::value& value, std::size_t indent);

void write_indented(std::string& out, std::size_t indent) {
    out += '\n';
    out.append(indent, ' ');
}

void write_members(std::string& out, const json::object& object, std::size_t indent) {
    bool first = true;
    for (const json::key_value_pair& member : object) {
        out += first ? "" : ",";
        first = false;
        write_indented(out, indent + 2);
        out += json_text(member.key()) + ": ";
        write(out, member.value(), indent + 2);
    }
}

void write_elements(std::string& out, const json::array& list, std::size_t indent) {
    bool first = true;
    for (const json::value& item : list) {
        out += first ? "" : ",";
        first = false;
        write_indented(out, indent + 2);
        write(out, item, indent + 2);
    }
}

void write(std::string& out, const json::value& value, std::size_t indent) {
    if (is_flat(value)) {
        const std::string text = json_text(value);
        if (text.size() + indent <= kShort || (!value.is_array() && !value.is_object())) {
            out += text;
            return;
        }
    }
    if (const json::array* list = value.if_array()) {
        out += '[';
        write_elements(out, *list, indent);
        write_indented(out, indent);
        out += ']';
    } else {
        out += '{';
        write_members(out, value.get_object(), indent);
        write_indented(out, indent);
        out += '}';
    }
}

}  // namespace

std::string indented_json(const json::value& value) {
    std::string out;
    write(out, value, 0);
    return out;
}

}  // namespace aifp::directives
