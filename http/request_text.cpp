#include "http/request_text.hpp"

#include <algorithm>
#include <array>

#include "http/encoding.hpp"

namespace aifp::http {
namespace {

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || kTokenMarks.find(c) != std::string_view::npos;
    });
}

bool is_field_value(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

bool names(const Header& header, std::initializer_list<std::string_view> list) noexcept {
    return std::any_of(list.begin(), list.end(), [&header](std::string_view name) {
        return equal_ignoring_case(header.name, name);
    });
}

Status check(const ClientRequest& request) {
    if (!is_token(request.method)) {
        return fail(ErrorCode::invalid_input, "\"" + request.method + "\" is not an HTTP method");
    }
    for (const Header& header : request.headers) {
        if (!is_token(header.name)) {
            return fail(ErrorCode::invalid_input,
                        "\"" + header.name + "\" cannot be the name of a header");
        }
        if (!is_field_value(header.value)) {
            return fail(ErrorCode::invalid_input,
                        "the value of the header \"" + header.name +
                            "\" holds a line break or another control character");
        }
        if (names(header, {"Host", "Content-Length", "Transfer-Encoding", "Connection"})) {
            return fail(ErrorCode::invalid_input,
                        "the header \"" + header.name + "\" is set by itself; leave it out");
        }
    }
    return {};
}

bool has_header(const ClientRequest& request, std::string_view name) noexcept {
    return std::any_of(request.headers.begin(),
                       request.headers.end(),
                       [name](const Header& header) { return names(header, {name}); });
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

Result<std::string> request_text(const ClientRequest& request,
                                 const Url& url,
                                 const std::string& user_agent) {
    if (const Status checked = check(request); !checked) {
        return fail(checked.error());
    }
    std::string text = request.method + " " + url.target + " HTTP/1.1\r\n";
    append_line(text, "Host", url.authority());
    if (!has_header(request, "User-Agent")) {
        append_line(text, "User-Agent", user_agent);
    }
    if (!has_header(request, "Accept")) {
        append_line(text, "Accept", "*/*");
    }
    if (!url.user_password.empty() && !has_header(request, "Authorization")) {
        append_line(text, "Authorization", "Basic " + base64_encode(url.user_password));
    }
    for (const Header& header : request.headers) {
        append_line(text, header.name, header.value);
    }
    const bool expects_body =
        request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (expects_body || !request.body.empty()) {
        append_line(text, "Content-Length", std::to_string(request.body.size()));
    }
    text += "\r\n";
    text += request.body;
    return text;
}

bool is_idempotent(std::string_view method) noexcept {
    static constexpr std::array<std::string_view, 6> kIdempotent = {
        "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
    return std::find(kIdempotent.begin(), kIdempotent.end(), method) != kIdempotent.end();
}

Result<bool> follow_redirect(const ClientResponse& response, ClientRequest& request, Url& url) {
    const int status = response.status;
    const bool keeps_method = status == 307 || status == 308;
    const bool is_redirect = keeps_method || (status >= 301 && status <= 303);
    const auto location = response.headers.find("Location");
    if (!is_redirect || !location) {
        return false;
    }
    auto next = resolve_url(url, *location);
    if (!next) {
        return fail(next.error());
    }
    if (url.tls && !next->tls) {
        return fail(ErrorCode::invalid_input,
                    "the redirect from " + url.origin() +
                        " leads to http, where it can be read on the way: " + next->origin());
    }
    if (!next->same_origin(url)) {
        // Any other header may be a key.
        std::erase_if(request.headers, [](const Header& header) {
            return !names(header,
                          {"Accept",
                           "Accept-Encoding",
                           "Accept-Language",
                           "Cache-Control",
                           "Content-Language",
                           "Content-Type",
                           "User-Agent"});
        });
        next->user_password.clear();
    } else {
        next->user_password = url.user_password;
    }
    const bool turns_into_get =
        (status == 303 && request.method != "HEAD") || (!keeps_method && request.method == "POST");
    if (turns_into_get) {
        request.method = "GET";
        request.body.clear();
        std::erase_if(request.headers,
                      [](const Header& header) { return names(header, {"Content-Type"}); });
    }
    url = std::move(*next);
    return true;
}

}  // namespace aifp::http
