#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "ask_world.hpp"
#include "llm/request.hpp"
#include "requests.hpp"

namespace aifp::llm {
namespace {

namespace json = boost::json;
using prompts::Assembled;
using prompts::Context;
using prompts::Message;
using prompts::PromptDirective;
using prompts::Role;

// Readable and hostile texts, none blank and each different from the others.
std::string any_text(int number) {
    const auto tail = *rc::gen::container<std::string>(
        rc::gen::element('a', 'Z', ' ', '"', '\\', '\n', '<', '{', '\x80', '\x01', '/'));
    return "t" + std::to_string(number) + ":" + tail + "|";
}

prompts::Output any_output(int number) {
    switch (*rc::gen::inRange(0, 4)) {
        case 0:
            return prompts::JsonOutput{any_text(number), {{"key", any_text(number + 1'000)}}};
        case 1:
        case 2: {
            auto file = std::make_shared<prompts::ContextFile>();
            file->name = "f" + std::to_string(number);
            file->kind = *rc::gen::element(
                prompts::FileKind::text, prompts::FileKind::image, prompts::FileKind::pdf);
            file->mime = file->kind == prompts::FileKind::pdf ? "application/pdf" : "image/png";
            file->content = any_text(number);
            return prompts::FileOutput{std::move(file)};
        }
        default:
            return prompts::TextOutput{any_text(number)};
    }
}

PromptDirective any_directive(int number) {
    PromptDirective directive;
    directive.id = "d" + std::to_string(number);
    directive.priority = *rc::gen::inRange(-3, 3);
    directive.trust =
        *rc::gen::element(prompts::Trust::engine, prompts::Trust::owner, prompts::Trust::site);
    directive.volatility = *rc::gen::element(prompts::Volatility::fixed, prompts::Volatility::turn);
    std::vector<prompts::Output> outputs;
    for (int i = 0; i < *rc::gen::inRange(0, 3); ++i) {
        outputs.push_back(any_output(number * 10 + i));
    }
    directive.produce = [outputs](const Context&) -> Result<prompts::Produced> {
        return prompts::Produced{outputs};
    };
    return directive;
}

Assembled any_request() {
    std::vector<PromptDirective> directives;
    for (int i = 0; i < *rc::gen::inRange(0, 6); ++i) {
        directives.push_back(any_directive(i + 1));
    }
    std::vector<Message> conversation;
    for (int i = 0; i < *rc::gen::inRange(1, 4); ++i) {
        const Role role = *rc::gen::element(Role::user, Role::assistant, Role::system);
        conversation.push_back(requests::said(role, any_text(100 + i)));
    }
    Context context;
    context.agent = "chat";
    auto request = prompts::assemble(conversation, context, directives, {});
    RC_ASSERT(request.has_value());
    return std::move(*request);
}

// All texts of a value, in their order.
void gather(const json::value& value, std::string& all) {
    if (value.is_string()) {
        all += value.get_string();
        all += '\n';
    } else if (value.is_array()) {
        for (const json::value& item : value.get_array()) {
            gather(item, all);
        }
    } else if (value.is_object()) {
        for (const auto& member : value.get_object()) {
            gather(member.value(), all);
        }
    }
}

std::string texts_of(const json::object& body) {
    std::string all;
    for (const char* key : {"system", "messages", "systemInstruction", "contents"}) {
        if (const auto* value = body.if_contains(key)) {
            gather(*value, all);
        }
    }
    return all;
}

// Every text is there, and those of one kind (instructions, attachments, conversation) in order.
void expect_all_texts(const Assembled& request, const json::object& body) {
    const std::string all = texts_of(body);
    std::size_t instructions = 0;
    std::size_t attachments = 0;
    for (const Message& message : request.messages) {
        std::size_t ignored = 0;
        std::size_t& from = message.directive.empty()          ? ignored
                            : prompts::has_attachment(message) ? attachments
                                                               : instructions;
        const auto at = all.find(message.text, from);
        if (at == std::string::npos) {
            RC_FAIL("lost: " + message.text + " in " + all);
        }
        from = at + message.text.size();
    }
}

RC_GTEST_PROP(ChatCompletionsBody, carries_every_text_with_many_system_messages, ()) {
    const Assembled request = any_request();
    ChatOptions options;
    options.system_mode = SystemMode::multi;
    expect_all_texts(request, chat_completions_body(request, options));
}

RC_GTEST_PROP(ChatCompletionsBody, carries_every_text_in_one_system_message, ()) {
    const Assembled request = any_request();
    const json::object body = chat_completions_body(request, {});
    expect_all_texts(request, body);
    const json::array& messages = body.at("messages").as_array();
    for (std::size_t i = 1; i < messages.size(); ++i) {
        RC_ASSERT(messages[i].at("role") != "system");
    }
}

RC_GTEST_PROP(MessagesBody, carries_every_text_and_takes_turns, ()) {
    const Assembled request = any_request();
    const json::object body = messages_body(request, {});
    expect_all_texts(request, body);
    const json::array& messages = body.at("messages").as_array();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        RC_ASSERT(messages[i].at("role") == (i % 2 == 0 ? "user" : "assistant"));
    }
}

RC_GTEST_PROP(GeminiBody, carries_every_text_and_takes_turns, ()) {
    const Assembled request = any_request();
    const json::object body = gemini_body(request, {});
    expect_all_texts(request, body);
    const json::array& contents = body.at("contents").as_array();
    for (std::size_t i = 0; i < contents.size(); ++i) {
        RC_ASSERT(contents[i].at("role") == (i % 2 == 0 ? "user" : "model"));
    }
}

// What a peer on the network received.
json::object received(testing::Asking& asking, testing::Provider& provider, Assembled request) {
    const auto reply = asking.ask(testing::request_of(std::move(request)));
    if (!reply) {
        RC_FAIL(reply.error().detail());
    }
    return json::parse(provider.requests().back().body).as_object();
}

class Sent : public ::testing::Test {
protected:
    void expect_all_sent(config::LlmProvider kind, config::Projection projection) {
        testing::Provider provider({}, testing::Provider::say(200, testing::answer_of(kind)));
        testing::Asking asking(testing::settings_for(provider, kind));
        asking.settings.projection = projection;
        EXPECT_TRUE(rc::check([&] {
            const Assembled request = any_request();
            expect_all_texts(request, received(asking, provider, request));
        }));
    }
};

TEST_F(Sent, bytes_to_openai_hold_every_text) {
    expect_all_sent(config::LlmProvider::openai, config::Projection::multi);
}

TEST_F(Sent, bytes_to_a_local_server_hold_every_text) {
    expect_all_sent(config::LlmProvider::compatible, config::Projection::single_first);
}

TEST_F(Sent, bytes_to_anthropic_hold_every_text) {
    expect_all_sent(config::LlmProvider::anthropic, config::Projection::automatic);
}

TEST_F(Sent, bytes_to_gemini_hold_every_text) {
    expect_all_sent(config::LlmProvider::gemini, config::Projection::automatic);
}

}  // namespace
}  // namespace aifp::llm
