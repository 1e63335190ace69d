#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agents/agent_run.hpp"
#include "base/clock.hpp"
#include "config/chat_settings.hpp"
#include "helpers/project_parts.hpp"
#include "storage/conversations.hpp"

namespace aifp::agents {

/// What a person says.
struct ChatMessage {
    std::string text;
    std::string conversation;  ///< Its id; empty: a new one begins.
    std::string who;           ///< "uid 1000"
    bool streams = true;       ///< The answer's text is told piece by piece.
};

/// Told while a turn is under way, on the loop: `event` is
///   conversation {id, provider, model}, text {text}, tool {name, arguments}, tool_result {name,
///   ok}.
using ChatEvents = std::function<void(std::string_view event, boost::json::object data)>;
/// {conversation, text, ended, note (unless it is an answer), model, tokens, requests}.
using ChatDone = std::function<void(Result<boost::json::value>)>;

/// Conversations with the chat agent. A turn is stored when it has ended, with what a person said
/// and what came of it, and never with what stood in front of the request. Loop thread only; owned
/// by the wiring.
class Chat {
public:
    static constexpr std::size_t kMaxTurns = 4;         ///< Under way at once.
    static constexpr std::size_t kMaxText = 64 << 10;   ///< Bytes said at once.
    static constexpr std::size_t kMaxMessages = 2'000;  ///< Of one conversation.

    /// `settings` is asked at the beginning of each turn.
    Chat(const AgentServices& services,
         const helpers::ProjectParts& parts,
         std::function<config::Chat()> settings);

    /// Answers a person. Errors: invalid_input (nothing said, too long), not_found (no such
    /// conversation), conflict (a turn of it is under way; no provider is set), busy (kMaxTurns);
    /// of the model. The returned function stops the turn: `done` then has `cancelled`.
    std::function<void()> say(ChatMessage message, ChatEvents events, ChatDone done);

    /// [{id, title, started_by, created_at, updated_at, messages, tokens}], the newest first.
    void list(ChatDone done) const;
    /// One with its messages: [{role, text, tool_calls, tool_call_id, is_error}]. Errors:
    /// not_found.
    void show(const std::string& conversation, ChatDone done) const;
    /// Errors: not_found; conflict while a turn of it is under way.
    void remove(const std::string& conversation, ChatDone done);

    /// Ends all turns: for the stop of the engine.
    void stop_all();

private:
    class Turn;

    AgentServices services_;
    const helpers::ProjectParts& parts_;
    std::function<config::Chat()> settings_;
    std::map<std::string, std::weak_ptr<Turn>> turns_;  // under way, by conversation
};

/// What of a conversation is sent: the newest messages of at most `max_bytes`, beginning with
/// something a person said. Pure.
[[nodiscard]] std::vector<prompts::Message> newest_part(std::vector<prompts::Message> messages,
                                                        std::size_t max_bytes);

/// Rows of a conversation as messages and back. Messages of prompt directives, system messages and
/// attachments have no row: they are not part of a conversation. Pure.
[[nodiscard]] std::vector<prompts::Message> messages_of(
    const std::vector<storage::ConversationMessage>& rows);
[[nodiscard]] std::vector<storage::ConversationMessage> rows_of(
    const std::vector<prompts::Message>& messages);

}  // namespace aifp::agents
