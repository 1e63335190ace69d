#pragma once

#include <string>
#include <string_view>

namespace aifp {

/// Appends `text` as a JSON string with its quotes (RFC 8259 7). Bytes that are not UTF-8 become
/// U+FFFD. Made for hot paths: printable ASCII is looked at eight bytes at a time.
void append_json_string(std::string& out, std::string_view text);

/// The same without the quotes.
void append_json_text(std::string& out, std::string_view text);

}  // namespace aifp
