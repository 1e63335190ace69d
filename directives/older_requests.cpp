#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "directives/older.hpp"
#include "directives/words.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

using document::Mark;
using document::Node;
using document::quoted;

namespace {

// Percent-encodes for a query (RFC 3986, 2.3); templates and ${NAME} are left as they are.
std::string query_text(std::string_view text) {
    std::string encoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_template = text.substr(at).starts_with("{{");
        const bool is_environment = text.substr(at).starts_with("${");
        const std::size_t end = text.find(is_template ? "}}" : "}", at);
        if ((is_template || is_environment) && end != std::string_view::npos) {
            const std::size_t stop = end + (is_template ? 2 : 1);
            encoded += text.substr(at, stop - at);
            at = stop - 1;
            continue;
        }
        const char c = text[at];
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                                c == '~';
        encoded +=
            unreserved ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

// `params` of a request without a body become its query. Nothing when they are no flat map.
std::optional<std::string> query_of(Reading& reading, const Node& params) {
    if (params.type != Node::Type::mapping) {
        reading.report.error(params.mark, "params has to be a map", "write {NAME: value}");
        return std::nullopt;
    }
    std::string query;
    for (const Node::Member& member : params.members) {
        if (!member.value->is_scalar() || !member.value->tag.empty()) {
            reading.report.error(member.value->mark,
                                 "a query holds plain values only",
                                 "write the list or map into json: and use POST");
            return std::nullopt;
        }
        query += (query.empty() ? "" : "&") + query_text(member.key) + "=" +
                 query_text(member.value->text);
    }
    return query;
}

bool has_no_body(std::string_view method) noexcept {
    return method == "GET" || method == "HEAD" || method == "DELETE";
}

struct Parts {
    std::string method;
    std::string url;
    Mark url_key_mark;
    Mark url_mark;
    const Node::Member* url_member = nullptr;
};

bool read_method(Reading& reading, const Node& node, bool is_api_call, Parts& parts) {
    const Node::Member* method = member_of(node, "method");
    if (method == nullptr) {
        return true;
    }
    const auto text = document::read_text(reading.report, *method->value, "method");
    if (!text) {
        return false;
    }
    parts.method = to_upper_ascii(*text);
    if (is_http_method(parts.method)) {
        return true;
    }
    if (is_api_call && !nearest_name(parts.method, http_methods())) {
        const Node::Member* api = member_of(node, "api");
        const std::string provider =
            api != nullptr && api->value->is_scalar() ? api->value->text : "the provider";
        reading.report.error(method->value->mark,
                             quoted(*text) + " is a method of " + provider + ", not of HTTP",
                             "it needs an implementation: write run: src/NAME.py, or an HTTP "
                             "method such as POST");
        return false;
    }
    document::report_unknown(
        reading.report, method->value->mark, "HTTP method", *text, http_methods());
    return false;
}

bool read_url(Reading& reading, const Node& node, Parts& parts) {
    parts.url_member = any_of(node, {"url", "endpoint", "http_request", "request", "path"});
    if (parts.url_member == nullptr) {
        const Node::Member* description = member_of(node, "description");
        reading.report.error(node.mark,
                             description != nullptr && description->value->is_scalar()
                                 ? "which address does " + quoted(description->value->text) + "?"
                                 : "the request has no address",
                             "write url: http://…, or api: NAME and endpoint: /path");
        return false;
    }
    parts.url_key_mark = parts.url_member->key_mark;
    parts.url_mark = parts.url_member->value->mark;
    const auto text =
        document::read_text(reading.report, *parts.url_member->value, parts.url_member->key);
    if (!text) {
        return false;
    }
    parts.url = std::string(trim(*text));
    const bool is_path = member_of(node, "api") != nullptr || parts.url_member->key == "endpoint";
    if (is_path && parts.url.find("://") == std::string::npos && !parts.url.starts_with('/') &&
        !parts.url.starts_with("{{") && parts.url.find(' ') == std::string::npos) {
        parts.url.insert(0, "/");
    }
    return true;
}

// params and payload become query or body.
bool add_bodies(Reading& reading, const Node& node, Parts& parts, Node& native) {
    const Node::Member* params = member_of(node, "params");
    const Node::Member* payload = any_of(node, {"payload", "data"});
    if (parts.method.empty() && parts.url.find(' ') == std::string::npos) {
        const bool sends = payload != nullptr || params != nullptr || member_of(node, "json") ||
                           member_of(node, "body") || member_of(node, "form");
        parts.method = sends ? "POST" : "GET";
    }
    if (payload != nullptr) {
        const bool is_body = payload->value->is_scalar() && is_text(*payload->value);
        add(native, is_body ? "body" : "json", payload->key_mark, payload->value);
    }
    if (params == nullptr) {
        return true;
    }
    if (payload == nullptr && !has_no_body(parts.method)) {
        add(native, "json", params->key_mark, params->value);
        return true;
    }
    const auto query = query_of(reading, *params->value);
    if (query && !query->empty()) {
        parts.url += (parts.url.find('?') == std::string::npos ? "?" : "&") + *query;
    }
    return query.has_value();
}

}  // namespace

NodePtr http_request_from(Reading& reading, const Node& node, bool is_api_call) {
    Parts parts;
    const bool method_right = read_method(reading, node, is_api_call, parts);
    if (!read_url(reading, node, parts) || !method_right) {
        return nullptr;
    }
    auto bodies = make_mapping(node.mark);
    if (!add_bodies(reading, node, parts, *bodies)) {
        return nullptr;
    }
    auto native = make_mapping(node.mark);
    const std::string request = parts.method.empty() ? parts.url : parts.method + " " + parts.url;
    // Kept as written where nothing was added, so that places inside it stay right.
    add(*native,
        "http_request",
        parts.url_key_mark,
        request == parts.url_member->value->text ? parts.url_member->value
                                                 : make_text(request, parts.url_mark));
    for (const Node::Member& member : bodies->members) {
        native->members.push_back(member);
    }
    add_others(*native,
               node,
               {"type",
                "method",
                "params",
                "payload",
                "data",
                "description",
                std::string_view(parts.url_member->key)});
    return native;
}

}  // namespace aifp::directives
