#include "storage/conversations.hpp"

namespace aifp::storage {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, title, started_by, created_at_ms, updated_at_ms, input_tokens, output_tokens, "
    "(SELECT count(*) FROM conversation_messages m WHERE m.conversation_id = c.id) "
    "FROM conversations c ";

ConversationRow read_conversation(const Statement& row) {
    ConversationRow conversation;
    conversation.id = row.text(0);
    conversation.title = row.text(1);
    conversation.started_by = row.text(2);
    conversation.created_at = row.time(3);
    conversation.updated_at = row.time(4);
    conversation.input_tokens = row.integer(5);
    conversation.output_tokens = row.integer(6);
    conversation.messages = row.integer(7);
    return conversation;
}

std::optional<std::string_view> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

void drop_old_conversations(Database& database) {
    constexpr std::string_view kOld =
        "(SELECT id FROM conversations ORDER BY updated_at_ms DESC, id LIMIT -1 OFFSET ?)";
    Statement(database,
              "DELETE FROM conversation_messages WHERE conversation_id IN " + std::string(kOld))
        .run(kMaxConversations);
    Statement(database, "DELETE FROM conversations WHERE id IN " + std::string(kOld))
        .run(kMaxConversations);
}

}  // namespace

void append_turn(Database& database,
                 const ConversationRow& row,
                 const std::vector<ConversationMessage>& messages) {
    Statement(database,
              "INSERT INTO conversations (id, title, started_by, created_at_ms, updated_at_ms, "
              "input_tokens, output_tokens) VALUES (?, ?, ?, ?, ?, ?, ?) "
              "ON CONFLICT (id) DO UPDATE SET updated_at_ms = excluded.updated_at_ms, "
              "input_tokens = input_tokens + excluded.input_tokens, "
              "output_tokens = output_tokens + excluded.output_tokens")
        .run(row.id,
             row.title,
             row.started_by,
             row.created_at,
             row.updated_at,
             row.input_tokens,
             row.output_tokens);
    Statement last(database,
                   "SELECT coalesce(max(position) + 1, 0) FROM conversation_messages "
                   "WHERE conversation_id = ?");
    last.bind(row.id);
    std::int64_t position = last.step() ? last.integer(0) : 0;
    last.reset();
    Statement insert(database,
                     "INSERT INTO conversation_messages (conversation_id, position, role, text, "
                     "tool_calls_json, tool_call_id, is_error, at_ms) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    for (const auto& message : messages) {
        insert.run(row.id,
                   position++,
                   message.role,
                   message.text,
                   unless_empty(message.tool_calls_json),
                   unless_empty(message.tool_call_id),
                   message.is_error ? 1 : 0,
                   row.updated_at);
    }
    drop_old_conversations(database);
}

std::vector<ConversationRow> load_conversations(Database& database, std::size_t limit) {
    Statement row(database, std::string(kColumns) + "ORDER BY updated_at_ms DESC, id LIMIT ?");
    row.bind(static_cast<std::int64_t>(limit));
    std::vector<ConversationRow> all;
    while (row.step()) {
        all.push_back(read_conversation(row));
    }
    return all;
}

std::optional<ConversationRow> find_conversation(Database& database, std::string_view id) {
    Statement row(database, std::string(kColumns) + "WHERE id = ?");
    row.bind(id);
    return row.step() ? std::optional(read_conversation(row)) : std::nullopt;
}

std::vector<ConversationMessage> load_messages(Database& database, std::string_view id) {
    Statement row(database,
                  "SELECT role, text, tool_calls_json, tool_call_id, is_error "
                  "FROM conversation_messages WHERE conversation_id = ? ORDER BY position");
    row.bind(id);
    std::vector<ConversationMessage> messages;
    while (row.step()) {
        ConversationMessage message;
        message.role = row.text(0);
        message.text = row.text(1);
        message.tool_calls_json = row.text(2);
        message.tool_call_id = row.text(3);
        message.is_error = row.boolean(4);
        messages.push_back(std::move(message));
    }
    return messages;
}

bool remove_conversation(Database& database, std::string_view id) {
    Statement(database, "DELETE FROM conversation_messages WHERE conversation_id = ?").run(id);
    Statement(database, "DELETE FROM conversations WHERE id = ?").run(id);
    return database.changes() > 0;
}

}  // namespace aifp::storage
