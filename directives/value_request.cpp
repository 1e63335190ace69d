#include "base/text.hpp"
#include "directives/reading.hpp"
#include "directives/words.hpp"
#include "document/reader.hpp"

namespace aifp::directives {

namespace json = boost::json;
using document::Mark;
using document::Node;
using document::quoted;

namespace {

struct Request {
    std::string method = "GET";
    std::string url;
    std::size_t url_offset = 0;
};

bool begins_url(std::string_view text) noexcept {
    return text.starts_with("http://") || text.starts_with("https://") || text.starts_with('/') ||
           text.starts_with("{{") || text.starts_with("${");
}

Request split_request(std::string_view text) {
    const std::string_view whole = trim(text);
    const auto offset_of = [&](std::string_view part) {
        return static_cast<std::size_t>(part.data() - text.data());
    };
    const std::size_t blank = whole.find(' ');
    if (begins_url(whole) || blank == std::string_view::npos) {
        return {"GET", std::string(whole), offset_of(whole)};
    }
    const std::string_view url = trim(whole.substr(blank));
    return {to_upper_ascii(whole.substr(0, blank)), std::string(url), offset_of(url)};
}

// Blanks inside `{{ … }}` are part of the template.
bool has_bare_blank(std::string_view url) noexcept {
    bool in_template = false;
    for (std::size_t at = 0; at < url.size(); ++at) {
        if (url.substr(at).starts_with("{{")) {
            in_template = true;
        } else if (url.substr(at).starts_with("}}")) {
            in_template = false;
        } else if (!in_template && static_cast<unsigned char>(url[at]) <= ' ') {
            return true;
        }
    }
    return false;
}

bool check_url(Reading& reading, const Node& node, const Request& request) {
    const Mark mark = place_inside(reading.report.source(), node, request.url_offset);
    if (!begins_url(request.url)) {
        const bool other = request.url.find("://") != std::string::npos;
        reading.report.error(
            mark,
            quoted(request.url) + " is not an address that can be called",
            other ? "only http:// and https:// are spoken"
                  : "write http://" + request.url + ", or /path for an API of the settings");
        return false;
    }
    if (has_bare_blank(request.url)) {
        reading.report.error(mark, "the address holds a blank", "write %20 for a blank");
        return false;
    }
    const std::size_t host = request.url.find("://");
    const std::size_t at = request.url.find('@');
    if (host != std::string::npos && at != std::string::npos &&
        at < request.url.find('/', host + 3)) {
        reading.report.warning(mark,
                               "a credential stands in the address",
                               "leave it out and write headers: {Authorization: !secret NAME}");
    }
    return true;
}

}  // namespace

Value read_request(Reading& reading, const Node& node) {
    const Key key{.name = "http_request", .templated = true};
    const auto text = read_item_text(reading, key, node);
    if (!text) {
        return std::nullopt;
    }
    const Request request = split_request(*text);
    if (!is_http_method(request.method)) {
        document::report_unknown(
            reading.report, node.mark, "HTTP method", request.method, http_methods());
        return std::nullopt;
    }
    if (!check_url(reading, node, request)) {
        return std::nullopt;
    }
    return json::value(json::string(request.method + " " + request.url));
}

Value read_statuses(Reading& reading, const Node& node) {
    json::array list;
    for (const Node* item : document::items_of(node)) {
        const auto text = document::read_text(reading.report, *item, "expect_status");
        if (!text) {
            return std::nullopt;
        }
        const std::string word = to_lower_ascii(trim(*text));
        const int code = to_count(word);
        const bool is_class =
            word.size() == 3 && word[0] >= '1' && word[0] <= '5' && word.ends_with("xx");
        if (!is_class && (code < 100 || code > 599)) {
            reading.report.error(item->mark,
                                 quoted(*text) + " is not an HTTP status",
                                 R"(write codes and classes: [200, 204, "3xx"])");
            return std::nullopt;
        }
        list.push_back(is_class ? json::value(json::string(word)) : json::value(code));
    }
    if (list.empty()) {
        reading.report.error(node.mark, "no status is expected", R"(write for example ["2xx"])");
        return std::nullopt;
    }
    return json::value(std::move(list));
}

}  // namespace aifp::directives
