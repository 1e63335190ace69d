#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "http/encoding.hpp"
#include "triggers/webhook.hpp"

namespace aifp::triggers {
namespace {

namespace json = boost::json;
using http::Parameter;

constexpr std::size_t kMaxJsonDepth = 32;

/// Takes notice of nothing: the parser is wanted for its verdict only, not for a tree.
struct IgnoreAll {
    using Code = boost::system::error_code;
    using Text = json::string_view;
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return true; }
    bool on_object_end(std::size_t, Code&) { return true; }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t, Code&) { return true; }
    bool on_key_part(Text, std::size_t, Code&) { return true; }
    bool on_key(Text, std::size_t, Code&) { return true; }
    bool on_string_part(Text, std::size_t, Code&) { return true; }
    bool on_string(Text, std::size_t, Code&) { return true; }
    bool on_number_part(Text, Code&) { return true; }
    bool on_int64(std::int64_t, Text, Code&) { return true; }
    bool on_uint64(std::uint64_t, Text, Code&) { return true; }
    bool on_double(double, Text, Code&) { return true; }
    bool on_bool(bool, Code&) { return true; }
    bool on_null(Code&) { return true; }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }
};

/// Errors: invalid_input with what is wrong and where.
Status check_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    json::basic_parser<IgnoreAll> parser(options);
    boost::system::error_code error;
    std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (!error && used < text.size()) {
        error = json::error::extra_data;
    }
    if (error) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} at byte {} of {}", error.message(), used + 1, text.size()));
    }
    return {};
}

/// Valid JSON as it stands, on one line: outside of strings a line break means nothing, and inside
/// of them there is none.
void append_raw_json(std::string& out, std::string_view text) {
    const std::size_t start = out.size();
    out += trim(text);
    for (std::size_t i = start; i < out.size(); ++i) {
        if (out[i] == '\n' || out[i] == '\r') {
            out[i] = ' ';
        }
    }
}

/// {"a":"1","b":["2","3"]}: a name that comes twice has a list.
void append_map(std::string& out, std::vector<Parameter> parameters) {
    std::stable_sort(parameters.begin(),
                     parameters.end(),
                     [](const Parameter& a, const Parameter& b) { return a.name < b.name; });
    out += '{';
    for (std::size_t i = 0; i < parameters.size();) {
        std::size_t end = i + 1;
        while (end < parameters.size() && parameters[end].name == parameters[i].name) {
            ++end;
        }
        out += i == 0 ? "" : ",";
        append_json_string(out, parameters[i].name);
        out += end - i > 1 ? ":[" : ":";
        for (std::size_t j = i; j < end; ++j) {
            out += j == i ? "" : ",";
            append_json_string(out, parameters[j].value);
        }
        out += end - i > 1 ? "]" : "";
        i = end;
    }
    out += '}';
}

Status append_parameters(std::string& out, std::string_view text) {
    if (text.empty()) {
        out += "{}";
        return {};
    }
    auto parameters = http::parse_parameters(text);
    if (!parameters) {
        return fail(parameters.error());
    }
    append_map(out, std::move(*parameters));
    return {};
}

bool is_secret(std::string_view name, const Webhook& webhook) {
    static constexpr std::string_view kSecret[] = {
        "authorization", "proxy-authorization", "cookie"};
    const bool known =
        std::any_of(std::begin(kSecret), std::end(kSecret), [name](std::string_view secret) {
            return http::equal_ignoring_case(name, secret);
        });
    return known || (webhook.auth && webhook.auth->hmac &&
                     http::equal_ignoring_case(name, webhook.auth->hmac->header));
}

/// A header field for people who write expressions: the name in small letters.
struct LowerField {
    std::string name;
    std::size_t index = 0;
    std::string_view value;
};

/// Sorted by name; what came several times is one list with commas (RFC 9110 5.3).
void append_headers(std::string& out, const http::Request& request, const Webhook& webhook) {
    std::vector<LowerField> fields;
    fields.reserve(request.headers.size());
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
        const auto field = request.headers[i];
        if (!is_secret(field.name, webhook)) {
            fields.push_back(LowerField{to_lower_ascii(field.name), i, field.value});
        }
    }
    std::sort(fields.begin(), fields.end(), [](const LowerField& a, const LowerField& b) {
        return std::tie(a.name, a.index) < std::tie(b.name, b.index);
    });
    out += '{';
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0 && fields[i].name == fields[i - 1].name) {
            out.pop_back();  // the quote that ended the value so far
            out += ", ";
            append_json_escaped(out, fields[i].value);
            out += '"';
            continue;
        }
        out += i == 0 ? "" : ",";
        append_json_string(out, fields[i].name);
        out += ':';
        append_json_string(out, fields[i].value);
    }
    out += '}';
}

/// "application/json; charset=utf-8" -> "application/json"
std::string media_type_of(const http::Request& request) {
    const std::string_view field =
        request.headers.find("Content-Type").value_or(std::string_view());
    return to_lower_ascii(trim(field.substr(0, field.find(';'))));
}

/// A map or a list: what is neither a form nor a text that somebody would write.
bool looks_like_json(std::string_view body) {
    const auto text = trim(body);
    return !text.empty() && (text.front() == '{' || text.front() == '[') && check_json(body);
}

bool is_json(std::string_view type) {
    return type == "application/json" || type.ends_with("+json");
}

Status append_json(std::string& out, std::string_view type, std::string_view body) {
    if (const auto checked = check_json(body); !checked) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the body is not JSON, as its Content-Type {} says: {}; send JSON, "
                                "or text with Content-Type: text/plain",
                                type,
                                checked.error().detail()));
    }
    out += ",\"body\":";
    append_raw_json(out, body);
    return {};
}

// What curl says of each body that it is not told about: a form that is JSON is meant as JSON.
Status append_form(std::string& out, std::string_view body) {
    if (looks_like_json(body)) {
        return fail(ErrorCode::invalid_input,
                    "the body is JSON, and its Content-Type says that it is a form "
                    "(application/x-www-form-urlencoded); send it with Content-Type: "
                    "application/json");
    }
    out += ",\"body\":";
    if (const auto appended = append_parameters(out, body); !appended) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the body is not a form, as its Content-Type "
                                "application/x-www-form-urlencoded says: {}; for JSON send "
                                "Content-Type: application/json, for text text/plain",
                                appended.error().detail()));
    }
    return {};
}

Status append_body(std::string& out, const http::Request& request) {
    const std::string type = media_type_of(request);
    if (request.body.empty()) {
        out += ",\"body\":null";
        return {};
    }
    if (is_json(type)) {
        return append_json(out, type, request.body);
    }
    if (type == "application/x-www-form-urlencoded") {
        return append_form(out, request.body);
    }
    if (first_invalid_utf8(request.body)) {
        out += ",\"body\":null,\"body_base64\":\"" + base64_encode(request.body) + "\"";
        return {};
    }
    out += ",\"body\":";
    append_json_string(out, request.body);
    return {};
}

}  // namespace

Result<std::string> webhook_payload(const http::Request& request, const Webhook& webhook) {
    std::string out;
    out.reserve(256 + request.body.size());
    out += R"({"kind":"webhook","method":)";
    append_json_string(out, request.method);
    out += ",\"path\":";
    append_json_string(out, webhook.path);
    out += ",\"query\":";
    Status appended = append_parameters(out, request.query());
    if (appended) {
        out += ",\"headers\":";
        append_headers(out, request, webhook);
        appended = append_body(out, request);
    }
    if (!appended) {
        return fail(appended.error());
    }
    out += '}';
    return out;
}

}  // namespace aifp::triggers
