#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace aifp::helpers {

/// Where two values differ: [{path: "actions.0.url", before, after}], in the order of `before` and
/// then of `after`; `before` is missing for what came, `after` for what went. Of lists the items
/// with the same number are compared. Deeper than 64 levels counts as one value. Pure.
[[nodiscard]] boost::json::array changes_between(const boost::json::value& before,
                                                 const boost::json::value& after);

}  // namespace aifp::helpers
