#include <fmt/format.h>

#include <utility>

#include "llm/projection.hpp"

namespace aifp::llm {
namespace {

namespace json = boost::json;
using prompts::FileKind;
using prompts::Message;
using prompts::Role;

std::string_view role_of(Role role) noexcept {
    switch (role) {
        case Role::system:
            return "system";
        case Role::assistant:
            return "assistant";
        case Role::tool:
            return "tool";
        default:
            return "user";
    }
}

json::object text_part(std::string_view text) {
    return {{"type", "text"}, {"text", text}};
}

// The label, and the file where the endpoint takes it.
void put_attachment(json::array& parts, const Attachment& attachment, const ChatOptions& options) {
    const prompts::ContextFile& file = *attachment.file;
    const bool is_image = file.kind == FileKind::image;
    if (is_image ? !options.takes_images : !options.takes_pdf) {
        parts.push_back(
            text_part(fmt::format("{} (It could not be attached: this provider takes "
                                  "no {}.)",
                                  attachment.label,
                                  is_image ? "images" : "PDF")));
        return;
    }
    parts.push_back(text_part(attachment.label));
    if (is_image) {
        parts.push_back(json::object{{"type", "image_url"},
                                     {"image_url", json::object{{"url", data_uri(file)}}}});
    } else {
        const auto stored = options.file_ids.find(file.sha256);
        parts.push_back(json::object{
            {"type", "file"},
            {"file",
             stored != options.file_ids.end()
                 ? json::object{{"file_id", stored->second}}
                 : json::object{{"filename", file.name}, {"file_data", data_uri(file)}}}});
    }
}

json::array calls_of(const Message& message) {
    json::array calls;
    for (const prompts::ToolCall& call : message.tool_calls) {
        calls.push_back(json::object{
            {"id", call.id},
            {"type", "function"},
            {"function", json::object{{"name", call.name}, {"arguments", call.arguments}}}});
    }
    return calls;
}

json::object message_of(const Message& message) {
    json::object shown{{"role", role_of(message.role)}};
    // Servers refuse an assistant's empty text beside calls.
    if (!message.text.empty() || message.tool_calls.empty()) {
        shown.emplace("content", message.text);
    }
    if (!message.tool_calls.empty()) {
        shown.emplace("tool_calls", calls_of(message));
    }
    if (message.role == Role::tool) {
        shown.emplace("tool_call_id", message.tool_call_id);
    }
    return shown;
}

json::array messages_of(Projection projection, const ChatOptions& options) {
    const auto user = find_first_user(projection);
    json::array messages;
    if (!projection.system.empty()) {
        std::string all;
        for (const SystemText& each : projection.system) {
            all += all.empty() ? "" : "\n\n";
            all += each.text;
        }
        messages.push_back(json::object{{"role", "system"}, {"content", std::move(all)}});
    }
    for (std::size_t i = 0; i < projection.messages.size(); ++i) {
        json::object shown = message_of(projection.messages[i]);
        if (user == i && !projection.attachments.empty()) {
            json::array parts;
            for (const Attachment& attachment : projection.attachments) {
                put_attachment(parts, attachment, options);
            }
            if (!projection.messages[i].text.empty()) {
                parts.push_back(text_part(projection.messages[i].text));
            }
            shown["content"] = std::move(parts);
        }
        messages.push_back(std::move(shown));
    }
    return messages;
}

json::array tools_of(const std::vector<prompts::Tool>& tools) {
    json::array shown;
    for (const prompts::Tool& tool : tools) {
        shown.push_back(json::object{{"type", "function"},
                                     {"function",
                                      json::object{{"name", tool.name},
                                                   {"description", tool.description},
                                                   {"parameters", schema_of(tool)}}}});
    }
    return shown;
}

}  // namespace

json::object chat_completions_body(const prompts::Assembled& request, const ChatOptions& options) {
    json::object body{{"model", options.model},
                      {"messages", messages_of(project(request, options.system_mode), options)}};
    if (!request.tools.empty()) {
        body.emplace("tools", tools_of(request.tools));
    }
    if (options.max_tokens) {
        body.emplace(options.is_openai ? "max_completion_tokens" : "max_tokens",
                     *options.max_tokens);
    }
    if (options.temperature) {
        body.emplace("temperature", *options.temperature);
    }
    if (options.is_streamed) {
        body.emplace("stream", true);
        body.emplace("stream_options", json::object{{"include_usage", true}});
    }
    return body;
}

}  // namespace aifp::llm
