#include "model/error_class.hpp"

#include <algorithm>
#include <array>

namespace aifp::model {
namespace {

constexpr std::string_view kExit = "exit:";

constexpr std::array kClasses{
    ErrorClass{"any", "Every error that can be continued over", false},
    ErrorClass{"timeout", "It took longer than its timeout", true},
    ErrorClass{
        "connect", "The other side could not be reached: name, route, connection, TLS", true},
    ErrorClass{"http_4xx", "Answered with a status from 400 to 499", true},
    ErrorClass{"http_5xx", "Answered with a status from 500 to 599", true},
    ErrorClass{"http", "Answered with any status that does not count as success", true},
    ErrorClass{"exit", "A program ended with another exit code than 0, or by a signal", true},
    ErrorClass{"io", "The operating system or a file refused", true},
    ErrorClass{"busy", "A bound was reached: state, events, programs", true},
    ErrorClass{"template", "A template or an expression could not be evaluated", false},
    ErrorClass{"condition", "A condition could not be decided", false},
    ErrorClass{
        "config", "What the action needs is not there: a program, a directive, a file", false},
    ErrorClass{"denied", "It is not allowed, or a person said no", false},
    ErrorClass{"approval_expired", "Nobody answered in time: that is a no", false},
    ErrorClass{"limit", "A bound of the language: 10000 turns of repeat", false},
    ErrorClass{"recursion", "A directive called itself", false},
    ErrorClass{"call", "The directive that was called failed", true},
    ErrorClass{"answer", "An AI gave another answer than was asked for", true},
    ErrorClass{"abandoned", "The engine stopped while the step was under way", true},
    ErrorClass{"cancelled", "Somebody stopped it", false},
    ErrorClass{
        "stopped", "A stop action with error: true; only on_error and finally follow", false},
    ErrorClass{"internal", "A defect of the engine", false},
};

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_status(std::string_view text) noexcept {
    return text.size() == 3 && text[0] >= '1' && text[0] <= '5' && is_digit(text[1]) &&
           is_digit(text[2]);
}

// "4xx", "http_4xx"
char status_class(std::string_view text) noexcept {
    if (text.starts_with("http_")) {
        text.remove_prefix(5);
    }
    return text.size() == 3 && text.ends_with("xx") && text[0] >= '1' && text[0] <= '5' ? text[0]
                                                                                        : '\0';
}

const ErrorClass* find(std::string_view name) noexcept {
    const auto* found = std::find_if(
        kClasses.begin(), kClasses.end(), [&](const ErrorClass& row) { return row.name == name; });
    return found == kClasses.end() ? nullptr : found;
}

}  // namespace

std::span<const ErrorClass> error_classes() noexcept {
    return kClasses;
}

bool is_error_class(std::string_view name) noexcept {
    if (name.starts_with(kExit)) {
        const auto code = name.substr(kExit.size());
        return !code.empty() && code.size() <= 3 && std::all_of(code.begin(), code.end(), is_digit);
    }
    return find(name) != nullptr || is_status(name) || status_class(name) != '\0';
}

std::string_view error_class_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::invalid_input:
            return "template";
        case ErrorCode::not_found:
        case ErrorCode::conflict:
            return "config";
        case ErrorCode::denied:
            return "denied";
        case ErrorCode::busy:
            return "busy";
        case ErrorCode::timed_out:
            return "timeout";
        case ErrorCode::cancelled:
            return "cancelled";
        case ErrorCode::unreachable:
            return "connect";
        case ErrorCode::io_failure:
            return "io";
        case ErrorCode::internal:
            break;
    }
    return "internal";
}

bool is_of_class(std::string_view actual, std::string_view wanted) noexcept {
    if (wanted == actual) {
        return true;
    }
    if (wanted == "any") {
        return actual != "stopped" && actual != "cancelled";
    }
    if (is_status(actual)) {
        return wanted == "http" || status_class(wanted) == actual[0];
    }
    return wanted == "exit" && actual.starts_with(kExit);
}

bool is_of_any_class(std::string_view actual, std::span<const std::string> wanted) noexcept {
    return std::any_of(wanted.begin(), wanted.end(), [actual](const std::string& one) {
        return is_of_class(actual, one);
    });
}

bool is_passing_error(std::string_view actual) noexcept {
    const auto* row = find(actual);
    return row != nullptr ? row->is_passing : is_status(actual) || actual.starts_with(kExit);
}

}  // namespace aifp::model
