#pragma once

#include <memory>
#include <string>
#include <vector>

#include "llm/request.hpp"
#include "prompts/message.hpp"

// What both forms share: which messages are system texts, and which files are attached where.

namespace aifp::llm {

struct SystemText {
    std::string text;
    bool is_steady = false;  ///< The same from turn to turn.
};

/// An image or PDF and what is said about it.
struct Attachment {
    std::string label;
    std::shared_ptr<const prompts::ContextFile> file;
};

/// A request with its parts sorted.
struct Projection {
    std::vector<SystemText> system;          ///< Empty for multi.
    std::vector<prompts::Message> messages;  ///< Of multi with the system messages in their places.
    std::vector<Attachment> attachments;     ///< For the first message of the user.
};
[[nodiscard]] Projection project(const prompts::Assembled& request, SystemMode mode);

/// The index of the first message of the user; one is put where the conversation begins if there is
/// none and `attachments` need one. Nothing: there is none and none is needed.
[[nodiscard]] std::optional<std::size_t> find_first_user(Projection& projection);

/// "data:image/png;base64,..."
[[nodiscard]] std::string data_uri(const prompts::ContextFile& file);
/// The JSON Schema of a tool's arguments; one that allows none for a tool without.
[[nodiscard]] boost::json::object schema_of(const prompts::Tool& tool);

}  // namespace aifp::llm
