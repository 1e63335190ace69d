#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "agents/chat.hpp"
#include "base/json_text.hpp"

namespace aifp::agents {
namespace {

namespace json = boost::json;

std::string text_in(const json::object& object, std::string_view name) {
    const auto* found = object.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

std::vector<prompts::ToolCall> calls_in(const std::string& text) {
    std::vector<prompts::ToolCall> calls;
    boost::system::error_code error;
    const auto list = json::parse(text, error);
    if (error || !list.is_array()) {
        return calls;
    }
    for (const auto& item : list.get_array()) {
        if (item.is_object()) {
            const auto& call = item.get_object();
            calls.push_back({text_in(call, "id"),
                             text_in(call, "name"),
                             text_in(call, "arguments"),
                             text_in(call, "signature")});
        }
    }
    return calls;
}

std::string text_of(const std::vector<prompts::ToolCall>& calls) {
    if (calls.empty()) {
        return {};
    }
    json::array list;
    for (const auto& call : calls) {
        json::object one;
        one["id"] = call.id;
        one["name"] = call.name;
        one["arguments"] = call.arguments;
        if (!call.signature.empty()) {
            one["signature"] = call.signature;
        }
        list.push_back(std::move(one));
    }
    return json_text(list);
}

std::size_t size_of(const prompts::Message& message) {
    std::size_t bytes = message.text.size();
    for (const auto& call : message.tool_calls) {
        bytes += call.name.size() + call.arguments.size() + call.signature.size();
    }
    return bytes;
}

}  // namespace

// It begins with a person: a result without its call, or an answer to nothing, is refused by
// providers.
std::vector<prompts::Message> newest_part(std::vector<prompts::Message> messages,
                                          std::size_t max_bytes) {
    std::size_t bytes = 0;
    std::size_t begin = messages.size();
    for (std::size_t i = messages.size(); i-- > 0;) {
        bytes += size_of(messages[i]);
        if (bytes > max_bytes && begin != messages.size()) {
            break;
        }
        if (messages[i].role == prompts::Role::user) {
            begin = i;
        }
    }
    messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(begin));
    return messages;
}

std::vector<prompts::Message> messages_of(const std::vector<storage::ConversationMessage>& rows) {
    std::vector<prompts::Message> messages;
    for (const auto& row : rows) {
        prompts::Message message;
        message.role = row.role == "assistant" ? prompts::Role::assistant
                       : row.role == "tool"    ? prompts::Role::tool
                                               : prompts::Role::user;
        message.text = row.text;
        message.tool_calls = calls_in(row.tool_calls_json);
        message.tool_call_id = row.tool_call_id;
        message.is_error = row.is_error;
        messages.push_back(std::move(message));
    }
    return messages;
}

std::vector<storage::ConversationMessage> rows_of(const std::vector<prompts::Message>& messages) {
    std::vector<storage::ConversationMessage> rows;
    for (const auto& message : messages) {
        if (message.role == prompts::Role::system || !message.directive.empty()) {
            continue;
        }
        storage::ConversationMessage row;
        row.role = message.role == prompts::Role::assistant ? "assistant"
                   : message.role == prompts::Role::tool    ? "tool"
                                                            : "user";
        row.text = message.text;
        row.tool_calls_json = text_of(message.tool_calls);
        row.tool_call_id = message.tool_call_id;
        row.is_error = message.is_error;
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace aifp::agents
