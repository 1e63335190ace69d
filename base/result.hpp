#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace aifp {

/// What a caller may branch on. A code exists only where some caller behaves differently.
enum class ErrorCode {
    invalid_input,  ///< The request or the data is wrong; trying again will not help.
    not_found,      ///< The thing named does not exist.
    conflict,       ///< The state of the thing does not allow it now.
    denied,         ///< The caller may not do this.
    busy,           ///< A bound is reached; trying later may help.
    timed_out,      ///< A deadline passed.
    cancelled,      ///< Somebody asked for it to stop.
    unreachable,    ///< The other side could not be reached (name, route, connection, TLS).
    io_failure,     ///< The operating system or the database refused.
    internal,       ///< A defect of ours.
};

/// The lower-case name of the code, as shown in JSON.
[[nodiscard]] std::string_view name_of(ErrorCode code) noexcept;

/// A failure: a code to branch on and a text to read. Has constructors on purpose: an aggregate in
/// a statement with co_await is destroyed twice by GCC 12.
class Error {
public:
    Error(ErrorCode code, std::string detail) : code_(code), detail_(std::move(detail)) {}

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

    /// The same error with what was being done in front: "loading lights.yaml: <detail>".
    [[nodiscard]] Error with_context(std::string_view doing) const;

private:
    ErrorCode code_;
    std::string detail_;
};

/// A value or an Error. Functions that return it are marked [[nodiscard]].
template <class T>
using Result = tl::expected<T, Error>;

/// Success or an Error.
using Status = Result<void>;

/// The error arm of a Result: `return fail(ErrorCode::not_found, "no directive 7");`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string detail) {
    return tl::unexpected<Error>(Error(code, std::move(detail)));
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace aifp
