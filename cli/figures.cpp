#include "cli/figures.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "base/read_number.hpp"
#include "base/text.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

/// Takes what stands in front of `end` off `text`, and `end`; nothing when it is not there.
std::optional<std::string_view> take_until(std::string_view& text, char end) {
    const auto at = text.find(end);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto taken = text.substr(0, at);
    text.remove_prefix(at + 1);
    return taken;
}

/// Takes a text in quotes off `text`: \\, \" and \n are escapes there.
std::optional<std::string> take_quoted(std::string_view& text) {
    if (!text.starts_with('"')) {
        return std::nullopt;
    }
    std::string taken;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') {
            text.remove_prefix(at + 1);
            return taken;
        }
        const bool is_escape = text[at] == '\\' && at + 1 < text.size();
        at += is_escape ? 1 : 0;
        taken += is_escape && text[at] == 'n' ? '\n' : text[at];
    }
    return std::nullopt;
}

/// Takes {a="b",c="d"} off `line`; nothing when it is broken.
std::optional<json::object> take_labels(std::string_view& line) {
    json::object labels;
    line.remove_prefix(1);
    while (!line.starts_with('}')) {
        const auto name = take_until(line, '=');
        const auto value = name ? take_quoted(line) : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        labels.insert_or_assign(trim(*name), *value);
        if (line.starts_with(',')) {
            line.remove_prefix(1);
        }
    }
    line.remove_prefix(1);
    return labels;
}

json::value value_of(std::string_view text) {
    if (const auto whole = read_number<std::int64_t>(text)) {
        return *whole;
    }
    const bool is_word = text.find_first_of("NIni") != std::string_view::npos;
    const auto number = is_word ? std::nullopt : read_number<double>(text);
    return number ? json::value(*number) : json::value(json::string(text));
}

std::optional<json::object> figure_in(std::string_view line) {
    const auto end = line.find_first_of("{ ");
    if (end == std::string_view::npos || end == 0) {
        return std::nullopt;
    }
    json::object figure;
    figure["name"] = line.substr(0, end);
    line.remove_prefix(end);
    auto labels = line.starts_with('{') ? take_labels(line) : json::object();
    if (!labels || trim(line).empty()) {
        return std::nullopt;
    }
    figure["labels"] = std::move(*labels);
    figure["value"] = value_of(trim(line));
    return figure;
}

}  // namespace

json::array figures_in(std::string_view text) {
    json::array figures;
    for (const auto line : split(text, '\n')) {
        if (line.starts_with('#')) {
            continue;
        }
        if (auto figure = figure_in(line)) {
            figures.push_back(std::move(*figure));
        }
    }
    return figures;
}

}  // namespace aifp::cli
