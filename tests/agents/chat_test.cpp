#include "agents/chat.hpp"

#include <gtest/gtest.h>

#include "storage/statement.hpp"
#include "tests/agents/agents_fixture.hpp"

namespace aifp::agents {
namespace {

class ChatTest : public AgentsFixture {
protected:
    void start() {
        AgentsFixture::start();
        chat.emplace(ai->services(), *parts, [this] { return bounds; });
    }

    Result<boost::json::value> say(const std::string& text, const std::string& conversation = "") {
        std::optional<Result<boost::json::value>> answer;
        ChatMessage message;
        message.text = text;
        message.conversation = conversation;
        message.who = "uid 1";
        (void)chat->say(
            message,
            [this](std::string_view event, boost::json::object data) {
                events += std::string(event) + " ";
                last_event = std::move(data);
            },
            [&](Result<boost::json::value> said) { answer = std::move(said); });
        run_until([&] { return answer.has_value(); });
        return answer.value_or(fail(ErrorCode::internal, "no answer"));
    }

    template <class Ask>
    Result<boost::json::value> asked(Ask question) {
        std::optional<Result<boost::json::value>> answer;
        question([&](Result<boost::json::value> said) { answer = std::move(said); });
        run_until([&] { return answer.has_value(); });
        return answer.value_or(fail(ErrorCode::internal, "no answer"));
    }

    std::string id_of(const Result<boost::json::value>& answer) {
        return answer ? text(*answer, "conversation") : answer.error().detail();
    }

    config::Chat bounds;
    std::optional<Chat> chat;
    std::string events;
    boost::json::object last_event;
};

TEST_F(ChatTest, answers_and_keeps_the_conversation) {
    start();
    ai->says("It is due at 18:00.");
    const auto answer = say("When does the lamp go on?");
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(text(*answer, "text"), "It is due at 18:00.");
    EXPECT_EQ(events, "conversation text ");
    const auto listed = asked([&](auto done) { chat->list(done); });
    ASSERT_EQ(listed->as_array().size(), 1U);
    EXPECT_EQ(text(listed->as_array()[0], "title"), "When does the lamp go on?");
    EXPECT_EQ(text(listed->as_array()[0], "tokens"), "110");
}

TEST_F(ChatTest, goes_on_with_what_was_said_before) {
    start();
    ai->calls({{"get_active_directives", "{}"}}).says("One.").says("Yes.");
    const auto id = id_of(say("How many?"));
    EXPECT_EQ(events, "conversation tool tool_result text ");
    EXPECT_EQ(id_of(say("Sure?", id)), id);
    ASSERT_EQ(ai->asked.size(), 3U);
    const auto& sent = ai->asked[2].conversation;
    ASSERT_EQ(sent.size(), 5U);
    EXPECT_EQ(sent[0].text, "How many?");
    EXPECT_EQ(sent[1].tool_calls.at(0).name, "get_active_directives");
    EXPECT_EQ(sent[2].tool_call_id, sent[1].tool_calls.at(0).id);
    EXPECT_EQ(sent[4].text, "Sure?");
    EXPECT_EQ(ai->asked[2].session, id);
}

TEST_F(ChatTest, stores_nothing_but_the_conversation) {
    start();
    std::vector<prompts::Message> messages(3);
    messages[0].role = prompts::Role::system;
    messages[0].text = "core";
    messages[1].directive = "site_context";
    messages[2].text = "Hello";
    const auto rows = rows_of(messages);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].text, "Hello");
}

TEST_F(ChatTest, keeps_no_secret_that_a_person_types) {
    start();
    ai->says("Fine.");
    const auto id = id_of(say("The key is s3cr3t."));
    const auto shown = asked([&](auto done) { chat->show(id, done); });
    EXPECT_EQ(boost::json::serialize(*shown).find("s3cr3t"), std::string::npos);
}

TEST_F(ChatTest, keeps_no_question_that_nobody_answered) {
    start();
    ai->fails(ErrorCode::conflict, "no AI provider is set");
    EXPECT_EQ(say("Hello?").error().detail(), "no AI provider is set");
    EXPECT_TRUE(asked([&](auto done) { chat->list(done); })->as_array().empty());
}

TEST_F(ChatTest, refuses_what_it_cannot_answer) {
    start();
    EXPECT_EQ(say("  ").error().code(), ErrorCode::invalid_input);
    EXPECT_EQ(say(std::string(Chat::kMaxText + 1, 'x')).error().code(), ErrorCode::invalid_input);
    EXPECT_EQ(say("Hello", "nobody").error().code(), ErrorCode::not_found);
}

TEST_F(ChatTest, keeps_to_the_bounds_of_the_settings_and_says_which_to_raise) {
    start();
    bounds.max_rounds = 2;
    ai->calls({{"get_active_directives", "{}"}}).calls({{"get_active_directives", "{}"}});
    const auto rounds = say("How many?");
    ASSERT_TRUE(rounds) << rounds.error().detail();
    EXPECT_EQ(text(*rounds, "ended"), "rounds");
    EXPECT_NE(text(*rounds, "note").find("after 2 requests"), std::string::npos);
    EXPECT_NE(text(*rounds, "note").find("chat.max_rounds"), std::string::npos);
    bounds.max_rounds = 12;
    bounds.max_tokens = 110;
    ai->calls({{"get_active_directives", "{}"}});
    EXPECT_NE(text(*say("How many?"), "note").find("chat.max_tokens"), std::string::npos);
    EXPECT_EQ(ai->asked.size(), 3U);
}

TEST_F(ChatTest, ends_a_turn_that_takes_too_long) {
    start();
    bounds.timeout = Milliseconds(20);
    ai->hangs = true;
    const auto answer = say("Hello");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), ErrorCode::timed_out);
    EXPECT_EQ(answer.error().detail(), "the AI had no answer within 20ms");
}

TEST_F(ChatTest, sends_as_much_of_what_was_said_before_as_the_settings_allow) {
    start();
    bounds.history = 2'000;
    ai->says(std::string(3'000, 'x')).says("Yes.");
    const auto id = id_of(say("How many?"));
    ASSERT_TRUE(say("Sure?", id));
    ASSERT_EQ(ai->asked.size(), 2U);
    ASSERT_EQ(ai->asked[1].conversation.size(), 1U);
    EXPECT_EQ(ai->asked[1].conversation[0].text, "Sure?");
}

TEST_F(ChatTest, takes_one_turn_of_a_conversation_at_a_time_and_few_of_all) {
    start();
    ai->hangs = true;
    std::size_t ended = 0;
    for (std::size_t i = 0; i < Chat::kMaxTurns; ++i) {
        ChatMessage message;
        message.text = "Hello";
        (void)chat->say(message, {}, [&](const auto& result) {
            EXPECT_EQ(result.error().code(), ErrorCode::cancelled);
            ++ended;
        });
    }
    EXPECT_EQ(say("Hello").error().code(), ErrorCode::busy);
    chat->stop_all();
    run_until([&] { return ended == Chat::kMaxTurns; });
}

TEST_F(ChatTest, forgets_a_conversation) {
    start();
    ai->says("Hello.");
    const auto id = id_of(say("Hello"));
    EXPECT_TRUE(asked([&](auto done) { chat->remove(id, done); }));
    EXPECT_FALSE(asked([&](auto done) { chat->show(id, done); }));
    EXPECT_EQ(asked([&](auto done) { chat->remove(id, done); }).error().code(),
              ErrorCode::not_found);
}

TEST_F(ChatTest, writes_a_directive_as_a_proposal) {
    start();
    ai->calls({{"propose_directive",
                R"({"file":"new.yaml","text":"name: new\ntrigger: manual\naction: {log: hi}\n"})"}})
        .says("Proposed.");
    ASSERT_TRUE(say("Write it"));
    EXPECT_NE(standing().find("new"), std::string::npos);
    EXPECT_EQ(standing().find("new active"), std::string::npos);
    EXPECT_FALSE(act(engine::Verb::run, "new"));
}

TEST(RowsOf, keep_what_a_provider_wants_back_with_a_call) {
    prompts::Message calling;
    calling.role = prompts::Role::assistant;
    calling.tool_calls = {{"c1", "look", "{}", "c2ln"}, {"c2", "look", "{}", ""}};
    const auto back = messages_of(rows_of({calling}));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].tool_calls.at(0).signature, "c2ln");
    EXPECT_EQ(back[0].tool_calls.at(1).signature, "");
}

TEST(NewestPart, begins_with_a_person_and_keeps_within_its_bytes) {
    std::vector<prompts::Message> messages(4);
    messages[0].text = std::string(100, 'a');
    messages[1].role = prompts::Role::assistant;
    messages[1].text = std::string(100, 'b');
    messages[2].text = "short";
    messages[3].role = prompts::Role::assistant;
    messages[3].text = "answer";
    EXPECT_EQ(newest_part(messages, 1'000).size(), 4U);
    const auto part = newest_part(messages, 50);
    ASSERT_EQ(part.size(), 2U);
    EXPECT_EQ(part[0].text, "short");
}

}  // namespace
}  // namespace aifp::agents
