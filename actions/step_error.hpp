#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "model/error_class.hpp"

namespace aifp::actions {

/// Why a step failed: an error, and its class in the words of directives (model/error_class.hpp).
/// Made of an Error alone it has the class of the error's code.
class StepError {
public:
    StepError(Error error)  // NOLINT(google-explicit-constructor): `done(fail(...))` of any action
        : error_(std::move(error)), error_class_(model::error_class_of(error_.code())) {}
    StepError(Error error, std::string error_class)
        : error_(std::move(error)), error_class_(std::move(error_class)) {}

    [[nodiscard]] ErrorCode code() const noexcept { return error_.code(); }
    [[nodiscard]] const std::string& detail() const noexcept { return error_.detail(); }
    /// "timeout", "503", "exit:75" ...
    [[nodiscard]] const std::string& error_class() const noexcept { return error_class_; }

    [[nodiscard]] StepError with_context(std::string_view doing) const {
        return {error_.with_context(doing), error_class_};
    }

private:
    Error error_;
    std::string error_class_;
};

/// What a step gave.
using StepResult = tl::expected<boost::json::value, StepError>;

/// The error arm of a StepResult with a class of its own.
[[nodiscard]] inline tl::unexpected<StepError> fail_step(ErrorCode code,
                                                         std::string detail,
                                                         std::string error_class) {
    return tl::unexpected<StepError>(
        StepError(Error(code, std::move(detail)), std::move(error_class)));
}
[[nodiscard]] inline tl::unexpected<StepError> fail_step(StepError error) {
    return tl::unexpected<StepError>(std::move(error));
}

}  // namespace aifp::actions
