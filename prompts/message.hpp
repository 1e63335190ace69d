#pragma once

#include <memory>
#include <string>
#include <vector>

#include "prompts/context_file.hpp"

namespace aifp::prompts {

enum class Role {
    system,     ///< Instructions and context.
    user,       ///< What a person or a step of a pipeline says.
    assistant,  ///< What the AI said.
    tool,       ///< What a tool gave back.
};

/// A call of a tool that the AI asked for.
struct ToolCall {
    std::string id;         ///< The provider's; the tool's answer names it.
    std::string name;       ///< Of the tool.
    std::string arguments;  ///< JSON text, as the AI wrote it.
    /// What the provider wants back with the call, unread (Gemini's thoughtSignature); mostly
    /// empty.
    std::string signature = {};
};

/// One message of a request, in no provider's form.
struct Message {
    Role role = Role::user;
    std::string
        text;  ///< Well-formed UTF-8. With a file: what is said about it, and a text's text.
    std::shared_ptr<const ContextFile> file = nullptr;  ///< Or null.
    std::vector<ToolCall> tool_calls = {};              ///< Of the assistant.
    std::string tool_call_id = {};                      ///< Of a tool: what it answers.
    bool is_error = false;                              ///< Of a tool: it could not do it.
    std::string directive = {};  ///< Id of the prompt directive that gave it; empty: conversation.
};

/// Whether the file's bytes travel beside the text.
[[nodiscard]] inline bool has_attachment(const Message& message) noexcept {
    return message.file && message.file->kind != FileKind::text;
}

}  // namespace aifp::prompts
