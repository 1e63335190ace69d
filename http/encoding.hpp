#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.hpp"
#include "base/result.hpp"

namespace aifp::http {

/// Decodes %XX. Errors: invalid_input on a '%' without two hexadecimal digits.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);

struct Parameter {
    std::string name;
    std::string value;
    friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// "a=1&b=x+y": the form of queries and of application/x-www-form-urlencoded ('+' is a space), in
/// the order they came. Errors: invalid_input on a broken escape.
[[nodiscard]] Result<std::vector<Parameter>> parse_parameters(std::string_view text);

/// The other way round, for one name or value: letters, digits and "-._~*" stay, a space is '+'.
[[nodiscard]] std::string form_encode(std::string_view text);

}  // namespace aifp::http
