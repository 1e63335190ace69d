#include "mcp/result_text.hpp"

#include <utility>

#include "base/json_text.hpp"

namespace aifp::mcp {

void ResultText::begin(std::string_view name) {
    if (text_.size() > 1) {
        text_ += ',';
    }
    append_json_string(text_, name);
    text_ += ':';
}

void ResultText::add(std::string_view name, const boost::json::value& value) {
    begin(name);
    text_ += json_text(value);
}

void ResultText::add_text(std::string_view name, std::string_view text) {
    begin(name);
    append_json_string(text_, text);
}

void ResultText::add_if(std::string_view name, std::string_view text) {
    if (!text.empty()) {
        add_text(name, text);
    }
}

void ResultText::add_raw(std::string_view name, std::string_view json) {
    begin(name);
    text_ += json;
}

std::string ResultText::take() && {
    text_ += '}';
    return std::move(text_);
}

void append_element(std::string& array, std::string_view element) {
    if (array.size() > 1) {
        array += ',';
    }
    array += element;
}

std::string on_one_line(std::string_view json) {
    std::string line(json);
    for (char& c : line) {
        // Inside a string JSON allows no raw line break, so each of these stands between tokens.
        if (c == '\n' || c == '\r') {
            c = ' ';
        }
    }
    return line;
}

}  // namespace aifp::mcp
