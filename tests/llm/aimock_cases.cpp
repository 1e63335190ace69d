#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <tuple>

#include "ask_world.hpp"
#include "requests.hpp"

// Asks the mock that tests/llm/aimock.py started; its answers stand in tests/llm/mock_server.cjs.

namespace aifp::llm {
namespace {

using config::LlmProvider;
using testing::Asking;
using ::testing::HasSubstr;
using testing::request_of;

config::Llm settings_for(LlmProvider provider) {
    const char* const url = std::getenv("AIMOCK_URL");
    config::Llm settings;
    settings.provider = provider;
    settings.base_url = std::string(url == nullptr ? "" : url) +
                        (provider == LlmProvider::gemini ? "/v1beta" : "/v1");
    settings.model = "m";
    settings.api_key = "k";
    return settings;
}

/// Each case for each API, whole and in pieces.
class Aimock : public ::testing::TestWithParam<std::tuple<LlmProvider, bool>> {
protected:
    [[nodiscard]] static LlmProvider provider() { return std::get<0>(GetParam()); }
    [[nodiscard]] static bool is_streamed() { return std::get<1>(GetParam()); }
    [[nodiscard]] static std::string api() { return std::string(config::name_of(provider())); }
    Result<Reply> ask(prompts::Assembled assembled) {
        Request request = request_of(std::move(assembled));
        if (is_streamed()) {
            request.on_text = [this](std::string_view piece) {
                told_ += piece;
                ++pieces_;
            };
        }
        return asking_.ask(std::move(request));
    }

    Asking asking_{settings_for(provider())};
    std::string told_;
    int pieces_ = 0;
};

TEST_P(Aimock, answers) {
    const auto reply = ask(requests::asking("say hello"));
    ASSERT_TRUE(reply) << reply.error().detail();
    EXPECT_EQ(reply->answer.text, "Hello from far away.");
    EXPECT_EQ(told_, is_streamed() ? "Hello from far away." : "");
    EXPECT_EQ(pieces_ > 1, is_streamed());
    EXPECT_GT(asking_.book.spent, 0);
}

TEST_P(Aimock, calls_a_tool_and_reads_what_it_gave) {
    prompts::Assembled request = requests::asking("What is the weather?");
    request.messages.front().text = "Tell me the weather.";
    request.tools = {{"look_up", "Looks up a place.", {}, "", {}}};
    const auto first = ask(request);
    ASSERT_TRUE(first) << first.error().detail();
    ASSERT_EQ(first->answer.stop, Stop::tools);
    ASSERT_EQ(first->answer.tool_calls.size(), 1U);
    EXPECT_EQ(first->answer.tool_calls[0].arguments, R"({"place":"Kiel"})");
    request.messages.push_back(requests::said(prompts::Role::assistant, first->answer.text));
    request.messages.back().tool_calls = first->answer.tool_calls;
    request.messages.push_back(requests::said(prompts::Role::tool, "rain"));
    request.messages.back().tool_call_id = first->answer.tool_calls[0].id;
    const auto second = ask(request);
    ASSERT_TRUE(second) << second.error().detail();
    EXPECT_EQ(second->answer.text, "It rains in Kiel.");
}

TEST_P(Aimock, asks_for_two_tools_at_once) {
    const auto reply = ask(requests::asking("both cities"));
    ASSERT_TRUE(reply) << reply.error().detail();
    ASSERT_EQ(reply->answer.tool_calls.size(), 2U);
    EXPECT_EQ(reply->answer.tool_calls[1].arguments, R"({"place":"Bonn"})");
}

TEST_P(Aimock, is_asked_again_when_it_refuses_for_now) {
    if (is_streamed()) {
        GTEST_SKIP() << "the mock counts; a refusal is the same for both";
    }
    for (const char* name : {"too often", "overloaded", "failing"}) {
        const auto reply = ask(requests::asking(std::string(name) + " (" + api() + ")"));
        ASSERT_TRUE(reply) << name << ": " << reply.error().detail();
        EXPECT_EQ(reply->answer.text, "Now it works.");
        EXPECT_EQ(reply->tries, 2) << name;
    }
}

TEST_P(Aimock, is_not_asked_again_where_people_have_to_act) {
    for (const char* name : {"no credit", "wrong key"}) {
        const auto reply = ask(requests::asking(name));
        ASSERT_FALSE(reply) << name;
        EXPECT_EQ(reply.error().code(), ErrorCode::denied) << reply.error().detail();
    }
}

TEST_P(Aimock, that_breaks_off_is_an_error_and_no_answer) {
    if (!is_streamed()) {
        GTEST_SKIP() << "only a stream breaks off";
    }
    const auto reply = ask(requests::asking("cut short"));
    ASSERT_FALSE(reply) << reply->answer.text;
    EXPECT_EQ(reply.error().code(), ErrorCode::unreachable) << reply.error().detail();
}

TEST_P(Aimock, that_writes_nonsense_or_hangs_up_is_an_error) {
    asking_.settings.max_retries = 0;
    EXPECT_FALSE(ask(requests::asking("garbled")));
    EXPECT_FALSE(ask(requests::asking("hang up")));
}

TEST_P(Aimock, is_told_every_prompt_directive) {
    for (const auto projection : {config::Projection::multi, config::Projection::single_first}) {
        asking_.settings.projection = projection;
        auto request = requests::with_directives({{"FIRST BLOCK", prompts::Volatility::fixed},
                                                  {"SECOND BLOCK", prompts::Volatility::config},
                                                  {"THIRD BLOCK", prompts::Volatility::turn}});
        request.messages.push_back(requests::said(prompts::Role::user, "what were you told"));
        const auto reply = ask(std::move(request));
        ASSERT_TRUE(reply) << reply.error().detail();
        EXPECT_EQ(reply->answer.text, "All three.");
    }
}

INSTANTIATE_TEST_SUITE_P(Apis,
                         Aimock,
                         ::testing::Combine(::testing::Values(LlmProvider::openai,
                                                              LlmProvider::compatible,
                                                              LlmProvider::anthropic,
                                                              LlmProvider::gemini),
                                            ::testing::Bool()));

}  // namespace
}  // namespace aifp::llm
