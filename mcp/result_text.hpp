#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace aifp::mcp {

/// An object of a result, put together from JSON texts so that what was written by hand (schemas)
/// leaves as it is: no key lost, none moved.
class ResultText {
public:
    void add(std::string_view name, const boost::json::value& value);
    void add_text(std::string_view name, std::string_view text);
    /// Left out when empty.
    void add_if(std::string_view name, std::string_view text);
    /// `json` is a JSON text without line breaks.
    void add_raw(std::string_view name, std::string_view json);
    [[nodiscard]] std::string take() &&;

private:
    void begin(std::string_view name);

    std::string text_ = "{";
};

/// Appends `element` to a JSON array that is being written: "[" and no "]" yet.
void append_element(std::string& array, std::string_view element);

/// The same JSON text on one line: line breaks between tokens become spaces.
[[nodiscard]] std::string on_one_line(std::string_view json);

}  // namespace aifp::mcp
