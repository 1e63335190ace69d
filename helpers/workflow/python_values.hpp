#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace aifp::helpers::workflow {

/// Something the generated program is given from outside, and what to write for it.
struct GivenName {
    std::string name;    ///< "value_1", "AIFP_SECRET_LAMP_TOKEN"
    std::string source;  ///< The template's expression, or the secret's name.
    friend bool operator==(const GivenName&, const GivenName&) = default;
};

/// Writes what stands in a directive as Python expressions, and collects what the program must be
/// given: expressions that only the engine can evaluate become parameters (`with:`), secrets become
/// environment variables (`env:`). Texts come out as data whatever they hold. One object per
/// program; not thread-safe.
class PythonValues {
public:
    /// A literal with `${NAME}`, secrets and templates replaced by what stands for them. Templates
    /// that are a plain path from trigger, steps or error are looked up by the program itself.
    /// Errors: invalid_input for a template that calculates with the outcome of a step, which
    /// nobody outside the program knows.
    [[nodiscard]] Result<std::string> write(const boost::json::value& value);
    /// The place of an expression's value: `Path(("trigger", "x"))`. Errors: as write.
    [[nodiscard]] Result<std::string> write_expression(std::string_view expression);

    [[nodiscard]] const std::vector<GivenName>& parameters() const { return parameters_; }
    [[nodiscard]] const std::vector<GivenName>& secrets() const { return secrets_; }

private:
    [[nodiscard]] Result<std::string> write_text(std::string_view text);
    [[nodiscard]] Result<std::string> write_members(const boost::json::value& value);
    [[nodiscard]] std::string write_secret(std::string_view name);

    std::vector<GivenName> parameters_;
    std::vector<GivenName> secrets_;
    int depth_ = 0;
};

}  // namespace aifp::helpers::workflow
