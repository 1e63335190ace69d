#include "prompts/tool.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace aifp::prompts {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxSummaryBytes = 160;

std::string text_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

json::object object_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

}  // namespace

std::vector<Tool> structure_tools(const json::object& definitions) {
    std::vector<Tool> tools;
    for (const auto& member : definitions) {
        const json::object definition =
            member.value().is_object() ? member.value().get_object() : json::object();
        tools.push_back({std::string(member.key()),
                         text_in(definition, "description"),
                         object_in(definition, "parameters"),
                         text_in(definition, "handler"),
                         object_in(definition, "handler_config")});
    }
    return tools;
}

std::string summary_of(std::string_view description) {
    description = trim(description);
    const auto line_end = description.find('\n');
    std::string_view first = trim(description.substr(0, line_end));
    if (const auto stop = first.find(". "); stop != std::string_view::npos) {
        first = first.substr(0, stop + 1);
    }
    if (first.empty()) {
        return "(no description)";
    }
    if (first.size() <= kMaxSummaryBytes) {
        return std::string(first);
    }
    constexpr std::string_view kEllipsis = "…";
    return std::string(truncate_utf8(first, kMaxSummaryBytes - kEllipsis.size())) +
           std::string(kEllipsis);
}

}  // namespace aifp::prompts
