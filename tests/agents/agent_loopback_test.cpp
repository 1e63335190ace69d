// The agents' loop with everything below it: prompts are assembled, a real client asks a provider
// on loopback over HTTP, and what that does wrong comes back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/parse.hpp>

#include "agents/agent_run.hpp"
#include "briefing/briefing.hpp"
#include "llm/breaker.hpp"
#include "tests/agents/scripted_ai.hpp"
#include "tests/llm/ask_world.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::agents {
namespace {

using llm::testing::kChatAnswer;
using llm::testing::kMessageAnswer;
using llm::testing::Provider;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kTwoCalls =
    R"({"choices":[{"finish_reason":"tool_calls","message":{"content":null,"tool_calls":[)"
    R"({"id":"c1","type":"function","function":{"name":"echo","arguments":"{\"x\":\"one\"}"}},)"
    R"({"id":"c2","type":"function","function":{"name":"echo","arguments":"{\"x\":\"two\"}"}}]}}],)"
    R"("usage":{"prompt_tokens":7,"completion_tokens":2}})";
const std::string kWrongCalls =
    R"({"choices":[{"finish_reason":"tool_calls","message":{"content":null,"tool_calls":[)"
    R"({"id":"c1","type":"function","function":{"name":"echo","arguments":"{\"y\":1}"}},)"
    R"({"id":"c2","type":"function","function":{"name":"echo","arguments":"{\"x\":"}}]}}],)"
    R"("usage":{"prompt_tokens":7,"completion_tokens":2}})";
const std::string kToolUse =
    R"({"type":"message","content":[{"type":"tool_use","id":"t1","name":"echo",)"
    R"("input":{"x":"one"}}],"stop_reason":"tool_use","usage":{"input_tokens":5,)"
    R"("output_tokens":1}})";
const std::string kFunctionCall =
    R"({"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"echo",)"
    R"("args":{"x":"one"}},"thoughtSignature":"c2ln"}]},"finishReason":"STOP"}],)"
    R"("usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":1}})";
constexpr const char* kPiece = R"({"choices":[{"delta":{"content":"Be"}}]})";

/// A stream that a test keeps open; `is_closed` once the one who asked hung up.
struct OpenStream {
    std::optional<http::ResponseStream> stream;
    std::atomic<bool> is_closed = false;
};

/// Says the first piece of an answer and goes on never.
Provider::Reply begin_only(std::shared_ptr<OpenStream> open) {
    return [open = std::move(open)](http::Responder respond) {
        http::Response head;
        head.content_type = "text/event-stream";
        open->stream.emplace(respond.stream(std::move(head), [open] { open->is_closed = true; }));
        open->stream->write("data: " + std::string(kPiece) + "\n\n");
    };
}

class AgentOverHttp : public ::testing::Test {
protected:
    /// A provider that gives `replies` one after another, and `afterwards` from then on.
    void provide(std::vector<Provider::Reply> replies,
                 Provider::Reply afterwards = Provider::say(500, "asked once too often"),
                 config::LlmProvider kind = config::LlmProvider::compatible) {
        briefing_.reset();
        provider.emplace(std::move(replies), std::move(afterwards));
        settings.llm = llm::testing::settings_for(*provider, kind);
        storage::StoreOptions options;
        options.file = paths_.database();
        std::filesystem::create_directories(paths_.own());
        store_ = std::move(storage::open_store(options, loop.get_executor(), clock_)->store);
        briefing_ = briefing::create_briefing(
            {loop, clock_, paths_, settings, secrets_, *store_, *client_, *log_});
    }

    AgentTask task() {
        AgentTask made("chat");
        prompts::Message message;
        message.text = "Why?";
        made.draft.conversation.push_back(message);
        made.tools.push_back(echo_tool());
        return made;
    }

    AgentResult run(AgentTask given) {
        AgentServices services;
        services.executor = loop.get_executor();
        services.ask = [this](briefing::Draft draft) { return briefing_->ask(std::move(draft)); };
        services.model_name = [this] { return briefing_->model_name(); };
        std::optional<AgentResult> result;
        stop = run_agent(services, std::move(given), [&](AgentResult ended) {
            EXPECT_FALSE(result) << "told twice";
            result.emplace(std::move(ended));
        });
        run_until([&] { return result.has_value(); });
        return result.value_or(AgentResult());
    }

    void run_until(const std::function<bool()>& is_met) {
        for (int turns = 0; turns < 20'000 && !is_met(); ++turns) {
            loop.restart();
            loop.run_one_for(Milliseconds(1));
        }
        EXPECT_TRUE(is_met());
    }

    [[nodiscard]] std::size_t requests() const { return provider->requests().size(); }
    [[nodiscard]] std::string sent(std::size_t number) const {
        return provider->requests().at(number).body;
    }

    boost::asio::io_context loop{1};
    config::Settings settings;
    std::optional<Provider> provider;
    std::function<void()> stop;

private:
    static std::unique_ptr<logging::Log> open_log(const std::filesystem::path& folder,
                                                  const Clock& clock) {
        logging::LogOptions options;
        options.directory = folder / "logs";
        return logging::open_log(std::move(options), clock);
    }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    SystemClock clock_;
    config::Secrets secrets_;
    std::unique_ptr<http::Client> client_ = http::create_client(loop, clock_, {});
    std::unique_ptr<logging::Log> log_ = open_log(folder_.path(), clock_);
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<briefing::Briefing> briefing_;
};

TEST_F(AgentOverHttp, calls_all_tools_of_an_answer_at_once_and_answers) {
    provide({Provider::say(200, kTwoCalls), Provider::say(200, kChatAnswer)});
    auto given = task();
    std::vector<std::pair<boost::json::object, ToolDone>> waiting;
    given.tools[0].run = [&waiting](boost::json::object arguments, ToolDone done) {
        waiting.emplace_back(std::move(arguments), std::move(done));
        if (waiting.size() == 2) {  // answered only once both are under way, the last one first
            for (auto call = waiting.rbegin(); call != waiting.rend(); ++call) {
                call->second(boost::json::value(call->first));
            }
        }
    };
    const auto result = run(std::move(given));
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.text, "Yes.");
    EXPECT_EQ(result.usage.input_tokens, 14);
    ASSERT_EQ(result.added.size(), 4U);
    EXPECT_EQ(result.added[1].tool_call_id, "c1");
    EXPECT_THAT(result.added[1].text, HasSubstr("one"));
    const auto messages = boost::json::parse(sent(1)).at("messages").as_array();
    EXPECT_EQ(messages.back().at("tool_call_id"), "c2");
    EXPECT_EQ(messages.front().at("role"), "system") << "put in front anew";
}

TEST_F(AgentOverHttp, speaks_messages_too) {
    provide({Provider::say(200, kToolUse), Provider::say(200, kMessageAnswer)},
            Provider::say(500, "asked once too often"),
            config::LlmProvider::anthropic);
    const auto result = run(task());
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.text, "Yes.");
    const auto messages = boost::json::parse(sent(1)).at("messages").as_array();
    EXPECT_EQ(messages.back().at("content").at(0).at("type"), "tool_result");
    EXPECT_EQ(messages.back().at("content").at(0).at("tool_use_id"), "t1");
}

TEST_F(AgentOverHttp, speaks_gemini_too) {
    provide({Provider::say(200, kFunctionCall), Provider::say(200, llm::testing::kGeminiAnswer)},
            Provider::say(500, "asked once too often"),
            config::LlmProvider::gemini);
    const auto result = run(task());
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.text, "Yes.");
    const auto body = boost::json::parse(sent(1));
    const auto& contents = body.at("contents").as_array();
    EXPECT_EQ(contents.at(1).at("parts").at(0).at("thoughtSignature"), "c2ln");
    EXPECT_EQ(contents.back().at("parts").at(0).at("functionResponse").at("name"), "echo");
    EXPECT_GT(body.at("systemInstruction").at("parts").as_array().size(), 1U) << "put in anew";
}

TEST_F(AgentOverHttp, sends_back_arguments_that_the_schema_refuses_and_runs_nothing) {
    provide({Provider::say(200, kWrongCalls), Provider::say(200, kChatAnswer)});
    auto given = task();
    given.tools[0].run = [](const boost::json::object&, const ToolDone& done) {
        ADD_FAILURE() << "it was run";
        done(boost::json::value());
    };
    const auto result = run(std::move(given));
    EXPECT_EQ(result.text, "Yes.");
    EXPECT_THAT(sent(1), HasSubstr("there is no argument y"));
    EXPECT_THAT(sent(1), HasSubstr("one JSON object"));
}

TEST_F(AgentOverHttp, asks_no_more_than_its_rounds) {
    provide({}, Provider::say(200, kTwoCalls));
    auto given = task();
    given.limits.max_rounds = 3;
    const auto result = run(std::move(given));
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.ended, Ended::rounds);
    EXPECT_EQ(requests(), 3U);
}

TEST_F(AgentOverHttp, asks_no_more_than_its_tokens) {
    provide({}, Provider::say(200, kTwoCalls));
    auto given = task();
    given.limits.max_tokens = 18;  // two requests of nine
    const auto result = run(std::move(given));
    EXPECT_EQ(result.ended, Ended::tokens);
    EXPECT_EQ(requests(), 2U);
}

TEST_F(AgentOverHttp, hangs_up_when_it_is_stopped_in_the_middle_of_an_answer) {
    const auto open = std::make_shared<OpenStream>();
    provide({begin_only(open)});
    auto given = task();
    given.events.text = [this](std::string_view) { boost::asio::post(loop, [this] { stop(); }); };
    const auto result = run(std::move(given));
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code(), ErrorCode::cancelled);
    run_until([&open] { return open->is_closed.load(); });
    EXPECT_EQ(requests(), 1U);
    provider.reset();  // the stream belongs to its loop
}

TEST_F(AgentOverHttp, ends_with_an_error_when_the_provider_dies_in_the_middle) {
    const auto open = std::make_shared<OpenStream>();
    provide({begin_only(open)});
    auto given = task();
    std::string heard;
    given.events.text = [&](std::string_view piece) {
        heard += piece;
        provider.reset();
    };
    const auto result = run(std::move(given));
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code(), ErrorCode::unreachable);
    EXPECT_EQ(heard, "Be");
    EXPECT_TRUE(result.added.empty()) << "half an answer is none";
}

TEST_F(AgentOverHttp, takes_a_stream_that_ends_early_for_no_answer) {
    provide({Provider::stream({kPiece})});
    auto given = task();
    given.events.text = [](std::string_view) {};
    const auto result = run(std::move(given));
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code(), ErrorCode::unreachable);
    EXPECT_EQ(requests(), 1U) << "what was told is not told again";
}

TEST_F(AgentOverHttp, waits_as_long_as_a_busy_provider_says_and_goes_on) {
    provide({Provider::say(200, kTwoCalls),
             Provider::say(429, "{}", {{"Retry-After", "0"}}),
             Provider::say(200, kChatAnswer)});
    const auto result = run(task());
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.text, "Yes.");
    EXPECT_EQ(result.rounds, 2) << "a try is no round";
    EXPECT_EQ(requests(), 3U);
}

TEST_F(AgentOverHttp, does_not_wait_for_an_hour) {
    provide({Provider::say(429, "{}", {{"Retry-After", "3600"}})});
    const auto result = run(task());
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code(), ErrorCode::busy);
    EXPECT_THAT(result.error->detail(), HasSubstr("1h"));
    EXPECT_EQ(requests(), 1U);
}

TEST_F(AgentOverHttp, leaves_a_provider_alone_that_keeps_failing) {
    provide({}, Provider::say(503, "down"));
    settings.llm.max_retries = 0;
    for (int i = 0; i < llm::Breaker::kFailures; ++i) {
        ASSERT_TRUE(run(task()).error);
    }
    const auto result = run(task());
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code(), ErrorCode::busy);
    EXPECT_THAT(result.error->detail(), HasSubstr("left alone"));
    EXPECT_EQ(requests(), static_cast<std::size_t>(llm::Breaker::kFailures));
}

TEST_F(AgentOverHttp, ends_when_a_provider_says_nothing) {
    provide({Provider::hold()});
    auto given = task();
    given.max_time = Milliseconds(50);
    const auto result = run(std::move(given));
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code(), ErrorCode::timed_out);
}

}  // namespace
}  // namespace aifp::agents
