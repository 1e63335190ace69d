#include "llm/request.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "llm/wire.hpp"
#include "requests.hpp"

namespace aifp::llm {
namespace {

namespace json = boost::json;
using prompts::Assembled;
using prompts::Message;
using prompts::Role;

std::string pointed(const json::object& body, std::string_view path) {
    boost::system::error_code error;
    const json::value whole(body);
    const auto* const found = whole.find_pointer(path, error);
    return found == nullptr ? "nothing" : json::serialize(*found);
}

TEST(ChatCompletionsBody, names_the_bound_of_the_answer_as_the_server_knows_it) {
    ChatOptions options;
    options.model = "m";
    options.max_tokens = 5;
    EXPECT_EQ(json::serialize(chat_completions_body(requests::asking("U1"), options)),
              R"({"model":"m","messages":[{"role":"user","content":"U1"}],"max_tokens":5})");

    options.is_openai = true;
    options.is_streamed = true;
    options.temperature = 0.5;
    EXPECT_EQ(json::serialize(chat_completions_body(requests::asking("U1"), options)),
              R"({"model":"m","messages":[{"role":"user","content":"U1"}],)"
              R"("max_completion_tokens":5,"temperature":5E-1,"stream":true,)"
              R"("stream_options":{"include_usage":true}})");
}

// Google makes the first system message of its OpenAI-compatible API the system instruction, too.
TEST(Wire, puts_all_system_texts_for_gemini_into_the_one_that_becomes_its_instruction) {
    config::Llm settings;
    settings.provider = config::LlmProvider::compatible;
    settings.base_url = "https://generativelanguage.googleapis.com/v1beta/openai/";
    settings.model = "m";
    const auto wire = make_wire(settings,
                                requests::with_directives({{"one", prompts::Volatility::fixed},
                                                           {"two", prompts::Volatility::turn}}),
                                {});
    ASSERT_TRUE(wire) << wire.error().detail();
    EXPECT_EQ(wire->url,
              "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions");
    const json::object body = json::parse(wire->body).as_object();
    EXPECT_EQ(body.at("messages").as_array().size(), 1U);
    EXPECT_EQ(pointed(body, "/messages/0"), R"({"role":"system","content":"one\n\ntwo"})");
}

TEST(ChatCompletionsBody, gives_a_tools_answer_to_its_call) {
    const auto body = chat_completions_body(requests::with_tool_calls(), {});

    EXPECT_EQ(pointed(body, "/messages/1"),
              R"({"role":"assistant","tool_calls":[{"id":"c1","type":"function",)"
              R"("function":{"name":"look","arguments":"{\"at\":1}"}},{"id":"c2",)"
              R"("type":"function","function":{"name":"look","arguments":"oops"}}]})");
    EXPECT_EQ(pointed(body, "/messages/2"),
              R"({"role":"tool","content":"seen","tool_call_id":"c1"})");
    EXPECT_EQ(pointed(body, "/tools/0/function/parameters"),
              R"({"type":"object","properties":{}})");
}

TEST(ChatCompletionsBody, attaches_what_the_endpoint_takes_and_names_the_rest) {
    ChatOptions options;
    const auto local = chat_completions_body(requests::with_files(), options);
    options.takes_pdf = true;
    const auto openai = chat_completions_body(requests::with_files(), options);

    EXPECT_EQ(pointed(local, "/messages/0/content/1/image_url/url"),
              R"("data:image/png;base64,cGl4ZWxz")");
    EXPECT_EQ(pointed(local, "/messages/0/content/2/text"),
              "\"About b.pdf (It could not be attached: this provider takes no PDF.)\"");
    EXPECT_EQ(pointed(openai, "/messages/0/content/3/file"),
              R"({"filename":"b.pdf","file_data":"data:application/pdf;base64,cGFnZXM="})");
    EXPECT_EQ(pointed(openai, "/messages/0/content/4/text"), R"("U1")");
}

TEST(ChatCompletionsBody, makes_a_message_for_files_where_nobody_spoke) {
    Assembled request = requests::with_files();
    request.messages.pop_back();

    const auto body = chat_completions_body(request, {});

    EXPECT_EQ(pointed(body, "/messages/0/role"), R"("user")");
    EXPECT_EQ(pointed(body, "/messages/0/content/0/text"), R"("About a.png")");
}

TEST(MessagesBody, answers_all_calls_in_one_message_of_the_user) {
    Assembled request = requests::with_tool_calls();
    request.messages.push_back(requests::said(Role::user, "and now?"));

    const auto body = messages_body(request, {});

    EXPECT_EQ(pointed(body, "/messages/1/content/0"),
              R"({"type":"tool_use","id":"c1","name":"look","input":{"at":1}})");
    EXPECT_EQ(pointed(body, "/messages/1/content/1/input"), R"({"arguments":"oops"})");
    EXPECT_EQ(pointed(body, "/messages/2/content"),
              R"([{"type":"tool_result","tool_use_id":"c1","content":"seen"},)"
              R"({"type":"tool_result","tool_use_id":"c2","content":"no","is_error":true},)"
              R"({"type":"text","text":"and now?"}])");
}

TEST(MessagesBody, begins_with_the_user) {
    Assembled request;
    EXPECT_EQ(pointed(messages_body(request, {}), "/messages"),
              R"([{"role":"user","content":[{"type":"text","text":"Begin."}]}])");

    request.messages = {requests::said(Role::assistant, "A1")};
    EXPECT_EQ(pointed(messages_body(request, {}), "/messages/0/content/0/text"), R"("Begin.")");
    EXPECT_EQ(pointed(messages_body(request, {}), "/messages/1/role"), R"("assistant")");
}

TEST(MessagesBody, marks_the_end_of_what_stays_the_same) {
    const Assembled request = requests::with_directives({{"one", prompts::Volatility::fixed},
                                                         {"two", prompts::Volatility::session},
                                                         {"three", prompts::Volatility::turn},
                                                         {"four", prompts::Volatility::fixed}});

    const auto body = messages_body(request, {});
    MessagesOptions without;
    without.marks_cache = false;

    EXPECT_EQ(pointed(body, "/system/1"),
              R"({"type":"text","text":"two","cache_control":{"type":"ephemeral"}})");
    EXPECT_EQ(pointed(body, "/system/3"), R"({"type":"text","text":"four"})");
    EXPECT_EQ(json::serialize(messages_body(request, without)).find("cache_control"),
              std::string::npos);
}

TEST(MessagesBody, has_the_same_files_in_the_same_bytes_in_every_turn_marked_to_be_kept) {
    Assembled request = requests::with_files();
    std::string kept;
    for (int turn = 0; turn < 3; ++turn) {
        const std::string body = json::serialize(messages_body(request, {}));
        const auto mark = body.find(R"("cache_control")");
        ASSERT_NE(mark, body.npos);
        EXPECT_EQ(body.find(R"("cache_control")", mark + 1), body.npos);
        EXPECT_NE(body.rfind(R"("media_type":"application/pdf")", mark), body.npos);
        kept = turn == 0 ? body.substr(0, mark) : kept;
        EXPECT_EQ(body.substr(0, mark), kept);
        request.messages.push_back(requests::said(Role::assistant, "A"));
        request.messages.push_back(requests::said(Role::user, "U"));
    }
}

TEST(MessagesBody, sends_no_sampling_and_always_a_bound) {
    const std::string body = json::serialize(messages_body(requests::asking("U1"), {}));

    EXPECT_EQ(body.find("temperature"), std::string::npos);
    EXPECT_NE(body.find("\"max_tokens\":4096"), std::string::npos);
}

TEST(MessagesBody, names_every_tool_with_an_object_schema) {
    Assembled request = requests::asking("U1");
    request.tools = {{"look", "Looks.", {{"properties", json::object()}}, "", {}}};

    EXPECT_EQ(pointed(messages_body(request, {}), "/tools/0"),
              R"({"name":"look","description":"Looks.",)"
              R"("input_schema":{"properties":{},"type":"object"}})");
}

TEST(GeminiBody, has_system_texts_as_parts_of_the_instruction) {
    Assembled request = requests::with_directives(
        {{"one", prompts::Volatility::fixed}, {"two", prompts::Volatility::turn}});
    request.messages.push_back(requests::said(Role::system, "three"));
    request.messages.push_back(requests::said(Role::user, "U1"));
    GeminiOptions options;
    options.max_tokens = 5;
    options.temperature = 0.5;

    EXPECT_EQ(json::serialize(gemini_body(request, options)),
              R"({"systemInstruction":{"parts":[{"text":"one"},{"text":"two"},{"text":"three"}]},)"
              R"("contents":[{"role":"user","parts":[{"text":"U1"}]}],)"
              R"("generationConfig":{"maxOutputTokens":5,"temperature":5E-1}})");
}

TEST(GeminiBody, answers_all_calls_in_one_content_by_name) {
    Assembled request = requests::with_tool_calls();
    request.messages[1].tool_calls[0] = {"f1", "look", R"({"at":1})", "c2ln"};
    request.messages[1].tool_calls[1].name = "see";
    request.messages[2].tool_call_id = "f1";
    request.messages[1].tool_calls[1].id = "call_2";
    request.messages[3].tool_call_id = "call_2";
    request.messages.push_back(requests::said(Role::user, "and now?"));

    const auto body = gemini_body(request, {});

    EXPECT_EQ(
        pointed(body, "/contents/1"),
        R"({"role":"model","parts":[{"functionCall":{"name":"look","args":{"at":1},"id":"f1"},)"
        R"("thoughtSignature":"c2ln"},)"
        R"({"functionCall":{"name":"see","args":{"arguments":"oops"}}}]})");
    EXPECT_EQ(pointed(body, "/contents/2"),
              R"({"role":"user","parts":[)"
              R"({"functionResponse":{"name":"look","response":{"result":"seen"},"id":"f1"}},)"
              R"({"functionResponse":{"name":"see","response":{"error":"no"}}}]})");
    EXPECT_EQ(pointed(body, "/contents/3"), R"({"role":"user","parts":[{"text":"and now?"}]})");
    EXPECT_EQ(pointed(body, "/tools/0/functionDeclarations/0"),
              R"({"name":"look","description":"Looks.",)"
              R"("parametersJsonSchema":{"type":"object","properties":{}}})");
}

// Without one Gemini 3 refuses what another model called.
TEST(GeminiBody, signs_the_first_of_calls_that_nobody_signed) {
    const auto body = gemini_body(requests::with_tool_calls(), {});

    EXPECT_EQ(pointed(body, "/contents/1/parts/0/thoughtSignature"),
              R"("skip_thought_signature_validator")");
    EXPECT_EQ(pointed(body, "/contents/1/parts/1/thoughtSignature"), "nothing");
}

TEST(GeminiBody, attaches_files_in_the_first_content_of_the_user) {
    const auto body = gemini_body(requests::with_files(), {});

    EXPECT_EQ(pointed(body, "/contents"),
              R"([{"role":"user","parts":[{"text":"About a.png"},)"
              R"({"inlineData":{"mimeType":"image/png","data":"cGl4ZWxz"}},)"
              R"({"text":"About b.pdf"},)"
              R"({"inlineData":{"mimeType":"application/pdf","data":"cGFnZXM="}},)"
              R"({"text":"U1"}]}])");
}

TEST(GeminiBody, begins_with_the_user) {
    Assembled request;
    EXPECT_EQ(pointed(gemini_body(request, {}), "/contents"),
              R"([{"role":"user","parts":[{"text":"Begin."}]}])");

    request.messages = {requests::said(Role::assistant, "A1")};
    EXPECT_EQ(pointed(gemini_body(request, {}), "/contents/0/parts/0/text"), R"("Begin.")");
    EXPECT_EQ(pointed(gemini_body(request, {}), "/contents/1/role"), R"("model")");
}

TEST(Wire, leads_to_the_model_that_gemini_is_asked_for) {
    config::Llm settings;
    settings.provider = config::LlmProvider::gemini;
    settings.model = "models/gemini-3-pro";
    WireOptions options;
    options.api_key = "k-123";
    const auto whole = make_wire(settings, requests::asking("U1"), options);
    options.is_streamed = true;
    settings.base_url = "http://localhost:1/";
    const auto streamed = make_wire(settings, requests::asking("U1"), options);

    ASSERT_TRUE(whole && streamed);
    EXPECT_EQ(
        whole->url,
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro:generateContent");
    EXPECT_EQ(streamed->url,
              "http://localhost:1/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse");
    EXPECT_NE(shown(*whole).find("x-goog-api-key: ***\n"), std::string::npos);
    EXPECT_EQ(shown(*whole).find("k-123"), std::string::npos);
}

}  // namespace
}  // namespace aifp::llm
