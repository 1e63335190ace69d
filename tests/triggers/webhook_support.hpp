#pragma once

#include <boost/json/parse.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "http/message.hpp"
#include "tests/support/fake_clock.hpp"
#include "triggers/webhook.hpp"

namespace aifp::testing {

/// {"$secret": "NAME"} is "secret-NAME"; EMPTY is empty, MISSING is not there; text is itself.
inline Result<std::string> resolve_text(const boost::json::value& value) {
    if (value.is_string()) {
        return std::string(value.get_string());
    }
    const std::string name(value.at("$secret").as_string());
    if (name == "MISSING") {
        return fail(ErrorCode::not_found, "there is no secret MISSING");
    }
    return name == "EMPTY" ? std::string() : "secret-" + name;
}

inline http::Request make_request(std::string target,
                                  std::initializer_list<http::Header> headers = {},
                                  std::string body = "") {
    http::Request request;
    request.method = "POST";
    request.target = std::move(target);
    for (const http::Header& header : headers) {
        request.headers.add(header.name, header.value);
    }
    request.body = std::move(body);
    request.peer = http::TcpEndpoint{*http::IpAddress::parse("192.168.1.7"), 4'000};
    return request;
}

inline std::string sign(std::string_view secret, std::string_view text) {
    return to_hex(hmac_sha256(secret, text));
}

/// A trigger from its arguments as JSON.
inline model::Trigger webhook_trigger(std::string_view arguments) {
    model::Trigger trigger;
    trigger.kind = "webhook";
    trigger.arguments = boost::json::parse({arguments.data(), arguments.size()}).as_object();
    return trigger;
}

inline Result<triggers::Webhook> make_webhook(std::string_view arguments) {
    return triggers::webhook_from(webhook_trigger(arguments), resolve_text);
}

}  // namespace aifp::testing
