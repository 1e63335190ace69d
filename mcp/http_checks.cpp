#include "mcp/http_checks.hpp"

#include <string>

#include "base/text.hpp"
#include "http/encoding.hpp"
#include "mcp/revision.hpp"

namespace aifp::mcp {
namespace {

constexpr std::string_view kEncodedBegin = "=?base64?";
constexpr std::string_view kEncodedEnd = "?=";

std::string_view media_type(std::string_view text) {
    return trim(text.substr(0, text.find(';')));
}

RpcError mismatch(std::string_view field, std::string_view why) {
    return RpcError{codes::kHeaderMismatch,
                    "the header " + std::string(field) + " " + std::string(why)};
}

/// The value of a field that may be "=?base64?...?=" (for names that are not ASCII).
std::optional<std::string> decoded(std::string_view value) {
    const bool is_encoded = value.size() >= kEncodedBegin.size() + kEncodedEnd.size() &&
                            value.starts_with(kEncodedBegin) && value.ends_with(kEncodedEnd);
    if (!is_encoded) {
        return std::string(value);
    }
    value.remove_prefix(kEncodedBegin.size());
    value.remove_suffix(kEncodedEnd.size());
    auto bytes = base64_decode(value);
    if (!bytes || first_invalid_utf8(*bytes)) {
        return std::nullopt;
    }
    return std::move(*bytes);
}

std::optional<RpcError> check_field(const http::Headers& headers,
                                    std::string_view field,
                                    std::string_view in_body) {
    const auto given = headers.find(field);
    if (!given || headers.count(field) > 1) {
        return mismatch(field, given ? "stands twice" : "is missing");
    }
    const auto value = decoded(trim(*given));
    if (!value) {
        return mismatch(field, "is not proper base64 of UTF-8");
    }
    if (*value != in_body) {
        return mismatch(field,
                        "says \"" + *value + "\", the body \"" + std::string(in_body) + "\"");
    }
    return std::nullopt;
}

/// Which parameter Mcp-Name repeats; empty: none.
std::string_view named_parameter(std::string_view method) {
    if (method == "tools/call" || method == "prompts/get") {
        return "name";
    }
    return method == "resources/read" ? "uri" : "";
}

}  // namespace

bool accepts(const http::Headers& headers, std::string_view type) {
    bool given = false;
    const auto group = std::string(type.substr(0, type.find('/'))) + "/*";
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (!http::equal_ignoring_case(headers[i].name, "accept")) {
            continue;
        }
        given = true;
        for (const auto part : split(headers[i].value, ',')) {
            const auto range = media_type(part);
            if (range == "*/*" || http::equal_ignoring_case(range, type) ||
                http::equal_ignoring_case(range, group)) {
                return true;
            }
        }
    }
    return !given;
}

bool is_json_request(const http::Headers& headers) {
    const auto type = headers.find("content-type");
    return type && http::equal_ignoring_case(media_type(*type), "application/json");
}

std::optional<RpcError> check_headers(const http::Headers& headers,
                                      const Message& message,
                                      const Envelope& envelope) {
    if (auto wrong = check_field(headers, fields::kRevision, envelope.revision)) {
        return wrong;
    }
    if (auto wrong = check_field(headers, fields::kMethod, message.method)) {
        return wrong;
    }
    const auto parameter = named_parameter(message.method);
    if (parameter.empty()) {
        return std::nullopt;
    }
    const auto name = find_text(message.params, parameter);
    if (!name && !headers.find(fields::kName)) {
        return std::nullopt;  // The parameters are wrong, and will be told so.
    }
    return check_field(headers, fields::kName, name.value_or(""));
}

bool is_modern_message(const http::Headers& headers, const Message& message) {
    if (claims_modern(message.params) || message.method == "server/discover") {
        return true;
    }
    const auto given = headers.find(fields::kRevision);
    const auto revision = given ? find_revision(trim(*given)) : std::nullopt;
    return given && (!revision || is_modern(*revision));
}

}  // namespace aifp::mcp
