#pragma once

#include <boost/json/array.hpp>
#include <string_view>

namespace aifp::cli {

/// The samples of a text for Prometheus (exposition format 0.0.4) as [{"name", "labels": {},
/// "value"}]; a value that is no number of JSON (NaN, +Inf) is a text. Lines that are none are left
/// out. Pure.
[[nodiscard]] boost::json::array figures_in(std::string_view text);

}  // namespace aifp::cli
