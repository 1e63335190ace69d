#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"

// Rows of `conversations` and `conversation_messages`. Plain functions on the thread that owns the
// Database; they throw DatabaseError. (issue 6, Agents)
namespace aifp::storage {

struct ConversationRow {
    std::string id;
    std::string title;       ///< The beginning of its first question.
    std::string started_by;  ///< "uid 1000", "admin token".
    WallTime created_at;
    WallTime updated_at;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t messages = 0;  ///< Counted when it is read.
};

struct ConversationMessage {
    std::string role = {};  ///< "user", "assistant", "tool": nothing else is ever stored.
    std::string text = {};
    std::string tool_calls_json = {};  ///< Of the assistant: [{id, name, arguments}]; empty: none.
    std::string tool_call_id = {};     ///< Of a tool; else empty.
    bool is_error = false;
};

/// So many are kept; the ones that nobody has gone on with for longest go.
inline constexpr int kMaxConversations = 500;

/// What one turn added. `row` says whose turn it was and when; its tokens are added to what is
/// there, and title and start stay as the first turn wrote them.
void append_turn(Database& database,
                 const ConversationRow& row,
                 const std::vector<ConversationMessage>& messages);
/// The newest first, at most `limit`.
[[nodiscard]] std::vector<ConversationRow> load_conversations(Database& database,
                                                              std::size_t limit);
[[nodiscard]] std::optional<ConversationRow> find_conversation(Database& database,
                                                               std::string_view id);
/// In their order.
[[nodiscard]] std::vector<ConversationMessage> load_messages(Database& database,
                                                             std::string_view id);
/// False if there is none.
bool remove_conversation(Database& database, std::string_view id);

}  // namespace aifp::storage
