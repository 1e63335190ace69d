#include "agents/exchange.hpp"

#include <gtest/gtest.h>

namespace aifp::agents {
namespace {

using Step = Exchange::Step;

std::vector<prompts::Message> question() {
    prompts::Message message;
    message.text = "Why?";
    return {message};
}

llm::Answer says(const std::string& text, llm::Stop stop = llm::Stop::done) {
    llm::Answer answer;
    answer.text = text;
    answer.stop = stop;
    answer.usage.input_tokens = 40;
    answer.usage.output_tokens = 10;
    return answer;
}

llm::Answer calls(int count, llm::Stop stop = llm::Stop::tools) {
    auto answer = says("", stop);
    for (int i = 0; i < count; ++i) {
        answer.tool_calls.push_back({"id" + std::to_string(i), "look", "{}"});
    }
    return answer;
}

TEST(Exchange, ends_with_an_answer) {
    Exchange exchange(question(), {});
    EXPECT_EQ(exchange.take(says("Because.")), Step::end);
    EXPECT_EQ(exchange.ended(), Ended::answered);
    EXPECT_EQ(exchange.text(), "Because.");
    ASSERT_EQ(exchange.added().size(), 1U);
    EXPECT_EQ(exchange.added()[0].role, prompts::Role::assistant);
}

TEST(Exchange, gives_the_outcome_of_every_call_behind_it) {
    Exchange exchange(question(), {});
    ASSERT_EQ(exchange.take(calls(2)), Step::call);
    ASSERT_EQ(exchange.calls().size(), 2U);
    EXPECT_EQ(exchange.give({{"one", false}, {"no", true}}), Step::ask);
    const auto added = exchange.added();
    ASSERT_EQ(added.size(), 3U);
    EXPECT_EQ(added[0].tool_calls.size(), 2U);
    EXPECT_EQ(added[1].tool_call_id, "id0");
    EXPECT_EQ(added[2].tool_call_id, "id1");
    EXPECT_TRUE(added[2].is_error);
}

// vLLM says "stop" although it wants tools.
TEST(Exchange, calls_tools_whatever_the_reason_to_stop_says) {
    Exchange exchange(question(), {});
    EXPECT_EQ(exchange.take(calls(1, llm::Stop::done)), Step::call);
}

TEST(Exchange, does_not_act_on_a_cut_answer) {
    Exchange exchange(question(), {});
    EXPECT_EQ(exchange.take(calls(1, llm::Stop::length)), Step::end);
    EXPECT_EQ(exchange.ended(), Ended::cut);
    EXPECT_TRUE(exchange.added().empty());
}

TEST(Exchange, refuses_calls_beyond_its_bound_and_answers_them_all) {
    ExchangeLimits limits;
    limits.max_calls = 2;
    Exchange exchange(question(), limits);
    ASSERT_EQ(exchange.take(calls(5)), Step::call);
    EXPECT_EQ(exchange.calls().size(), 2U);
    ASSERT_EQ(exchange.give({{"a", false}, {"b", false}}), Step::ask);
    const auto added = exchange.added();
    ASSERT_EQ(added.size(), 6U);
    EXPECT_TRUE(added[5].is_error);
    EXPECT_EQ(added[5].tool_call_id, "id4");
}

TEST(Exchange, ends_after_its_rounds_with_every_call_answered) {
    ExchangeLimits limits;
    limits.max_rounds = 2;
    Exchange exchange(question(), limits);
    ASSERT_EQ(exchange.take(calls(1)), Step::call);
    ASSERT_EQ(exchange.give({{"a", false}}), Step::ask);
    ASSERT_EQ(exchange.take(calls(1)), Step::call);
    EXPECT_EQ(exchange.give({{"b", false}}), Step::end);
    EXPECT_EQ(exchange.ended(), Ended::rounds);
    EXPECT_EQ(exchange.added().back().role, prompts::Role::tool);
    EXPECT_NE(describe(exchange.ended(), limits).find("2 requests"), std::string::npos);
}

TEST(Exchange, ends_when_its_tokens_are_used_up) {
    ExchangeLimits limits;
    limits.max_tokens = 50;
    Exchange exchange(question(), limits);
    ASSERT_EQ(exchange.take(calls(1)), Step::call);
    EXPECT_EQ(exchange.give({{"a", false}}), Step::end);
    EXPECT_EQ(exchange.ended(), Ended::tokens);
    EXPECT_EQ(exchange.tokens_left(), 0);
}

TEST(Exchange, goes_on_where_the_provider_paused) {
    Exchange exchange(question(), {});
    EXPECT_EQ(exchange.take(says("First, ", llm::Stop::paused)), Step::ask);
    EXPECT_EQ(exchange.take(says("then.")), Step::end);
    EXPECT_EQ(exchange.text(), "First, then.");
    EXPECT_EQ(exchange.usage().input_tokens, 80);
}

TEST(Exchange, tells_a_refusal) {
    Exchange exchange(question(), {});
    EXPECT_EQ(exchange.take(says("No.", llm::Stop::refused)), Step::end);
    EXPECT_EQ(exchange.ended(), Ended::refused);
}

TEST(Exchange, is_mended_a_bounded_number_of_times) {
    ExchangeLimits limits;
    limits.max_mends = 2;
    Exchange exchange(question(), limits);
    for (int i = 0; i < 2; ++i) {
        ASSERT_EQ(exchange.take(says("x")), Step::end);
        ASSERT_EQ(exchange.mend("not JSON"), Step::ask);
        EXPECT_EQ(exchange.messages().back().text, "not JSON");
    }
    ASSERT_EQ(exchange.take(says("x")), Step::end);
    EXPECT_EQ(exchange.mend("not JSON"), Step::end);
    EXPECT_EQ(exchange.ended(), Ended::unusable);
}

}  // namespace
}  // namespace aifp::agents
