// The lists, page by page.
#include <boost/json/serialize.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "mcp/dispatcher.hpp"

namespace aifp::mcp {
namespace {

/// Resources come and go with the directives.
constexpr int kResourcesTtlMs = 0;

std::string hints_text(const Hints& hints) {
    ResultText text;
    text.add("readOnlyHint", hints.read_only);
    text.add("destructiveHint", hints.destructive);
    text.add("idempotentHint", hints.idempotent);
    text.add("openWorldHint", hints.open_world);
    return std::move(text).take();
}

/// Before 2026-07-28 a structure is an object, so everything else stands in one. (decisions: MCP)
std::string wrapped_schema(const std::string& schema) {
    return R"({"type":"object","properties":{"result":)" + schema +
           R"(},"required":["result"],"additionalProperties":false})";
}

std::string tool_text(const ToolInfo& tool, Features features) {
    ResultText text;
    text.add_text("name", tool.name);
    if (features.structured) {
        text.add_if("title", tool.title);
    }
    text.add_text("description", tool.description);
    text.add_raw("inputSchema", on_one_line(tool.input_schema));
    if (features.structured && !tool.output_schema.empty()) {
        const auto schema = on_one_line(tool.output_schema);
        const bool wraps = !tool.output_is_object && !features.any_structure;
        text.add_raw("outputSchema", wraps ? wrapped_schema(schema) : schema);
    }
    if (features.hints) {
        text.add_raw("annotations", hints_text(tool.hints));
    }
    return std::move(text).take();
}

template <class Named>
void add_names(ResultText& text, const Named& named, Features features) {
    text.add_text("name", named.name);
    if (features.structured) {
        text.add_if("title", named.title);
    }
    text.add_if("description", named.description);
}

std::string resource_text(const ResourceInfo& resource, Features features) {
    ResultText text;
    text.add_text("uri", resource.uri);
    add_names(text, resource, features);
    text.add_if("mimeType", resource.mime_type);
    return std::move(text).take();
}

std::string template_text(const ResourceTemplate& resource, Features features) {
    ResultText text;
    text.add_text("uriTemplate", resource.uri_template);
    add_names(text, resource, features);
    text.add_if("mimeType", resource.mime_type);
    return std::move(text).take();
}

std::string prompt_text(const PromptInfo& prompt, Features features) {
    ResultText text;
    add_names(text, prompt, features);
    std::string arguments = "[";
    for (const auto& argument : prompt.arguments) {
        ResultText one;
        one.add_text("name", argument.name);
        one.add_if("description", argument.description);
        one.add("required", argument.required);
        append_element(arguments, std::move(one).take());
    }
    text.add_raw("arguments", arguments + "]");
    return std::move(text).take();
}

template <class Entry>
std::vector<std::string> texts_of(const std::vector<Entry>& entries,
                                  std::string (*text_of)(const Entry&, Features),
                                  Features features) {
    std::vector<std::string> texts;
    texts.reserve(entries.size());
    for (const auto& entry : entries) {
        texts.push_back(text_of(entry, features));
    }
    return texts;
}

/// Where the page begins: a cursor is the list's name and a number, and must be one we gave.
std::optional<std::size_t> page_start(const Call& call,
                                      std::string_view list,
                                      std::size_t page_size,
                                      std::size_t count) {
    const auto* given = find_member(call.params(), "cursor");
    if (given == nullptr) {
        return 0;
    }
    const auto text = find_text(call.params(), "cursor").value_or("");
    if (!text.starts_with(list) || text.size() <= list.size() || text[list.size()] != ':') {
        return std::nullopt;
    }
    const auto digits = text.substr(list.size() + 1);
    std::size_t start = 0;
    const auto* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, start);
    const bool is_ours = parsed.ec == std::errc() && parsed.ptr == end && start > 0 &&
                         start % page_size == 0 && start < count;
    return is_ours ? std::optional(start) : std::nullopt;
}

}  // namespace

void Dispatcher::answer_page(const CallPtr& call,
                             std::string_view name,
                             const std::vector<std::string>& entries,
                             int ttl_ms) const {
    const auto start = page_start(*call, name, options_.page_size, entries.size());
    if (!start) {
        call->refuse(RpcError{codes::kBadParameters,
                              "this cursor does not continue the list; begin without one"});
        return;
    }
    const auto end = std::min(*start + options_.page_size, entries.size());
    std::string page = "[";
    for (auto i = *start; i < end; ++i) {
        append_element(page, entries[i]);
    }
    ResultText result;
    result.add_raw(name, page + "]");
    if (end < entries.size()) {
        result.add_text("nextCursor", std::string(name) + ":" + std::to_string(end));
    }
    add_cache_hints(*call, result, ttl_ms);
    call->answer(std::move(result));
}

void Dispatcher::list_tools(const CallPtr& call) {
    answer_page(
        call, "tools", texts_of(provider_.tools(), tool_text, call->features()), kListTtlMs);
}

void Dispatcher::list_prompts(const CallPtr& call) {
    answer_page(
        call, "prompts", texts_of(provider_.prompts(), prompt_text, call->features()), kListTtlMs);
}

void Dispatcher::list_templates(const CallPtr& call) {
    const auto& templates = provider_.resource_templates();
    answer_page(call,
                "resourceTemplates",
                texts_of(templates, template_text, call->features()),
                kListTtlMs);
}

void Dispatcher::list_resources(const CallPtr& call) {
    provider_.list_resources([this, call](Outcome<std::vector<ResourceInfo>> outcome) {
        if (const auto* error = std::get_if<RpcError>(&outcome)) {
            call->refuse(*error);
            return;
        }
        const auto& resources = std::get<std::vector<ResourceInfo>>(outcome);
        answer_page(call,
                    "resources",
                    texts_of(resources, resource_text, call->features()),
                    kResourcesTtlMs);
    });
}

}  // namespace aifp::mcp
