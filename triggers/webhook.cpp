#include "triggers/webhook.hpp"

#include <algorithm>
#include <array>

#include "base/quantity.hpp"
#include "base/text.hpp"

namespace aifp::triggers {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> kMethods = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::uint64_t kMaxBody = 64ULL * 1'024 * 1'024;
constexpr Milliseconds kMaxRespondTimeout = std::chrono::hours(1);

tl::unexpected<Error> wrong(const std::string& text) {
    return fail(ErrorCode::invalid_input, "webhook: " + text);
}

bool is_path_character(char c) noexcept {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') ||
           std::string_view("_.~-").find(c) != std::string_view::npos;
}

bool is_path(std::string_view path) {
    const auto segments = split(path, '/');
    return !path.empty() &&
           std::all_of(segments.begin(), segments.end(), [](std::string_view segment) {
               return !segment.empty() && segment != "." && segment != ".." &&
                      std::all_of(segment.begin(), segment.end(), is_path_character);
           });
}

/// The text of an optional argument; `fallback` if it is not there.
Result<std::string> text_of(const json::object& arguments,
                            std::string_view key,
                            std::string_view fallback) {
    const json::value* value = arguments.if_contains({key.data(), key.size()});
    if (value == nullptr) {
        return std::string(fallback);
    }
    if (!value->is_string()) {
        return wrong(std::string(key) + " must be text");
    }
    return std::string(value->get_string());
}

Status read_path(Webhook& webhook, const json::object& arguments) {
    const auto path = text_of(arguments, "webhook", "");
    if (!path) {
        return fail(path.error());
    }
    if (!is_path(*path)) {
        return wrong("the path \"" + *path +
                     "\" must be segments of letters, digits and _ . ~ -, like lights/on");
    }
    webhook.path = *path;
    return {};
}

Status read_methods(Webhook& webhook, const json::object& arguments) {
    const json::value* methods = arguments.if_contains("methods");
    if (methods == nullptr) {
        return webhook.methods.add("POST");
    }
    if (!methods->is_array() || methods->get_array().empty()) {
        return wrong("methods must be a list, like [POST, PUT]");
    }
    for (const json::value& method : methods->get_array()) {
        const Status added = method.is_string() ? webhook.methods.add(method.get_string())
                                                : wrong("methods holds something that is not text");
        if (!added) {
            return added;
        }
    }
    return {};
}

Status read_limits(Webhook& webhook, const json::object& arguments) {
    const auto max_body =
        text_of(arguments, "max_body", "1 MiB").and_then([](const std::string& text) {
            return parse_size_bytes(text);
        });
    if (!max_body || *max_body > kMaxBody) {
        return wrong("max_body must be a size up to 64 MiB, like 1 MiB");
    }
    webhook.max_body_bytes = static_cast<std::size_t>(*max_body);
    const json::value* rate_value = arguments.if_contains("rate");
    if (rate_value == nullptr) {
        return {};
    }
    const auto rate = text_of(arguments, "rate", "").and_then([](const std::string& text) {
        return parse_rate(text);
    });
    if (!rate) {
        return fail(rate.error().with_context("webhook"));
    }
    webhook.rate.emplace(*rate);
    return {};
}

Status read_respond(Webhook& webhook, const json::object& arguments) {
    const auto respond = text_of(arguments, "respond", "accept");
    if (!respond || (*respond != "accept" && *respond != "wait")) {
        return wrong("respond must be accept or wait");
    }
    webhook.respond = *respond == "wait" ? Respond::wait : Respond::accept;
    const auto timeout =
        text_of(arguments, "respond_timeout", "30s").and_then([](const std::string& text) {
            return parse_duration(text);
        });
    if (!timeout || *timeout <= Milliseconds(0) || *timeout > kMaxRespondTimeout) {
        return wrong("respond_timeout must be a duration up to 1h, like 30s");
    }
    webhook.respond_timeout = *timeout;
    return {};
}

Status read_auth(Webhook& webhook, const json::object& arguments, const ResolveText& resolve) {
    const json::value* auth = arguments.if_contains("auth");
    if (auth == nullptr) {
        return wrong("auth is missing; name who may call it, or write auth: none");
    }
    auto rules = auth_rules_from(*auth, resolve);
    if (!rules) {
        return fail(rules.error().with_context("webhook"));
    }
    if (!auth->is_string()) {
        webhook.auth = std::make_unique<const AuthRules>(std::move(*rules));
    }
    return {};
}

}  // namespace

Status MethodSet::add(std::string_view method) {
    const auto found = std::find(kMethods.begin(), kMethods.end(), method);
    if (found == kMethods.end()) {
        return wrong("\"" + std::string(method) +
                     "\" is not a method; write GET, HEAD, POST, PUT, PATCH or DELETE");
    }
    bits_ = static_cast<std::uint8_t>(bits_ | 1U << (found - kMethods.begin()));
    return {};
}

bool MethodSet::contains(std::string_view method) const noexcept {
    const auto found = std::find(kMethods.begin(), kMethods.end(), method);
    return found != kMethods.end() && (bits_ & 1U << (found - kMethods.begin())) != 0;
}

std::string MethodSet::text() const {
    std::vector<std::string> names;
    for (const std::string_view method : kMethods) {
        if (contains(method)) {
            names.emplace_back(method);
        }
    }
    return join(names, ", ");
}

Result<Webhook> webhook_from(const model::Trigger& trigger, const ResolveText& resolve) {
    Webhook webhook;
    const json::object& arguments = trigger.arguments;
    Status read = read_path(webhook, arguments);
    if (read) {
        read = read_methods(webhook, arguments);
    }
    if (read) {
        read = read_limits(webhook, arguments);
    }
    if (read) {
        read = read_respond(webhook, arguments);
    }
    if (read) {
        read = read_auth(webhook, arguments, resolve);
    }
    if (!read) {
        return fail(read.error());
    }
    return webhook;
}

}  // namespace aifp::triggers
