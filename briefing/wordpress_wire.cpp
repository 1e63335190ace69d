#include "briefing/wordpress_wire.hpp"

#include <fmt/format.h>

#include <utility>

#include "http/encoding.hpp"
#include "http/ip_address.hpp"
#include "http/url.hpp"

namespace aifp::briefing {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxAnswer = 2 << 20;

}  // namespace

WordPressWire::WordPressWire(config::WordPress settings,
                             WordPressLimits limits,
                             const config::Resolver& resolver,
                             http::Client& client)
    : settings_(std::move(settings)), limits_(limits), resolver_(resolver), client_(client) {
    while (settings_.url.ends_with('/')) {
        settings_.url.pop_back();
    }
}

Status WordPressWire::prepare() {
    refusal_.reset();
    const auto url = http::parse_url(settings_.url);
    if (!url) {
        return fail(url.error().with_context("prompts.wordpress.url"));
    }
    authorization_.clear();
    if (settings_.user.empty() || settings_.password.is_null()) {
        return {};
    }
    const auto address = http::IpAddress::parse(url->host);
    const bool is_here = address ? address->is_loopback() : url->host == "localhost";
    if (!url->tls && !is_here && !settings_.allow_plain_http) {
        return fail(ErrorCode::invalid_input,
                    "prompts.wordpress: the password would travel unencrypted; write https:// in "
                    "url, or \"allow_plain_http: true\" for a site in your own network");
    }
    const auto password = resolver_.text(settings_.password);
    if (!password) {
        return fail(password.error().with_context("prompts.wordpress.password"));
    }
    authorization_ = "Basic " + base64_encode(settings_.user + ":" + *password);
    return {};
}

std::string WordPressWire::url_of(const WpQuery& query) const {
    return is_plain_
               ? fmt::format("{}/?rest_route=/{}&{}", settings_.url, query.route, query.fields)
               : fmt::format("{}/wp-json/{}?{}", settings_.url, query.route, query.fields);
}

http::ClientRequest WordPressWire::request_for(std::string url) const {
    http::ClientRequest request;
    request.url = std::move(url);
    request.timeout = limits_.call;
    request.max_redirects = 3;  // the password stays behind when another origin is meant
    request.max_response_bytes = kMaxAnswer;
    request.ca_file = settings_.ca_file;
    return request;
}

asio::awaitable<WordPressWire::Response> WordPressWire::ask(WpQuery query) {
    http::ClientRequest request = request_for(url_of(query));
    if (query.signs_in && signs_in()) {
        request.headers.push_back(http::Header{"Authorization", authorization_});
    }
    Response response = co_await client_.send(std::move(request));
    if (!response || (response->status >= 200 && response->status < 300)) {
        co_return response;
    }
    const int status = response->status;
    const ErrorCode code = status == 401 || status == 403 ? ErrorCode::denied
                           : status == 404                ? ErrorCode::not_found
                                                          : ErrorCode::unreachable;
    co_return fail(code, fmt::format("{} answered {} to {}", settings_.url, status, query.route));
}

asio::awaitable<WordPressWire::Response> WordPressWire::ask_as_editor(WpQuery query) {
    if (signs_in()) {
        WpQuery edit = query;
        edit.fields += ",labels,viewable,visibility&context=edit";
        Response response = co_await ask(std::move(edit));
        if (response || response.error().code() != ErrorCode::denied) {
            co_return response;
        }
        refusal_ = response.error().detail();
    }
    query.signs_in = false;
    Response response = co_await ask(std::move(query));
    co_return response;
}

asio::awaitable<WordPressWire::Response> WordPressWire::ask_page(std::string path) {
    http::ClientRequest request = request_for(settings_.url + path);
    Response response = co_await client_.send(std::move(request));
    co_return response;
}

}  // namespace aifp::briefing
