#include <boost/json/parse.hpp>
#include <utility>

#include "base/encoding.hpp"
#include "llm/projection.hpp"

namespace aifp::llm {
namespace {

namespace json = boost::json;
using prompts::FileKind;
using prompts::Message;
using prompts::Role;

constexpr std::string_view kOpening = "Begin.";

json::object text_block(std::string_view text) {
    return {{"type", "text"}, {"text", text}};
}

// The API refuses empty text blocks.
void put_text(json::array& content, std::string_view text) {
    if (!text.empty()) {
        content.push_back(text_block(text));
    }
}

json::object source_of(const prompts::ContextFile& file, const FileIds& ids) {
    if (const auto stored = ids.find(file.sha256); stored != ids.end()) {
        return {{"type", "file"}, {"file_id", stored->second}};
    }
    return {{"type", "base64"}, {"media_type", file.mime}, {"data", base64_encode(file.content)}};
}

void put_attachment(json::array& content, const Attachment& attachment, const FileIds& ids) {
    const prompts::ContextFile& file = *attachment.file;
    put_text(content, attachment.label);
    content.push_back(json::object{{"type", file.kind == FileKind::image ? "image" : "document"},
                                   {"source", source_of(file, ids)}});
}

// What the AI wrote as arguments; the API takes objects only.
json::object input_of(const std::string& arguments) {
    boost::system::error_code error;
    json::value value = json::parse(arguments, error);
    if (!error && value.is_object()) {
        return std::move(value.get_object());
    }
    return arguments.empty() ? json::object() : json::object{{"arguments", arguments}};
}

json::array content_of(const Message& message) {
    json::array content;
    if (message.role == Role::tool) {
        json::object result{{"type", "tool_result"},
                            {"tool_use_id", message.tool_call_id},
                            {"content", message.text}};
        if (message.is_error) {
            result.emplace("is_error", true);
        }
        content.push_back(std::move(result));
        return content;
    }
    put_text(content, message.text);
    for (const prompts::ToolCall& call : message.tool_calls) {
        content.push_back(json::object{{"type", "tool_use"},
                                       {"id", call.id},
                                       {"name", call.name},
                                       {"input", input_of(call.arguments)}});
    }
    return content;
}

// Adds to the last message if it is of the same role, else begins one.
void put_message(json::array& messages, const char* role, json::array content) {
    if (content.empty()) {
        return;
    }
    if (!messages.empty() && messages.back().at("role") == role) {
        json::array& last = messages.back().at("content").as_array();
        last.insert(last.end(), content.begin(), content.end());
        return;
    }
    messages.push_back(json::object{{"role", role}, {"content", std::move(content)}});
}

// A provider keeps what it was sent up to a mark, and need not read it again the next time.
void mark_kept(json::value& block) {
    block.as_object().emplace("cache_control", json::object{{"type", "ephemeral"}});
}

json::array messages_of(Projection projection, const MessagesOptions& options) {
    const auto user = find_first_user(projection);
    json::array messages;
    for (std::size_t i = 0; i < projection.messages.size(); ++i) {
        const Message& message = projection.messages[i];
        const bool is_assistant = message.role == Role::assistant;
        if (i == 0 && is_assistant) {
            put_message(messages, "user", {text_block(kOpening)});
        }
        json::array content;
        if (user == i) {
            for (const Attachment& attachment : projection.attachments) {
                put_attachment(content, attachment, options.file_ids);
            }
            if (options.marks_cache && !content.empty()) {
                mark_kept(content.back());
            }
        }
        for (json::value& block : content_of(message)) {
            content.push_back(std::move(block));
        }
        put_message(messages, is_assistant ? "assistant" : "user", std::move(content));
    }
    if (messages.empty()) {
        put_message(messages, "user", {text_block(kOpening)});
    }
    return messages;
}

json::array system_of(const std::vector<SystemText>& texts, bool marks_cache) {
    json::array blocks;
    std::size_t steady = 0;  // blocks up to the last one that stays the same
    bool is_steady = true;
    for (const SystemText& each : texts) {
        put_text(blocks, each.text);
        is_steady = is_steady && each.is_steady;
        steady = is_steady ? blocks.size() : steady;
    }
    if (marks_cache && steady > 0) {
        mark_kept(blocks[steady - 1]);
    }
    return blocks;
}

json::array tools_of(const std::vector<prompts::Tool>& tools) {
    json::array shown;
    for (const prompts::Tool& tool : tools) {
        json::object schema = schema_of(tool);
        schema.insert_or_assign("type", "object");
        shown.push_back(json::object{{"name", tool.name},
                                     {"description", tool.description},
                                     {"input_schema", std::move(schema)}});
    }
    return shown;
}

}  // namespace

json::object messages_body(const prompts::Assembled& request, const MessagesOptions& options) {
    Projection projection = project(request, SystemMode::top_level);
    json::object body{{"model", options.model}, {"max_tokens", options.max_tokens}};
    if (json::array system = system_of(projection.system, options.marks_cache); !system.empty()) {
        body.emplace("system", std::move(system));
    }
    body.emplace("messages", messages_of(std::move(projection), options));
    if (!request.tools.empty()) {
        body.emplace("tools", tools_of(request.tools));
    }
    if (options.is_streamed) {
        body.emplace("stream", true);
    }
    return body;
}

}  // namespace aifp::llm
