#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

// What can go wrong in a step, in the words of `continue_on_error`, `retry_on`, `never_on` and
// `error.class` (docs/errors.md). One list for all of them. Thread-safe.

namespace aifp::model {

/// One class of errors that a directive may name.
struct ErrorClass {
    std::string_view name;
    std::string_view doc;
    /// Trying the same again may help: what `retry` covers when it names no classes.
    bool is_passing = false;
};

/// All of them but the statuses and exit codes, in the order of docs/errors.md.
[[nodiscard]] std::span<const ErrorClass> error_classes() noexcept;

/// Whether a directive may name it: a class of the list, an HTTP status or class of statuses
/// ("503", "5xx", "http_5xx"), an exit code ("exit:75").
[[nodiscard]] bool is_error_class(std::string_view name) noexcept;

/// The class of an error whose step says nothing more exact.
[[nodiscard]] std::string_view error_class_of(ErrorCode code) noexcept;

/// Whether an error of class `actual` (a name of the list, "503", "exit:75") is meant by `wanted`.
[[nodiscard]] bool is_of_class(std::string_view actual, std::string_view wanted) noexcept;
[[nodiscard]] bool is_of_any_class(std::string_view actual,
                                   std::span<const std::string> wanted) noexcept;

/// Whether trying again may help against it.
[[nodiscard]] bool is_passing_error(std::string_view actual) noexcept;

}  // namespace aifp::model
