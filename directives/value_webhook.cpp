#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "directives/reading.hpp"
#include "directives/words.hpp"
#include "document/node_json.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Mark;
using document::Node;
using document::quoted;

namespace {

bool is_path_segment(std::string_view segment) noexcept {
    return !segment.empty() && segment != "." && segment != ".." &&
           std::all_of(segment.begin(), segment.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '~' || c == '-';
           });
}

// An IPv4 or IPv6 address, or a range "address/bits".
bool is_address_range(const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::string address = text.substr(0, slash);
    std::array<unsigned char, 16> bytes{};
    const bool v4 = inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
    const bool v6 = !v4 && inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
    if (!v4 && !v6) {
        return false;
    }
    if (slash == std::string::npos) {
        return true;
    }
    const int bits = to_count(std::string_view(text).substr(slash + 1));
    return bits >= 0 && bits <= (v4 ? 32 : 128);
}

Value read_credentials(Reading& reading, std::string_view rule, const Node& node) {
    json::array list;
    for (const Node* item : document::items_of(node)) {
        if (!check_secret(reading, *item)) {
            warn_of_credential(reading, rule == "bearer" ? "bearer" : "secret", *item);
        }
        auto value = document::read_text_or_secret(reading.report, *item, rule);
        if (!value) {
            return std::nullopt;
        }
        if (value->is_string() && value->get_string().empty()) {
            reading.report.error(item->mark,
                                 std::string(rule) + " is empty: it would let everybody in",
                                 "write " + std::string(rule) + ": !secret NAME");
            return std::nullopt;
        }
        list.push_back(std::move(*value));
    }
    if (list.empty()) {
        reading.report.error(node.mark, std::string(rule) + " holds nothing", "write !secret NAME");
        return std::nullopt;
    }
    return list.size() == 1 ? Value(std::move(list[0])) : Value(std::move(list));
}

Value read_addresses(Reading& reading, const Node& node) {
    json::array list;
    bool right = true;
    for (const Node* item : document::items_of(node)) {
        const auto text = document::read_text(reading.report, *item, "ip");
        if (text && !is_address_range(*text)) {
            reading.report.error(item->mark,
                                 quoted(*text) + " is neither an address nor a range",
                                 "write for example 192.168.0.0/16 or ::1");
        }
        right = right && text && is_address_range(*text);
        list.emplace_back(json::string(text.value_or("")));
    }
    return right && !list.empty() ? Value(std::move(list)) : Value();
}

Value read_auth_rule(Reading& reading, const Key& key, const Node& node) {
    if (key.name == "bearer" || key.name == "hmac_sha256") {
        return read_credentials(reading, key.name, node);
    }
    return key.name == "ip" ? read_addresses(reading, node) : read_value(reading, key, node);
}

bool check_auth_rules(Reading& reading, const json::object& rules, Mark mark) {
    const bool has_hmac = rules.contains("hmac_sha256");
    if (!has_hmac && !rules.contains("bearer") && !rules.contains("ip")) {
        reading.report.error(mark,
                             "auth names no rule",
                             "write bearer: !secret NAME, hmac_sha256: !secret NAME or ip: [...]");
        return false;
    }
    for (const std::string_view key : {"header", "timestamp_header", "id_header", "window"}) {
        if (!has_hmac && rules.contains(key)) {
            reading.report.error(mark,
                                 std::string(key) + " belongs to a signature",
                                 "write hmac_sha256: !secret NAME beside it, or leave it out");
            return false;
        }
    }
    return true;
}

Value read_auth_map(Reading& reading, const Node& node) {
    document::Fields fields(reading.report, node, "auth");
    json::object rules;
    bool right = true;
    for (const Key& key : auth_keys()) {
        const Node* value = fields.take(key.name);
        if (value == nullptr) {
            continue;
        }
        auto read = read_auth_rule(reading, key, *value);
        right = right && read.has_value();
        if (read && (key.fallback.empty() || *read != json::parse(key.fallback))) {
            rules.emplace(key.name, std::move(*read));
        }
    }
    const std::size_t errors = reading.report.error_count();
    fields.finish();
    right = right && reading.report.error_count() == errors;
    return right && check_auth_rules(reading, rules, node.mark) ? Value(std::move(rules)) : Value();
}

}  // namespace

Value read_webhook_path(Reading& reading, const Node& node) {
    const auto text = document::read_text(reading.report, node, "webhook");
    if (!text) {
        return std::nullopt;
    }
    std::string_view path = trim(*text);
    for (const std::string_view opening : {"/", "hooks/"}) {
        if (path.starts_with(opening)) {
            path.remove_prefix(opening.size());
        }
    }
    const auto segments = split(path, '/');
    if (path.size() > 200 || !std::all_of(segments.begin(), segments.end(), is_path_segment)) {
        reading.report.error(node.mark,
                             quoted(*text) + " cannot be the path of a webhook",
                             "write letters, digits and _ . ~ -, parts separated by /");
        return std::nullopt;
    }
    return json::value(json::string(path));
}

Value read_methods(Reading& reading, const Node& node) {
    const auto texts = document::read_texts(reading.report, node, "methods");
    if (!texts) {
        return std::nullopt;
    }
    json::array list;
    for (const std::string& text : *texts) {
        const std::string method = to_upper_ascii(trim(text));
        if (!is_http_method(method)) {
            document::report_unknown(
                reading.report, node.mark, "HTTP method", text, http_methods());
            return std::nullopt;
        }
        json::value value = json::string(method);
        if (std::find(list.begin(), list.end(), value) == list.end()) {
            list.push_back(std::move(value));
        }
    }
    if (list.empty()) {
        reading.report.error(node.mark, "no method is let in", "write for example [POST]");
        return std::nullopt;
    }
    return json::value(std::move(list));
}

Value read_auth(Reading& reading, const Node& node) {
    if (node.type == Node::Type::mapping && !document::secret_name(node)) {
        return read_auth_map(reading, node);
    }
    if (is_text(node) && node.text == "none" && node.tag.empty()) {
        return json::value("none");
    }
    reading.report.error(node.mark,
                         "auth is none or a map of rules",
                         "write auth: {bearer: !secret NAME}, or auth: none to let everybody in");
    return std::nullopt;
}

Value read_rate(Reading& reading, const Node& node) {
    const auto text = document::read_text(reading.report, node, "rate");
    if (!text) {
        return std::nullopt;
    }
    const auto rate = parse_rate(*text);
    if (!rate || rate->period < Seconds(1)) {
        reading.report.error(
            node.mark, quoted(*text) + " is not a rate", R"(write how many in how long: "60/1m")");
        return std::nullopt;
    }
    return json::value(json::string(format_rate(*rate)));
}

}  // namespace aifp::directives
