#pragma once

#include <boost/json/array.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/call.hpp"
#include "base/result.hpp"

// Lists in pages: at most `limit` rows, and where the next page begins as Link: <?...>; rel="next"
// (RFC 8288), so that the body stays the list.
namespace aifp::admin {

inline constexpr std::size_t kMaxPage = 500;

/// The parameter `name` as a whole number; nothing when it is not there. Errors: invalid_input.
[[nodiscard]] Result<std::optional<std::int64_t>> number_parameter(const Call& call,
                                                                   std::string_view name);

/// The query of the same list from another place on: `name` is `value`, the rest as it was.
[[nodiscard]] std::string query_with(const Call& call,
                                     std::string_view name,
                                     std::string_view value);

/// Answers with the rows, and `next` as the link to the next page; empty: this was the last. More
/// than kMaxPage rows are written in pieces, some in each turn of the loop.
void answer_page(const Call& call, boost::json::array rows, const std::string& next);

}  // namespace aifp::admin
