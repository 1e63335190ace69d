#include "engine/approval_links.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <chrono>
#include <utility>

#include "base/hash.hpp"
#include "base/json_member.hpp"
#include "base/read_number.hpp"
#include "engine/dispatcher.hpp"
#include "http/encoding.hpp"
#include "triggers/webhook_auth.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

/// Of one client. Guessing is hopeless in any case: this spares the daemon the work.
constexpr Rate kRate{30, Seconds(60)};
constexpr std::size_t kMaxSecret = 128;

std::string escaped(std::string_view text) {
    std::string html;
    for (const char letter : text) {
        switch (letter) {
            case '&':
                html += "&amp;";
                break;
            case '<':
                html += "&lt;";
                break;
            case '>':
                html += "&gt;";
                break;
            case '"':
                html += "&quot;";
                break;
            default:
                html += letter;
        }
    }
    return html;
}

// No script, nothing from elsewhere, no frame around it, and the address is told to nobody.
http::Response page(int status, std::string_view inner) {
    auto response = http::text_response(
        status,
        fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width\">"
                    "<title>Approval</title><style>body{{font:1.2em sans-serif;margin:2em;"
                    "max-width:30em}}button{{font:inherit;padding:.6em 2em;margin:1em 1em 0 0}}"
                    "p{{white-space:pre-wrap}}</style></head><body>{}</body></html>\n",
                    inner));
    response.content_type = "text/html; charset=utf-8";
    response.headers.push_back({"Cache-Control", "no-store"});
    response.headers.push_back({"Referrer-Policy", "no-referrer"});
    response.headers.push_back({"X-Robots-Tag", "noindex"});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.headers.push_back({"Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'; "
                                "form-action 'self'; frame-ancestors 'none'"});
    return response;
}

// One text for what never was, what was used, and what is over: nobody learns which.
http::Response no_link() {
    return page(404,
                "<p>This link asks nothing, or nothing any more: it works once, until its time is "
                "over.</p>");
}

http::Response wrong_method() {
    auto response = page(405, "<p>Use GET or POST.</p>");
    response.headers.push_back({"Allow", "GET, HEAD, POST"});
    return response;
}

http::Response too_many(Milliseconds wait) {
    auto response = page(429, "<p>Too many requests: try again later.</p>");
    const auto seconds = std::chrono::ceil<Seconds>(wait).count();
    response.headers.push_back({"Retry-After", std::to_string(seconds)});
    return response;
}

std::string field(const json::object& of, std::string_view name) {
    return escaped(text_member(of, name).value_or(""));
}

/// "answer=yes"; nothing for anything but yes and no.
std::optional<bool> answer_in(const std::string& body) {
    const auto parameters = http::parse_parameters(body);
    if (!parameters) {
        return std::nullopt;
    }
    for (const auto& parameter : *parameters) {
        if (parameter.name == "answer" && (parameter.value == "yes" || parameter.value == "no")) {
            return parameter.value == "yes";
        }
    }
    return std::nullopt;
}

}  // namespace

void ApprovalLinks::handle(const http::Request& request, http::Responder& responder) {
    const auto address = triggers::client_address(request, parts_.trusted_proxies);
    const auto client = address ? address->text() : std::string("unknown");
    if (const auto wait = limits_.take(client, kRate, parts_.clock.mono())) {
        responder(too_many(*wait));
        return;
    }
    const bool shows = request.method == "GET" || request.method == "HEAD";
    if (!shows && request.method != "POST") {
        responder(wrong_method());
        return;
    }
    const auto link = link_in(request.path());
    if (!link) {
        responder(no_link());
        return;
    }
    responder(shows ? show(*link) : answer(*link, request.body, client));
}

std::optional<ApprovalLinks::Link> ApprovalLinks::link_in(std::string_view path) {
    path.remove_prefix(kLinkPath.size());
    const auto dash = path.find('-');
    const auto run = read_number<std::int64_t>(path.substr(0, dash));
    if (dash == std::string_view::npos || !run || path.size() - dash > kMaxSecret) {
        return std::nullopt;
    }
    return Link{LedgerId{*run}, sha256_hex(path.substr(dash + 1))};
}

http::Response ApprovalLinks::show(const Link& link) const {
    const auto asked = parts_.dispatcher.asked_by_link(link.run, link.hash);
    if (!asked) {
        return no_link();
    }
    return page(200,
                fmt::format("<p><b>{}</b> asks:</p><p>{}</p><form method=\"post\">"
                            "<button name=\"answer\" value=\"yes\">Yes</button>"
                            "<button name=\"answer\" value=\"no\">No</button></form>"
                            "<p><small>Until {}</small></p>",
                            field(*asked, "directive"),
                            field(*asked, "question"),
                            field(*asked, "until")));
}

http::Response ApprovalLinks::answer(const Link& link,
                                     const std::string& body,
                                     const std::string& client) const {
    if (!parts_.dispatcher.asked_by_link(link.run, link.hash)) {
        return no_link();
    }
    const auto yes = answer_in(body);
    if (!yes) {
        return page(400, "<p>Answer yes or no.</p>");
    }
    if (!parts_.dispatcher.answer_by_link(link.run, link.hash, *yes)) {
        return no_link();
    }
    const auto* const word = *yes ? "yes" : "no";
    const json::value with = json::object{{"answer", word}};
    parts_.log.write(logging::LogType::lifecycle,
                     logging::Level::info,
                     "change",
                     {logging::Field("who", kByLink),
                      logging::Field("from", client),
                      logging::Field("what", fmt::format("approval of run {}", link.run.value)),
                      logging::Field("outcome", "done"),
                      logging::Field("with", with)});
    return page(200, fmt::format("<p>Thank you. The answer is: <b>{}</b>.</p>", word));
}

}  // namespace aifp::engine
