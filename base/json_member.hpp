#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

// Members of JSON that others wrote: what is missing or of another type is no error here. Pure.
namespace aifp {

/// Null when `of` is no object or has no such member.
[[nodiscard]] const boost::json::value* member_in(const boost::json::value& of,
                                                  std::string_view key) noexcept;

/// A text; nothing for anything else.
[[nodiscard]] std::optional<std::string> text_member(const boost::json::object& of,
                                                     std::string_view key);

/// An array; an empty one for anything else.
[[nodiscard]] const boost::json::array& list_member(const boost::json::value& of,
                                                    std::string_view key);

/// Whether it says true.
[[nodiscard]] bool is_true_member(const boost::json::value& of, std::string_view key) noexcept;

}  // namespace aifp
