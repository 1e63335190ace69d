#include "triggers/webhook_auth.hpp"

#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace aifp::triggers {
namespace {

/// Signatures and list entries looked at in one header: more is not a client of ours.
constexpr std::size_t kMaxSignatures = 8;

/// Compares with all, whichever matches: the time says nothing about which.
bool matches_any(const std::vector<std::string>& secrets, std::string_view given) {
    bool matched = false;
    for (const std::string& secret : secrets) {
        matched = equal_constant_time(secret, given) || matched;
    }
    return matched;
}

bool has_bearer(const std::vector<std::string>& tokens, const http::Request& request) {
    constexpr std::string_view kScheme = "bearer ";
    const auto field = request.headers.find("Authorization");
    if (!field || request.headers.count("Authorization") != 1 || field->size() < kScheme.size() ||
        !http::equal_ignoring_case(field->substr(0, kScheme.size()), kScheme)) {
        return false;
    }
    return matches_any(tokens, trim(field->substr(kScheme.size())));
}

/// The timestamp as it was signed; nothing if it is missing, repeated or outside the window.
std::optional<std::string_view> timestamp_of(const HmacRule& rule,
                                             const http::Request& request,
                                             WallTime now) {
    const auto field = request.headers.find(rule.timestamp_header);
    if (!field || request.headers.count(rule.timestamp_header) != 1) {
        return std::nullopt;
    }
    std::int64_t seconds = 0;
    const auto [end, error] =
        std::from_chars(field->data(), field->data() + field->size(), seconds);
    constexpr std::int64_t kMaxSeconds = 100'000'000'000;  // The year 5138: keeps the sum in range.
    if (error != std::errc() || end != field->data() + field->size() || seconds < 0 ||
        seconds > kMaxSeconds) {
        return std::nullopt;
    }
    const WallTime at = from_unix_ms(seconds * 1'000);
    if (std::chrono::abs(now - at) > rule.window) {
        return std::nullopt;
    }
    return field;
}

bool is_signed(const HmacRule& rule, const http::Request& request, std::string_view text) {
    std::vector<std::string> expected;
    for (const std::string& secret : rule.secrets) {
        expected.push_back(to_hex(hmac_sha256(secret, text)));
    }
    bool matched = false;
    const auto field = request.headers.find(rule.header);
    const auto given = split(field.value_or(std::string_view()), ',');
    for (std::size_t i = 0; i < std::min(given.size(), kMaxSignatures); ++i) {
        std::string signature = to_lower_ascii(trim(given[i]));
        constexpr std::string_view kPrefix = "sha256=";
        if (signature.starts_with(kPrefix)) {
            signature.erase(0, kPrefix.size());
        }
        matched = matches_any(expected, signature) || matched;
    }
    return matched;
}

AuthVerdict refused(AuthFailure failure) {
    AuthVerdict verdict;
    verdict.failure = failure;
    return verdict;
}

AuthVerdict check_hmac(const HmacRule& rule,
                       const http::Request& request,
                       std::string_view scope,
                       WallTime now) {
    std::string text;
    WallTime last_valid = now + rule.window;
    if (!rule.timestamp_header.empty()) {
        const auto timestamp = timestamp_of(rule, request, now);
        if (!timestamp) {
            return refused(AuthFailure::timestamp);
        }
        text.append(*timestamp).append(1, '.');
        // A timestamp ahead of our clock stays valid for up to twice the window.
        last_valid = now + 2 * rule.window;
    }
    text += request.body;
    if (!is_signed(rule, request, text)) {
        return refused(AuthFailure::signature);
    }
    AuthVerdict verdict;
    const auto remember = [&](std::string_view what) {
        // Hashed, so that what a client sends does not decide how large a mark is.
        verdict.marks.push_back(ReplayMark{
            std::string(scope).append(1, '\n').append(sha256_hex(what)), last_valid + Seconds(1)});
    };
    if (rule.id_header.empty() || !rule.timestamp_header.empty()) {
        remember(text);
    }
    if (!rule.id_header.empty()) {
        const auto id = request.headers.find(rule.id_header);
        if (!id || id->empty()) {
            return refused(AuthFailure::delivery);
        }
        remember(*id);
    }
    return verdict;
}

}  // namespace

std::string_view name_of(AuthFailure failure) noexcept {
    switch (failure) {
        case AuthFailure::none:
            return "none";
        case AuthFailure::address:
            return "the address is not in the list";
        case AuthFailure::bearer:
            return "the token is missing or wrong";
        case AuthFailure::timestamp:
            return "the timestamp is missing or outside the window";
        case AuthFailure::signature:
            return "the signature is missing or wrong";
        case AuthFailure::delivery:
            return "the delivery id is missing";
    }
    return "";
}

AuthVerdict check_auth(const AuthRules& rules,
                       const http::Request& request,
                       const std::optional<http::IpAddress>& client,
                       std::string_view scope,
                       WallTime now) {
    if (!rules.ip.empty() && !(client && http::any_contains(rules.ip, *client))) {
        return refused(AuthFailure::address);
    }
    if (!rules.bearer.empty() && !has_bearer(rules.bearer, request)) {
        return refused(AuthFailure::bearer);
    }
    if (rules.hmac) {
        return check_hmac(*rules.hmac, request, scope, now);
    }
    return AuthVerdict();
}

std::optional<http::IpAddress> client_address(const http::Request& request,
                                              const std::vector<http::IpRange>& trusted_proxies) {
    if (!request.peer) {
        return std::nullopt;
    }
    http::IpAddress client = request.peer->address;
    // From the nearest to the farthest: several fields count as one list (RFC 9110 5.3).
    for (std::size_t i = request.headers.size(); i-- > 0;) {
        const auto field = request.headers[i];
        if (!http::equal_ignoring_case(field.name, "X-Forwarded-For")) {
            continue;
        }
        const auto hops = split(field.value, ',');
        for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
            const auto address = http::IpAddress::parse(trim(*hop));
            if (!http::any_contains(trusted_proxies, client) || !address) {
                return client;
            }
            client = *address;
        }
    }
    return client;
}

}  // namespace aifp::triggers
