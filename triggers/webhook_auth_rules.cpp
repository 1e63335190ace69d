#include <algorithm>
#include <array>

#include "base/quantity.hpp"
#include "triggers/webhook_auth.hpp"

namespace aifp::triggers {
namespace {

namespace json = boost::json;

constexpr Milliseconds kMaxWindow = std::chrono::hours(24);
tl::unexpected<Error> wrong(const std::string& text) {
    return fail(ErrorCode::invalid_input, "auth: " + text);
}

/// One value or a list of them, resolved; none may be empty.
Result<std::vector<std::string>> texts_from(const json::value& value,
                                            const ResolveText& resolve,
                                            const std::string& name) {
    const json::array single(1, value);
    const json::array& items = value.is_array() ? value.get_array() : single;
    std::vector<std::string> texts;
    for (const json::value& item : items) {
        auto text = resolve(item);
        if (!text) {
            return fail(text.error().with_context("auth: " + name));
        }
        if (text->empty()) {
            return wrong(name + ": the secret is empty, which would let everybody in");
        }
        texts.push_back(std::move(*text));
    }
    if (texts.empty()) {
        return wrong(name + " is an empty list; name at least one");
    }
    return texts;
}

Result<std::vector<http::IpRange>> ranges_from(const json::value& value,
                                               const ResolveText& resolve) {
    auto texts = texts_from(value, resolve, "ip");
    if (!texts) {
        return fail(texts.error());
    }
    std::vector<http::IpRange> ranges;
    for (const std::string& text : *texts) {
        const auto range = http::IpRange::parse(text);
        if (!range) {
            return wrong("ip: " + range.error().detail());
        }
        ranges.push_back(*range);
    }
    return ranges;
}

Status read_option(HmacRule& rule, std::string_view key, const std::string& text) {
    if (key == "header") {
        rule.header = text;
    } else if (key == "timestamp_header") {
        rule.timestamp_header = text == "none" ? "" : text;
    } else if (key == "id_header") {
        rule.id_header = text;
    } else {
        const auto window = parse_duration(text);
        if (!window || *window <= Milliseconds(0) || *window > kMaxWindow) {
            return wrong("window must be a duration up to 24h, like 5m");
        }
        rule.window = *window;
    }
    return {};
}

Result<HmacRule> hmac_from(const json::object& auth, const ResolveText& resolve) {
    HmacRule rule;
    auto secrets = texts_from(auth.at("hmac_sha256"), resolve, "hmac_sha256");
    if (!secrets) {
        return fail(secrets.error());
    }
    rule.secrets = std::move(*secrets);
    for (const std::string_view key : {"header", "timestamp_header", "id_header", "window"}) {
        const json::value* value = auth.if_contains({key.data(), key.size()});
        if (value == nullptr) {
            continue;
        }
        if (!value->is_string() || value->get_string().empty()) {
            return wrong(std::string(key) + " must be text");
        }
        const Status read = read_option(rule, key, std::string(value->get_string()));
        if (!read) {
            return fail(read.error());
        }
    }
    return rule;
}

Status check_keys(const json::object& auth) {
    static constexpr std::array<std::string_view, 7> kKnown = {
        "bearer", "hmac_sha256", "header", "timestamp_header", "id_header", "window", "ip"};
    bool needs_hmac = false;
    for (const auto& entry : auth) {
        const std::string_view key(entry.key().data(), entry.key().size());
        if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) {
            return wrong("unknown key \"" + std::string(key) +
                         "\"; known are bearer, hmac_sha256 and ip");
        }
        needs_hmac = needs_hmac || (key != "bearer" && key != "ip");
    }
    if (needs_hmac && !auth.contains("hmac_sha256")) {
        return wrong(
            "header, timestamp_header, id_header and window stand beside hmac_sha256, "
            "which is missing");
    }
    if (auth.empty()) {
        return wrong("it names no check; write bearer, hmac_sha256 or ip, or auth: none");
    }
    return {};
}

}  // namespace

Result<AuthRules> auth_rules_from(const json::value& auth, const ResolveText& resolve) {
    if (auth.is_string() && auth.get_string() == "none") {
        return AuthRules();
    }
    if (!auth.is_object()) {
        return wrong("it must be a map with bearer, hmac_sha256 or ip, or the word none");
    }
    const json::object& map = auth.get_object();
    if (const Status keys = check_keys(map); !keys) {
        return fail(keys.error());
    }
    AuthRules rules;
    if (const json::value* bearer = map.if_contains("bearer")) {
        auto tokens = texts_from(*bearer, resolve, "bearer");
        if (!tokens) {
            return fail(tokens.error());
        }
        rules.bearer = std::move(*tokens);
    }
    if (map.contains("hmac_sha256")) {
        auto hmac = hmac_from(map, resolve);
        if (!hmac) {
            return fail(hmac.error());
        }
        rules.hmac = std::move(*hmac);
    }
    if (const json::value* ip = map.if_contains("ip")) {
        auto ranges = ranges_from(*ip, resolve);
        if (!ranges) {
            return fail(ranges.error());
        }
        rules.ip = std::move(*ranges);
    }
    return rules;
}

}  // namespace aifp::triggers
