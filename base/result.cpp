#include "base/result.hpp"

#include <fmt/format.h>

namespace aifp {

std::string_view name_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::invalid_input:
            return "invalid_input";
        case ErrorCode::not_found:
            return "not_found";
        case ErrorCode::conflict:
            return "conflict";
        case ErrorCode::denied:
            return "denied";
        case ErrorCode::busy:
            return "busy";
        case ErrorCode::timed_out:
            return "timed_out";
        case ErrorCode::cancelled:
            return "cancelled";
        case ErrorCode::unreachable:
            return "unreachable";
        case ErrorCode::io_failure:
            return "io_failure";
        case ErrorCode::internal:
            return "internal";
    }
    return "internal";
}

Error Error::with_context(std::string_view doing) const {
    return Error(code_, fmt::format("{}: {}", doing, detail_));
}

}  // namespace aifp
