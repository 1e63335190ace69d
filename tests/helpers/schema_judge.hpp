#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace aifp::helpers {

/// What is wrong with a value by a JSON Schema of the keywords that helpers/schema.hpp names; empty
/// if nothing. Says so when it meets another keyword. Shares no code with check_arguments.
[[nodiscard]] std::string judge(std::string_view schema, const boost::json::value& value);

}  // namespace aifp::helpers
