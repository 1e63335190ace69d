#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

namespace aifp {

/// Appends `text` as the inside of a JSON string (RFC 8259 7), without its quotes. Control
/// characters and DEL are escaped; bytes that are not UTF-8 become U+FFFD, one for each.
/// Made for hot paths: printable ASCII is looked at eight bytes at a time. Thread-safe.
void append_json_escaped(std::string& out, std::string_view text);

/// The same with the quotes.
void append_json_string(std::string& out, std::string_view text);

/// Appends a value as JSON on one line, with its numbers as people write them: 21.5 where Boost
/// writes 2.15E1. What is a double has a point or an exponent, so that it is one again when it is
/// read; one that JSON cannot hold (infinite, not a number) is null. As deep as the value is.
void append_json(std::string& out, const boost::json::value& value);
void append_json(std::string& out, const boost::json::object& object);
void append_json(std::string& out, const boost::json::array& list);

/// The same as a text of its own.
[[nodiscard]] std::string json_text(const boost::json::value& value);
[[nodiscard]] std::string json_text(const boost::json::object& object);
[[nodiscard]] std::string json_text(const boost::json::array& list);

}  // namespace aifp
