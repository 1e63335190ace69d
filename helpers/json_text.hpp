#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace aifp::helpers {

/// JSON on one line with numbers as people write them: 0.93, where boost::json::serialize gives
/// 9.3E-1. A double without a fraction keeps ".0", so that its type can be seen. Pure.
[[nodiscard]] std::string to_json_text(const boost::json::value& value);

}  // namespace aifp::helpers
