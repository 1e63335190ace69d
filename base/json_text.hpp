#pragma once

#include <string>
#include <string_view>

namespace aifp {

/// Appends `text` as the inside of a JSON string (RFC 8259 7), without its quotes. Control
/// characters and DEL are escaped; bytes that are not UTF-8 become U+FFFD, one for each.
/// Made for hot paths: printable ASCII is looked at eight bytes at a time. Thread-safe.
void append_json_escaped(std::string& out, std::string_view text);

/// The same with the quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace aifp
