#include "storage/conversations.hpp"

#include <gtest/gtest.h>

#include "storage/migrations.hpp"

namespace aifp::storage {
namespace {

std::unique_ptr<Database> open_database() {
    DatabaseOptions options;
    options.file = ":memory:";
    auto database = Database::open(options);
    migrate(*database);
    return database;
}

ConversationRow turn_at(const std::string& id, int minute) {
    ConversationRow row;
    row.id = id;
    row.title = "Turn of minute " + std::to_string(minute);
    row.started_by = "uid 1";
    row.created_at = row.updated_at = from_unix_ms(minute * 60'000);
    row.input_tokens = 10;
    row.output_tokens = 1;
    return row;
}

TEST(Conversations, grow_turn_by_turn_and_keep_their_beginning) {
    const auto database = open_database();
    append_turn(*database, turn_at("a", 1), {{"user", "Hello"}, {"assistant", "Hi"}});
    append_turn(*database, turn_at("a", 5), {{"user", "Again"}});
    const auto row = find_conversation(*database, "a");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->title, "Turn of minute 1");
    EXPECT_EQ(to_unix_ms(row->created_at), 60'000);
    EXPECT_EQ(to_unix_ms(row->updated_at), 300'000);
    EXPECT_EQ(row->input_tokens, 20);
    EXPECT_EQ(row->messages, 3);
    const auto messages = load_messages(*database, "a");
    ASSERT_EQ(messages.size(), 3U);
    EXPECT_EQ(messages[2].text, "Again");
}

TEST(Conversations, keep_calls_and_their_results) {
    const auto database = open_database();
    append_turn(*database,
                turn_at("a", 1),
                {{"assistant", "", R"([{"id":"1"}])"}, {"tool", "no", "", "1", true}});
    const auto messages = load_messages(*database, "a");
    EXPECT_EQ(messages[0].tool_calls_json, R"([{"id":"1"}])");
    EXPECT_EQ(messages[1].tool_call_id, "1");
    EXPECT_TRUE(messages[1].is_error);
}

TEST(Conversations, take_nothing_that_a_system_says) {
    const auto database = open_database();
    EXPECT_THROW(append_turn(*database, turn_at("a", 1), {{"system", "You are"}}), DatabaseError);
}

TEST(Conversations, go_when_there_are_too_many_the_oldest_first) {
    const auto database = open_database();
    for (int i = 0; i < kMaxConversations + 3; ++i) {
        append_turn(*database, turn_at("c" + std::to_string(i), i), {{"user", "x"}});
    }
    EXPECT_FALSE(find_conversation(*database, "c2"));
    EXPECT_TRUE(load_messages(*database, "c2").empty());
    EXPECT_TRUE(find_conversation(*database, "c3"));
    EXPECT_EQ(load_conversations(*database, 2).at(0).id,
              "c" + std::to_string(kMaxConversations + 2));
}

TEST(Conversations, are_forgotten_with_their_messages) {
    const auto database = open_database();
    append_turn(*database, turn_at("a", 1), {{"user", "x"}});
    EXPECT_TRUE(remove_conversation(*database, "a"));
    EXPECT_TRUE(load_messages(*database, "a").empty());
    EXPECT_FALSE(remove_conversation(*database, "a"));
}

}  // namespace
}  // namespace aifp::storage
