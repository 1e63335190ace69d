#include "http/url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "base/text.hpp"
#include "http/encoding.hpp"

namespace aifp::http {
namespace {

namespace urls = boost::urls;

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::string plain(boost::core::string_view text) {
    return std::string(text.data(), text.size());
}

std::string without_secrets(const urls::url_view& view) {
    return origin_of(plain(view.buffer()));
}

Result<std::uint16_t> port_of(const urls::url_view& view, bool tls) {
    if (!view.has_port() || view.port().empty()) {
        return tls ? kHttpsPort : kHttpPort;
    }
    const std::string digits = plain(view.port());
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size() || port == 0) {
        return fail(ErrorCode::invalid_input,
                    "the port of the URL \"" + without_secrets(view) + "\" must be 1 to 65535");
    }
    return port;
}

Result<Url> url_from(const urls::url_view& view) {
    Url url;
    const std::string scheme = to_lower_ascii(plain(view.scheme()));
    if (scheme != "http" && scheme != "https") {
        return fail(
            ErrorCode::invalid_input,
            "the URL \"" + without_secrets(view) + "\" must begin with http:// or https://");
    }
    url.tls = scheme == "https";
    url.host = to_lower_ascii(view.host_address());
    if (url.host.empty() ||
        url.host.find_first_of(std::string_view(" \0\r\n\t/", 6)) != std::string::npos) {
        return fail(ErrorCode::invalid_input,
                    "the URL \"" + without_secrets(view) + "\" has no usable host name");
    }
    const auto port = port_of(view, url.tls);
    if (!port) {
        return fail(port.error());
    }
    url.port = *port;
    url.target = plain(view.encoded_path());
    if (url.target.empty()) {
        url.target = "/";
    }
    if (view.has_query()) {
        url.target += "?" + plain(view.encoded_query());
    }
    if (view.has_userinfo()) {
        url.user_password = view.user() + ":" + view.password();
    }
    return url;
}

}  // namespace

std::string Url::authority() const {
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == (tls ? kHttpsPort : kHttpPort) ? name : name + ":" + std::to_string(port);
}

std::string Url::text() const {
    return (tls ? "https://" : "http://") + authority() + target;
}

std::string Url::origin() const {
    return (tls ? "https://" : "http://") + authority();
}

bool Url::same_origin(const Url& other) const noexcept {
    return tls == other.tls && host == other.host && port == other.port;
}

// What stands before an '@' may be a password, what stands behind the host a key.
std::string origin_of(std::string_view text) {
    constexpr std::size_t kMaxShown = 200;
    const auto scheme = text.find("://");
    const auto begin = scheme == std::string_view::npos ? 0 : scheme + 3;
    const auto host = text.substr(begin, text.find_first_of("/?#", begin) - begin);
    if (text.find('@') != std::string_view::npos) {
        const auto at = host.rfind('@');
        return begin == 0 || at == std::string_view::npos
                   ? std::string()
                   : std::string(text.substr(0, begin)) + std::string(host.substr(at + 1));
    }
    return std::string(truncate_utf8(text.substr(0, begin + host.size()), kMaxShown));
}

Result<Url> parse_url(std::string_view text) {
    const auto parsed = urls::parse_uri({text.data(), text.size()});
    if (!parsed) {
        const auto shown = origin_of(text);
        return fail(ErrorCode::invalid_input,
                    "not a URL like http://host:port/path (spaces and other special characters "
                    "must be percent-encoded)" +
                        (shown.empty() ? "" : ": \"" + shown + "...\""));
    }
    return url_from(*parsed);
}

Result<Url> resolve_url(const Url& base, std::string_view location) {
    const std::string base_text = base.text();
    const auto from = urls::parse_uri(base_text);
    const auto to = urls::parse_uri_reference({location.data(), location.size()});
    urls::url resolved;
    if (!from || !to || !urls::resolve(*from, *to, resolved)) {
        return fail(ErrorCode::invalid_input,
                    "the redirect from " + base.origin() + " does not lead to a URL");
    }
    return url_from(resolved);
}

}  // namespace aifp::http
