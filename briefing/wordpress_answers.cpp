#include "briefing/wordpress_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace aifp::briefing {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 10> kOwnTypes = {"wp_block",
                                                        "wp_template",
                                                        "wp_template_part",
                                                        "wp_navigation",
                                                        "wp_global_styles",
                                                        "wp_font_family",
                                                        "wp_font_face",
                                                        "nav_menu_item",
                                                        "wp_pattern",
                                                        "custom_css"};

const json::value* member_of(const json::object& object, std::string_view key) {
    return object.if_contains(key);
}

std::string text_of(const json::object& object, std::string_view key) {
    const auto* value = member_of(object, key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::string name_in(const json::object& object, std::string_view key) {
    return without_references(text_of(object, key));
}

bool flag_of(const json::object& object, std::string_view key, bool otherwise) {
    const auto* value = member_of(object, key);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

const json::object* object_of(const json::object& object, std::string_view key) {
    const auto* value = member_of(object, key);
    return value == nullptr ? nullptr : value->if_object();
}

Result<json::value> parse(std::string_view body, std::string_view what) {
    boost::system::error_code error;
    json::value value = json::parse(body, error);
    if (error) {
        return fail(ErrorCode::invalid_input, fmt::format("the {} are no JSON", what));
    }
    return value;
}

// PHP writes an empty map as [].
Result<json::object> parse_map(std::string_view body, std::string_view what) {
    auto value = parse(body, what);
    if (!value) {
        return fail(value.error());
    }
    if (value->is_array() && value->get_array().empty()) {
        return json::object();
    }
    if (!value->is_object()) {
        return fail(ErrorCode::invalid_input, fmt::format("the {} are no map", what));
    }
    return std::move(value->get_object());
}

// "+02:00" of 2; 5.75 is five hours and three quarters.
std::string offset_text(double hours) {
    const auto minutes = static_cast<int>(std::lround(std::clamp(hours, -15.0, 15.0) * 60));
    const int size = std::abs(minutes);
    return fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

std::string zone_of(const json::object& index) {
    std::string zone = text_of(index, "timezone_string");
    const auto* offset = member_of(index, "gmt_offset");
    if (!zone.empty() || offset == nullptr) {
        return zone;
    }
    if (offset->is_string()) {  // older versions
        const auto& text = offset->get_string();
        double hours = 0;
        std::from_chars(text.data(), text.data() + text.size(), hours);
        return offset_text(hours);
    }
    return offset->is_number() ? offset_text(offset->to_number<double>()) : "";
}

std::string route_of(const json::object& kind, const std::string& slug) {
    const std::string space = text_of(kind, "rest_namespace");
    const std::string base = text_of(kind, "rest_base");
    return (space.empty() ? "wp/v2" : space) + "/" + (base.empty() ? slug : base);
}

std::string singular_of(const json::object& kind) {
    const json::object* const labels = object_of(kind, "labels");
    return labels == nullptr ? "" : name_in(*labels, "singular_name");
}

std::string utf8_of(std::uint32_t code) {
    std::string text;
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xC0 | (code >> 6));
        text += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        text += static_cast<char>(0xE0 | (code >> 12));
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        text += static_cast<char>(0xF0 | (code >> 18));
        text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (code & 0x3F));
    }
    return text;
}

// What stands between "&" and ";", or nothing if it is not known.
std::optional<std::string> reference_text(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kNamed = {
        {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};
    for (const auto& [known, text] : kNamed) {
        if (name == known) {
            return std::string(text);
        }
    }
    if (name.size() < 2 || name.front() != '#') {
        return std::nullopt;
    }
    const bool is_hex = name[1] == 'x' || name[1] == 'X';
    const std::string_view digits = name.substr(is_hex ? 2 : 1);
    std::uint32_t code = 0;
    const auto parsed =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
    const bool is_whole = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
    const bool is_surrogate = code >= 0xD800 && code < 0xE000;
    return is_whole && !digits.empty() && code > 0 && code < 0x110000 && !is_surrogate
               ? std::optional(utf8_of(code))
               : std::nullopt;
}

}  // namespace

std::string without_references(std::string_view text) {
    constexpr std::size_t kLongest = 10;
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t end = text[i] == '&' ? text.substr(i, kLongest).find(';') : text.npos;
        const auto known =
            end == text.npos ? std::nullopt : reference_text(text.substr(i + 1, end - 1));
        if (known) {
            plain += *known;
            i += end;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

Result<prompts::Site> read_wp_index(std::string_view body) {
    boost::system::error_code error;
    const json::value value = json::parse(body, error);
    const json::object* const index = error ? nullptr : value.if_object();
    if (index == nullptr || (text_of(*index, "home").empty() && text_of(*index, "url").empty())) {
        return fail(ErrorCode::invalid_input, "what answers there is no WordPress REST API");
    }
    prompts::Site site;
    site.name = name_in(*index, "name");
    site.tagline = name_in(*index, "description");
    const std::string home = text_of(*index, "home");
    const std::string url = text_of(*index, "url");
    site.url = home.empty() ? url : home;
    site.admin_url = (url.empty() ? home : url) + "/wp-admin";
    site.timezone = zone_of(*index);
    return site;
}

Result<std::vector<WpType>> read_wp_types(std::string_view body) {
    const auto map = parse_map(body, "post types");
    if (!map) {
        return fail(map.error());
    }
    std::vector<WpType> types;
    for (const auto& member : *map) {
        const std::string slug(member.key());
        const json::object* const kind = member.value().if_object();
        const bool is_own = std::find(kOwnTypes.begin(), kOwnTypes.end(), slug) != kOwnTypes.end();
        if (kind == nullptr || is_own || !flag_of(*kind, "viewable", true) ||
            types.size() == kMaxWpKinds) {
            continue;
        }
        WpType type;
        type.type.slug = slug;
        type.type.label = name_in(*kind, "name");
        type.type.singular_label = singular_of(*kind);
        type.type.hierarchical = flag_of(*kind, "hierarchical", false);
        type.route = route_of(*kind, slug);
        types.push_back(std::move(type));
    }
    return types;
}

Result<std::vector<WpTaxonomy>> read_wp_taxonomies(std::string_view body) {
    const auto map = parse_map(body, "taxonomies");
    if (!map) {
        return fail(map.error());
    }
    std::vector<WpTaxonomy> taxonomies;
    for (const auto& member : *map) {
        const json::object* const kind = member.value().if_object();
        const json::object* const visibility =
            kind == nullptr ? nullptr : object_of(*kind, "visibility");
        const bool is_public = visibility == nullptr || flag_of(*visibility, "public", true);
        if (kind == nullptr || !is_public || taxonomies.size() == kMaxWpKinds) {
            continue;
        }
        WpTaxonomy read;
        read.taxonomy.slug = std::string(member.key());
        read.taxonomy.label = name_in(*kind, "name");
        read.taxonomy.singular_label = singular_of(*kind);
        read.taxonomy.hierarchical = flag_of(*kind, "hierarchical", false);
        const auto* types = member_of(*kind, "types");
        for (const json::value& type :
             types != nullptr && types->is_array() ? types->get_array() : json::array()) {
            if (type.is_string()) {
                read.taxonomy.post_types.emplace_back(type.get_string());
            }
        }
        read.route = route_of(*kind, read.taxonomy.slug);
        taxonomies.push_back(std::move(read));
    }
    return taxonomies;
}

Result<std::vector<prompts::Term>> read_wp_terms(std::string_view body) {
    const auto value = parse(body, "terms");
    if (!value || !value->is_array()) {
        return fail(ErrorCode::invalid_input, "the terms are no list");
    }
    std::vector<prompts::Term> terms;
    for (const json::value& item : value->get_array()) {
        const json::object* const term = item.if_object();
        const auto* count = term == nullptr ? nullptr : member_of(*term, "count");
        if (count != nullptr && count->is_int64()) {
            terms.push_back({text_of(*term, "slug"), name_in(*term, "name"), count->get_int64()});
        }
    }
    return terms;
}

Result<std::string> read_wp_language(std::string_view body) {
    const auto map = parse_map(body, "settings");
    if (!map) {
        return fail(map.error());
    }
    const std::string language = text_of(*map, "language");
    return language.empty() ? "en_US" : language;
}

std::string language_in_feed(std::string_view feed) {
    constexpr std::string_view kOpen = "<language>";
    constexpr std::size_t kLongest = 16;
    const std::size_t begin = feed.find(kOpen);
    if (begin == feed.npos) {
        return "";
    }
    const std::string_view rest = feed.substr(begin + kOpen.size());
    const std::size_t end = rest.find('<');
    if (end == rest.npos || end > kLongest) {
        return "";
    }
    std::string language(trim(rest.substr(0, end)));
    std::replace(language.begin(), language.end(), '-', '_');
    return language;
}

std::optional<std::int64_t> wp_total(const http::Headers& headers) {
    const auto text = headers.find("X-WP-Total");
    std::int64_t total = 0;
    const bool is_number =
        text && std::from_chars(text->data(), text->data() + text->size(), total).ec == std::errc();
    return is_number && total >= 0 ? std::optional(total) : std::nullopt;
}

}  // namespace aifp::briefing
