#include "llm/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>

#include "ask_world.hpp"
#include "llm/breaker.hpp"
#include "requests.hpp"

namespace aifp::llm {
namespace {

using config::LlmProvider;
using testing::Asking;
using ::testing::HasSubstr;
using testing::kChatAnswer;
using testing::kMessageAnswer;
using testing::Provider;
using testing::request_of;
using testing::settings_for;

const std::vector<http::Header> kSoon = {{"retry-after-ms", "1"}};
constexpr const char* kOverloaded =
    R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";

TEST(LlmClient, asks_a_server_that_speaks_chat_completions) {
    Provider provider({Provider::say(200, kChatAnswer)});
    Asking asking(settings_for(provider));
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_TRUE(reply) << reply.error().detail();
    EXPECT_EQ(reply->answer.text, "Yes.");
    const auto sent = provider.requests().at(0);
    EXPECT_EQ(sent.target, "/v1/chat/completions");
    EXPECT_EQ(sent.headers.find("authorization"), "Bearer k-123");
    EXPECT_THAT(sent.body, HasSubstr("Is it?"));
}

TEST(LlmClient, asks_anthropic_with_its_version_and_key) {
    Provider provider({Provider::say(200, kMessageAnswer, {{"request-id", "req_1"}})});
    Asking asking(settings_for(provider, LlmProvider::anthropic));
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_TRUE(reply) << reply.error().detail();
    EXPECT_EQ(reply->request_id, "req_1");
    const auto sent = provider.requests().at(0);
    EXPECT_EQ(sent.target, "/v1/messages");
    EXPECT_EQ(sent.headers.find("x-api-key"), "k-123");
    EXPECT_EQ(sent.headers.find("anthropic-version"), "2026-10-21");
    EXPECT_FALSE(sent.headers.find("authorization"));
}

TEST(LlmClient, asks_gemini_with_its_key_in_a_header) {
    Provider provider({Provider::say(200, testing::kGeminiAnswer)});
    Asking asking(settings_for(provider, LlmProvider::gemini));
    asking.settings.base_url = provider.url() + "beta";
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_TRUE(reply) << reply.error().detail();
    EXPECT_EQ(reply->answer.text, "Yes.");
    EXPECT_EQ(asking.book.spent, 8);
    const auto sent = provider.requests().at(0);
    EXPECT_EQ(sent.target, "/v1beta/models/m:generateContent");
    EXPECT_EQ(sent.headers.find("x-goog-api-key"), "k-123");
    EXPECT_FALSE(sent.headers.find("authorization"));
}

TEST(LlmClient, streams_from_gemini_and_gives_a_call_back_as_it_was_signed) {
    Provider provider(
        {Provider::stream({R"({"candidates":[{"content":{"parts":[{"text":"Let me "}]}}]})",
                           R"({"candidates":[{"content":{"parts":[{"text":"look."},)"
                           R"({"functionCall":{"name":"look","args":{}},)"
                           R"("thoughtSignature":"c2ln"}]},"finishReason":"STOP"}]})"}),
         Provider::say(200, testing::kGeminiAnswer)});
    Asking asking(settings_for(provider, LlmProvider::gemini));
    prompts::Assembled assembled = requests::asking("Is it?");
    Request request = request_of(assembled);
    std::string told;
    request.on_text = [&told](std::string_view piece) { told.append(piece).append("|"); };
    const auto first = asking.ask(std::move(request));
    ASSERT_TRUE(first) << first.error().detail();
    EXPECT_EQ(told, "Let me |look.|");
    EXPECT_THAT(provider.requests().at(0).target, HasSubstr(":streamGenerateContent?alt=sse"));
    assembled.messages.push_back(requests::said(prompts::Role::assistant, first->answer.text));
    assembled.messages.back().tool_calls = first->answer.tool_calls;
    assembled.messages.push_back(requests::said(prompts::Role::tool, "seen"));
    assembled.messages.back().tool_call_id = first->answer.tool_calls.at(0).id;
    ASSERT_TRUE(asking.ask(request_of(assembled)));
    EXPECT_THAT(provider.requests().at(1).body, HasSubstr(R"("thoughtSignature":"c2ln")"));
    EXPECT_THAT(provider.requests().at(1).body,
                HasSubstr(R"({"functionResponse":{"name":"look","response":{"result":"seen"}}})"));
}

TEST(LlmClient, asks_to_look_at_the_key_that_gemini_calls_a_bad_request) {
    Provider provider({Provider::say(
        400,
        R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT",)"
        R"("details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",)"
        R"("reason":"API_KEY_INVALID","domain":"googleapis.com"}]}})")});
    Asking asking(settings_for(provider, LlmProvider::gemini));
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::denied);
    EXPECT_THAT(reply.error().detail(), HasSubstr("400 (API_KEY_INVALID: API key not valid.)"));
    EXPECT_THAT(reply.error().detail(), HasSubstr("llm.api_key"));
    EXPECT_EQ(provider.requests().size(), 1U);
}

TEST(LlmClient, tells_the_text_piece_by_piece) {
    Provider provider({Provider::stream({R"({"choices":[{"delta":{"content":"Ye"}}]})",
                                         R"({"choices":[{"delta":{"content":"s."}}]})",
                                         R"({"choices":[{"delta":{},"finish_reason":"stop"}]})",
                                         R"({"choices":[],"usage":{"prompt_tokens":3,)"
                                         R"("completion_tokens":2}})",
                                         "[DONE]"})});
    Asking asking(settings_for(provider));
    Request request = request_of(requests::asking("Is it?"));
    std::string told;
    request.on_text = [&told](std::string_view piece) { told.append(piece).append("|"); };
    const auto reply = asking.ask(std::move(request));
    ASSERT_TRUE(reply) << reply.error().detail();
    EXPECT_EQ(told, "Ye|s.|");
    EXPECT_EQ(reply->answer.text, "Yes.");
    EXPECT_EQ(reply->answer.usage.input_tokens, 3);
    EXPECT_THAT(provider.requests().at(0).body, HasSubstr("\"stream\":true"));
}

TEST(LlmClient, takes_a_whole_answer_from_a_server_that_cannot_stream) {
    Provider provider({Provider::say(200, kChatAnswer)});
    Asking asking(settings_for(provider));
    Request request = request_of(requests::asking("Is it?"));
    std::string told;
    request.on_text = [&told](std::string_view piece) { told += piece; };
    const auto reply = asking.ask(std::move(request));
    ASSERT_TRUE(reply) << reply.error().detail();
    EXPECT_EQ(told, "Yes.");
}

TEST(LlmClient, sends_again_what_an_overloaded_provider_refused) {
    Provider provider({Provider::say(529, kOverloaded, kSoon), Provider::say(200, kMessageAnswer)});
    Asking asking(settings_for(provider, LlmProvider::anthropic));
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_TRUE(reply) << reply.error().detail();
    EXPECT_EQ(reply->tries, 2);
    EXPECT_EQ(asking.notices.at(0).message, "AI request: sent again");
    EXPECT_EQ(asking.notices.at(0).fields.at("reason"), "529 (overloaded_error: Overloaded)");
}

TEST(LlmClient, gives_up_after_two_more_tries) {
    const auto refuse = Provider::say(529, kOverloaded, kSoon);
    Provider provider({refuse, refuse, refuse, refuse});
    Asking asking(settings_for(provider, LlmProvider::anthropic));
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::unreachable);
    EXPECT_THAT(reply.error().detail(), HasSubstr("529 (overloaded_error: Overloaded)"));
    EXPECT_EQ(provider.requests().size(), 3U);
}

TEST(LlmClient, does_not_repeat_what_somebody_has_to_pay) {
    Provider provider({Provider::say(
        429, R"({"error":{"type":"insufficient_quota","message":"No credit."}})", kSoon)});
    Asking asking(settings_for(provider, LlmProvider::openai));
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::denied);
    EXPECT_EQ(provider.requests().size(), 1U);
}

TEST(LlmClient, says_that_a_long_pause_is_asked_for) {
    Provider provider({Provider::say(429, "{}", {{"retry-after", "3600"}})});
    Asking asking(settings_for(provider));
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::busy);
    EXPECT_THAT(reply.error().detail(), HasSubstr("a pause of 1h"));
}

TEST(LlmClient, asks_to_look_at_the_key_that_is_refused) {
    Provider provider({Provider::say(401, R"({"error":{"message":"Bad key hunter2"}})")});
    Asking asking(settings_for(provider));
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::denied);
    EXPECT_THAT(reply.error().detail(), HasSubstr("Bad key ***"));
    EXPECT_THAT(reply.error().detail(), HasSubstr("llm.api_key"));
}

TEST(LlmClient, does_not_repeat_a_stream_that_broke_after_it_was_told) {
    Provider provider({Provider::stream({R"({"choices":[{"delta":{"content":"Ye"}}]})"})});
    Asking asking(settings_for(provider));
    Request request = request_of(requests::asking("Is it?"));
    request.on_text = [](std::string_view) {};
    const auto reply = asking.ask(std::move(request));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::unreachable);
    EXPECT_EQ(provider.requests().size(), 1U);
    EXPECT_GT(asking.book.spent, 0) << "what came of it is paid for";
}

TEST(LlmClient, repeats_a_stream_that_broke_before_it_was_told) {
    Provider provider({Provider::stream({R"({"error":{"message":"server_error"}})"}),
                       Provider::say(200, kChatAnswer)});
    Asking asking(settings_for(provider));
    Request request = request_of(requests::asking("Is it?"));
    request.on_text = [](std::string_view) {};
    const auto reply = asking.ask(std::move(request));
    ASSERT_TRUE(reply) << reply.error().detail();
    EXPECT_EQ(reply->tries, 2);
}

TEST(LlmClient, follows_no_redirect_with_the_key) {
    Provider other({Provider::say(200, kChatAnswer)});
    Provider provider({Provider::say(307, "", {{"Location", other.url()}})});
    Asking asking(settings_for(provider));
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(reply);
    EXPECT_TRUE(other.requests().empty());
}

TEST(LlmClient, says_what_to_set_without_a_provider) {
    Asking asking({});
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::conflict);
    EXPECT_THAT(reply.error().detail(), HasSubstr("llm: {provider: anthropic"));
    EXPECT_FALSE(asking.model->name());
}

TEST(LlmClient, does_not_speak_plainly_to_other_machines) {
    config::Llm settings;
    settings.provider = LlmProvider::compatible;
    settings.base_url = "http://192.0.2.1:11434/v1";
    settings.model = "m";
    Asking asking(settings);
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::invalid_input);
    EXPECT_THAT(reply.error().detail(), HasSubstr("allow_plain_http"));
}

TEST(LlmClient, asks_nobody_when_the_month_is_used_up) {
    Provider provider({Provider::say(200, kChatAnswer), Provider::say(200, kChatAnswer)});
    Asking asking(settings_for(provider));
    asking.settings.monthly_token_budget = 9;
    ASSERT_TRUE(asking.ask(request_of(requests::asking("Is it?"))));
    const auto second = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::busy);
    EXPECT_THAT(second.error().detail(), HasSubstr("9 of 9"));
    EXPECT_EQ(provider.requests().size(), 1U);
}

TEST(LlmClient, guesses_what_a_server_does_not_count) {
    Provider provider({Provider::say(
        200, R"({"choices":[{"message":{"content":"12345678"},"finish_reason":"stop"}]})")});
    Asking asking(settings_for(provider));
    ASSERT_TRUE(asking.ask(request_of(requests::asking("Is it?"))));
    const Usage usage = asking.book.all.at(0).usage;
    EXPECT_EQ(usage.output_tokens, 3);
    EXPECT_EQ(usage.input_tokens,
              static_cast<std::int64_t>(provider.requests().at(0).body.size() / 4 + 1));
}

TEST(LlmClient, leaves_a_provider_alone_that_keeps_failing) {
    const auto refuse = Provider::say(503, "down");
    Provider provider({refuse, refuse, refuse, refuse, refuse, refuse});
    Asking asking(settings_for(provider));
    asking.settings.max_retries = 0;
    for (int i = 0; i < Breaker::kFailures; ++i) {
        ASSERT_FALSE(asking.ask(request_of(requests::asking("Is it?"))));
    }
    const auto refused = asking.ask(request_of(requests::asking("Is it?")));
    EXPECT_EQ(refused.error().code(), ErrorCode::busy);
    EXPECT_THAT(refused.error().detail(), HasSubstr("left alone"));
    EXPECT_EQ(provider.requests().size(), 5U);
}

TEST(LlmClient, takes_secrets_out_of_what_it_sends) {
    Provider provider({Provider::say(200, kChatAnswer)});
    Asking asking(settings_for(provider));
    ASSERT_TRUE(asking.ask(request_of(requests::asking("The password is hunter2."))));
    EXPECT_THAT(provider.requests().at(0).body, HasSubstr("The password is ***."));
}

TEST(LlmClient, hangs_up_when_it_is_cancelled) {
    Provider provider({Provider::hold()});
    Asking asking(settings_for(provider));
    boost::asio::cancellation_signal cancel;
    boost::asio::steady_timer timer(asking.loop, Milliseconds(20));
    timer.async_wait([&cancel](const boost::system::error_code&) {
        cancel.emit(boost::asio::cancellation_type::terminal);
    });
    const auto reply = asking.ask(request_of(requests::asking("Is it?")), &cancel);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::cancelled);
}

TEST(LlmClient, ends_when_its_time_is_over) {
    Provider provider({Provider::hold()});
    Asking asking(settings_for(provider));
    asking.settings.timeout = Milliseconds(40);
    const auto reply = asking.ask(request_of(requests::asking("Is it?")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code(), ErrorCode::timed_out);
}

}  // namespace
}  // namespace aifp::llm
