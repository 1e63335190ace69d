#pragma once

#include <string_view>

#include "http/message.hpp"

namespace aifp::http {

/// Why something was refused (RFC 9457). Empty members are left out.
struct Problem {
    int status = 500;
    std::string_view detail;    ///< What is wrong, and what to do.
    std::string_view code;      ///< "conflict": what a program may branch on beside the status.
    std::string_view instance;  ///< The path that was asked for.
};
/// The form of all refusals, application/problem+json: {type, title, status, detail, code,
/// instance, error}. `error` is `detail` again, for readers that know only that.
[[nodiscard]] Response problem_response(const Problem& problem);

}  // namespace aifp::http
