#include "document/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "document/node_json.hpp"
#include "document/scalar.hpp"

namespace aifp::document {
namespace {

// `"timeout" must be a duration, not a list`, at the node.
std::nullopt_t refuse(Report& report,
                      const Node& node,
                      std::string_view name,
                      std::string_view wanted,
                      std::string hint = {}) {
    std::string found;
    if (!node.tag.empty()) {
        found = node.tag;
    } else if (!node.is_scalar() || node.text.empty()) {
        found = describe_type(node.type);
    } else {
        found = quoted(node.text);
    }
    report.error(node.mark,
                 fmt::format("{} must be {}, not {}", quoted(name), wanted, found),
                 std::move(hint));
    return std::nullopt;
}

// The error of a parser of base/quantity.hpp, with the key in front.
std::nullopt_t refuse(Report& report, const Node& node, std::string_view name, const Error& error) {
    report.error(node.mark, fmt::format("{}: {}", quoted(name), error.detail()));
    return std::nullopt;
}

std::string without_underscores(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
    return text;
}

std::string without_leading_zeros(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    const auto first = std::min(text.find_first_not_of("+-0"), text.size() - 1);
    return fmt::format("{}{}", is_negative ? "-" : "", text.substr(first));
}

// What to write for a scalar that YAML 1.1 tools would misread where no boolean is wanted.
std::string hint_for_trap(const Node& node) {
    switch (yaml11_trap(node)) {
        case Yaml11Trap::leading_zero:
            return fmt::format("write {}", without_leading_zeros(node.text));
        case Yaml11Trap::underscore:
            return fmt::format("write {}", without_underscores(node.text));
        case Yaml11Trap::sexagesimal:
        case Yaml11Trap::boolean_word:
            return fmt::format("write \"{}\" in quotes", node.text);
        default:
            return {};
    }
}

// The text of a scalar that a parser of base/quantity.hpp reads; nothing if it is another type or
// one of the traps (told).
std::optional<std::string_view> quantity_text(Report& report,
                                              const Node& node,
                                              std::string_view name,
                                              std::string_view wanted) {
    const bool is_readable =
        node.tag.empty() && (node.type == Node::Type::string || node.type == Node::Type::integer);
    if (!is_readable) {
        return refuse(report, node, name, wanted);
    }
    if (std::string hint = hint_for_trap(node);
        !hint.empty() && yaml11_trap(node) != Yaml11Trap::boolean_word) {
        report.error(node.mark,
                     fmt::format("{} is {} without quotes, which YAML may read as another number",
                                 quoted(name),
                                 node.text),
                     std::move(hint));
        return std::nullopt;
    }
    return node.text;
}

// Tells when `value` is out of `range`; `shown` makes text of a bound.
template <class T, class Show>
std::optional<T> within(
    Report& report, const Node& node, std::string_view name, T value, Range<T> range, Show shown) {
    if (value < range.least) {
        report.error(node.mark,
                     fmt::format("{} must be at least {}, not {}",
                                 quoted(name),
                                 shown(range.least),
                                 quoted(node.text)));
        return std::nullopt;
    }
    if (value > range.most) {
        report.error(node.mark,
                     fmt::format("{} must be at most {}, not {}",
                                 quoted(name),
                                 shown(range.most),
                                 quoted(node.text)));
        return std::nullopt;
    }
    return value;
}

std::string show_size(std::uint64_t bytes) {
    constexpr std::uint64_t kKibibyte = 1024;
    constexpr std::uint64_t kMebibyte = 1024 * kKibibyte;
    if (bytes >= kMebibyte && bytes % kMebibyte == 0) {
        return fmt::format("{} MiB", bytes / kMebibyte);
    }
    if (bytes >= kKibibyte && bytes % kKibibyte == 0) {
        return fmt::format("{} KiB", bytes / kKibibyte);
    }
    return fmt::format("{} bytes", bytes);
}

// "true", "false" or nothing for what people write instead.
std::string_view boolean_meant(const Node& node) {
    const std::string word = to_lower_ascii(truncate_utf8(node.text, 8));
    if (word == "on" || word == "yes" || word == "y" || word == "true" || word == "1") {
        return "true";
    }
    if (word == "off" || word == "no" || word == "n" || word == "false" || word == "0") {
        return "false";
    }
    return {};
}

std::string hint_for_number(const Node& node) {
    if (node.quoted && core_type(node.text) == Node::Type::integer) {
        return fmt::format("write {} without quotes", node.text);
    }
    const auto trap = yaml11_trap(node);
    const bool has_number = trap == Yaml11Trap::leading_zero || trap == Yaml11Trap::underscore;
    return has_number ? hint_for_trap(node) : std::string();
}

}  // namespace

std::optional<std::string> read_text(Report& report, const Node& node, std::string_view name) {
    const bool is_text = node.type == Node::Type::string || node.type == Node::Type::integer ||
                         node.type == Node::Type::real;
    if (is_text && node.tag.empty()) {
        return node.text;
    }
    const bool has_word = node.is_scalar() && node.tag.empty() && !node.text.empty();
    return refuse(report,
                  node,
                  name,
                  "a text",
                  has_word ? fmt::format("write \"{}\" in quotes", node.text) : std::string());
}

std::optional<bool> read_boolean(Report& report, const Node& node, std::string_view name) {
    const std::string_view meant = node.is_scalar() ? boolean_meant(node) : std::string_view();
    if (node.type == Node::Type::boolean) {
        return meant == "true";
    }
    std::string hint;
    if (!meant.empty() && node.tag.empty()) {
        hint = fmt::format("write {}{}", meant, node.text == meant ? " without quotes" : "");
    }
    return refuse(report, node, name, "true or false", std::move(hint));
}

std::optional<std::int64_t> read_integer(Report& report,
                                         const Node& node,
                                         std::string_view name,
                                         Range<std::int64_t> range) {
    if (node.type != Node::Type::integer) {
        return refuse(report, node, name, "a whole number", hint_for_number(node));
    }
    const auto value = integer_value(node);
    if (!value) {
        report.error(node.mark, fmt::format("{} is too large", quoted(name)));
        return std::nullopt;
    }
    return within(report, node, name, *value, range, [](std::int64_t bound) { return bound; });
}

std::optional<double> read_number(Report& report,
                                  const Node& node,
                                  std::string_view name,
                                  Range<double> range) {
    if (node.type != Node::Type::integer && node.type != Node::Type::real) {
        return refuse(report, node, name, "a number", hint_for_number(node));
    }
    const auto value = real_value(node);
    if (!value) {
        report.error(node.mark, fmt::format("{} is too large", quoted(name)));
        return std::nullopt;
    }
    return within(report, node, name, *value, range, [](double bound) { return bound; });
}

std::optional<Milliseconds> read_duration(Report& report,
                                          const Node& node,
                                          std::string_view name,
                                          DurationRange range) {
    const auto text = quantity_text(report, node, name, "a duration such as \"10m\" or \"1h30m\"");
    if (!text) {
        return std::nullopt;
    }
    const auto value = parse_duration(*text);
    if (!value) {
        return refuse(report, node, name, value.error());
    }
    return within(report, node, name, *value, range, format_duration);
}

std::optional<std::uint64_t> read_size(Report& report,
                                       const Node& node,
                                       std::string_view name,
                                       Range<std::uint64_t> range) {
    const auto text = quantity_text(report, node, name, "a size such as \"64 KiB\" or \"10 MiB\"");
    if (!text) {
        return std::nullopt;
    }
    const auto value = parse_size_bytes(*text);
    if (!value) {
        return refuse(report, node, name, value.error());
    }
    return within(report, node, name, *value, range, show_size);
}

std::optional<int> read_time_of_day(Report& report, const Node& node, std::string_view name) {
    const auto text = quantity_text(report, node, name, "a time of day such as \"17:00\"");
    if (!text) {
        return std::nullopt;
    }
    const auto value = parse_time_of_day(*text);
    return value ? std::optional(*value) : refuse(report, node, name, value.error());
}

std::optional<std::size_t> read_choice(Report& report,
                                       const Node& node,
                                       std::string_view name,
                                       std::span<const std::string_view> choices) {
    if (node.type != Node::Type::string || !node.tag.empty()) {
        return refuse(report,
                      node,
                      name,
                      "one of the words it knows",
                      fmt::format("known are: {}", fmt::join(choices, ", ")));
    }
    const auto found = std::find(choices.begin(), choices.end(), node.text);
    if (found == choices.end()) {
        report_unknown(
            report, node.mark, fmt::format("value for {}:", quoted(name)), node.text, choices);
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - choices.begin());
}

std::optional<boost::json::value> read_text_or_secret(Report& report,
                                                      const Node& node,
                                                      std::string_view name) {
    if (secret_name(node)) {
        return to_json(node);
    }
    const auto text = read_text(report, node, name);
    return text ? std::optional<boost::json::value>(boost::json::string(*text)) : std::nullopt;
}

std::optional<std::vector<std::string>> read_texts(Report& report,
                                                   const Node& node,
                                                   std::string_view name) {
    std::vector<std::string> texts;
    bool good = true;
    for (const Node* item : items_of(node)) {
        auto text = read_text(report, *item, name);
        good = good && text;
        texts.push_back(text ? std::move(*text) : std::string());
    }
    return good ? std::optional(std::move(texts)) : std::nullopt;
}

}  // namespace aifp::document
