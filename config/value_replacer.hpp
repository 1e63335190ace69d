#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace aifp::config {

/// A text that is to be found in others.
struct Sought {
    std::string text;       ///< Never empty.
    std::string reference;  ///< Stands for it where it can be put in again; empty: it has none.
    bool fits_json = true;  ///< It may stand so within a string of a JSON text.
};

/// Where it is searched.
enum class Inside {
    text,         ///< Anywhere.
    json_string,  ///< Within a string of a JSON text, still escaped: no escape is cut in two.
};

/// What stands instead of a text that was found.
using Replacement = std::function<std::string(const Sought& found)>;

/// Every one of `sought` in `text` replaced: the leftmost first, of several there the longest. What
/// a replacement says is not searched. Pure.
[[nodiscard]] std::string replaced(std::string_view text,
                                   std::span<const Sought> sought,
                                   Inside inside,
                                   const Replacement& replacement);

/// Whether what begins at `at` belongs to an escape that began before: an odd number of backslashes
/// stands in front of it.
[[nodiscard]] bool is_escaped(std::string_view text, std::size_t at) noexcept;

/// One string of a JSON text, without its quotes and still escaped.
struct JsonString {
    std::string_view text;
    bool is_key = false;
};
/// `json` with every string in it as `change` gives it back, which must escape what it adds. Also
/// for texts that hold JSON, as the lines of an event stream do. Pure.
[[nodiscard]] std::string with_strings(
    std::string_view json, const std::function<std::string(const JsonString& string)>& change);

}  // namespace aifp::config
