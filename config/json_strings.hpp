#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

// The strings of a JSON text, as they stand in it. Pure.
namespace aifp::config {

/// Whether what begins at `at` belongs to an escape that began before: an odd number of backslashes
/// stands in front of it.
[[nodiscard]] bool is_escaped(std::string_view text, std::size_t at) noexcept;

/// Whether a cut at `at` would leave half of an escape: behind its backslash, or among the digits
/// of a \u00e9.
[[nodiscard]] bool cuts_escape(std::string_view text, std::size_t at) noexcept;

/// One string of a JSON text, without its quotes and still escaped.
struct JsonString {
    std::string_view text;
    bool is_key = false;
};
/// `json` with every string in it as `change` gives it back, which must escape what it adds. Also
/// for texts that hold JSON, as the lines of an event stream do.
[[nodiscard]] std::string with_strings(
    std::string_view json, const std::function<std::string(const JsonString& string)>& change);

}  // namespace aifp::config
