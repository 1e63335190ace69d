#include "llm/upload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "ask_world.hpp"
#include "requests.hpp"

// The answers of the stores are those of the providers' documentation: POST /v1/files of Anthropic
// (type "file", downloadable) and of OpenAI (object "file", purpose "user_data").

namespace aifp::llm {
namespace {

using config::LlmProvider;
using testing::Asking;
using ::testing::HasSubstr;
using testing::kChatAnswer;
using testing::kMessageAnswer;
using ::testing::Not;
using testing::Provider;
using testing::request_of;
using testing::settings_for;

std::string stored_as(const std::string& id) {
    return R"({"type":"file","id":")" + id +
           R"(","filename":"b.pdf","mime_type":"application/pdf","size_bytes":5,)"
           R"("created_at":"2026-11-01T00:00:00Z","downloadable":false})";
}

const std::string kStoredAtOpenAi =
    R"({"id":"file-1","object":"file","bytes":5,"created_at":1,"expires_at":2,)"
    R"("filename":"b.pdf","purpose":"user_data","status":"processed"})";

config::Llm storing(const Provider& provider, LlmProvider kind = LlmProvider::anthropic) {
    config::Llm settings = settings_for(provider, kind);
    settings.upload_files = true;
    return settings;
}

std::vector<std::string> targets(const Provider& provider) {
    std::vector<std::string> all;
    for (const http::Request& request : provider.requests()) {
        all.push_back(request.target.substr(request.target.rfind('/') + 1));
    }
    return all;
}

TEST(StoredFiles, are_stored_once_for_three_turns) {
    Provider provider(
        {Provider::say(200, stored_as("file_a")), Provider::say(200, stored_as("file_b"))},
        Provider::say(200, kMessageAnswer));
    Asking asking(storing(provider));
    prompts::Assembled request = requests::with_files();
    for (int turn = 0; turn < 3; ++turn) {
        const auto reply = asking.ask(request_of(request));
        ASSERT_TRUE(reply) << reply.error().detail();
        request.messages.push_back(requests::said(prompts::Role::assistant, "A"));
        request.messages.push_back(requests::said(prompts::Role::user, "U"));
    }
    EXPECT_EQ(targets(provider),
              (std::vector<std::string>{"files", "files", "messages", "messages", "messages"}));
    for (std::size_t i = 2; i < 5; ++i) {
        const std::string body = provider.requests().at(i).body;
        EXPECT_THAT(body, HasSubstr(R"("source":{"type":"file","file_id":"file_a"})"));
        EXPECT_THAT(body, HasSubstr(R"("source":{"type":"file","file_id":"file_b"})"));
        EXPECT_THAT(body, Not(HasSubstr("base64")));
    }
}

TEST(StoredFiles, are_sent_to_anthropic_as_a_form_with_its_headers) {
    Provider provider({Provider::say(200, stored_as("file_a")),
                       Provider::say(200, stored_as("file_b")),
                       Provider::say(200, kMessageAnswer)});
    Asking asking(storing(provider));
    ASSERT_TRUE(asking.ask(request_of(requests::with_files())));
    const auto sent = provider.requests().at(1);
    EXPECT_EQ(sent.target, "/v1/files");
    EXPECT_EQ(sent.headers.find("x-api-key"), "k-123");
    EXPECT_EQ(sent.headers.find("anthropic-beta"), "files-api-2025-04-14");
    const std::string type(sent.headers.find("content-type").value_or(""));
    const std::string begin = "multipart/form-data; boundary=";
    ASSERT_TRUE(type.starts_with(begin)) << type;
    const std::string boundary = type.substr(begin.size());
    EXPECT_EQ(sent.body,
              "--" + boundary +
                  "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.pdf\"\r\n"
                  "Content-Type: application/pdf\r\n\r\npages\r\n--" +
                  boundary + "--\r\n");
    EXPECT_EQ(provider.requests().at(2).headers.find("anthropic-beta"), "files-api-2025-04-14");
}

TEST(StoredFiles, are_pdfs_at_openai_and_kept_there_for_a_month) {
    Provider provider({Provider::say(200, kStoredAtOpenAi), Provider::say(200, kChatAnswer)});
    Asking asking(storing(provider, LlmProvider::openai));
    ASSERT_TRUE(asking.ask(request_of(requests::with_files())));
    ASSERT_EQ(targets(provider), (std::vector<std::string>{"files", "completions"}));
    const std::string form = provider.requests().at(0).body;
    EXPECT_THAT(form, HasSubstr("name=\"purpose\"\r\n\r\nuser_data\r\n"));
    EXPECT_THAT(form, HasSubstr("name=\"expires_after[anchor]\"\r\n\r\ncreated_at\r\n"));
    EXPECT_THAT(form, HasSubstr("name=\"expires_after[seconds]\"\r\n\r\n2592000\r\n"));
    const std::string body = provider.requests().at(1).body;
    EXPECT_THAT(body, HasSubstr(R"({"type":"file","file":{"file_id":"file-1"}})"));
    EXPECT_THAT(body, HasSubstr("data:image/png;base64,")) << "no image is named by an id there";
}

TEST(StoredFiles, go_with_the_request_when_they_cannot_be_stored) {
    Provider provider({Provider::say(403, R"({"error":{"type":"permission_error","message":"m"}})"),
                       Provider::say(200, "no id"),
                       Provider::say(200, kMessageAnswer)});
    Asking asking(storing(provider));
    ASSERT_TRUE(asking.ask(request_of(requests::with_files())));
    EXPECT_THAT(provider.requests().at(2).body, HasSubstr(R"("data":"cGl4ZWxz")"));
    EXPECT_THAT(provider.requests().at(2).body, HasSubstr(R"("data":"cGFnZXM=")"));
    EXPECT_FALSE(provider.requests().at(2).headers.find("anthropic-beta"));
    ASSERT_GE(asking.notices.size(), 2U);
    EXPECT_EQ(asking.notices[0].message, "AI request: a file could not be stored at the provider");
    EXPECT_EQ(asking.notices[0].fields.at("reason"), "it answered 403 (permission_error: m)");
}

TEST(StoredFiles, are_stored_again_when_the_provider_lost_one) {
    prompts::Assembled request = requests::with_files();
    request.messages.erase(request.messages.begin());
    const std::string lost = R"({"type":"error","error":{"type":"not_found_error",)"
                             R"("message":"File not found: file_old"}})";
    Provider provider({Provider::say(200, stored_as("file_old")),
                       Provider::say(404, lost),
                       Provider::say(200, stored_as("file_new")),
                       Provider::say(200, kMessageAnswer)});
    Asking asking(storing(provider));
    const auto reply = asking.ask(request_of(request));
    ASSERT_TRUE(reply) << reply.error().detail();
    EXPECT_THAT(provider.requests().at(3).body, HasSubstr("file_new"));
    EXPECT_EQ(asking.shelf.known(asking.settings, request).begin()->second, "file_new");
}

TEST(StoredFiles, are_not_stored_for_ever_at_a_provider_that_keeps_losing_them) {
    prompts::Assembled request = requests::with_files();
    request.messages.erase(request.messages.begin());
    const auto lost = Provider::say(404, R"({"error":{"message":"File not found: file_old"}})");
    Provider provider({Provider::say(200, stored_as("file_old")),
                       lost,
                       Provider::say(200, stored_as("file_old")),
                       lost});
    Asking asking(storing(provider));
    const auto reply = asking.ask(request_of(request));
    ASSERT_FALSE(reply);
    EXPECT_EQ(provider.requests().size(), 4U);
}

TEST(StoredFiles, are_none_unless_the_settings_say_so) {
    Provider provider({Provider::say(200, kMessageAnswer)});
    Asking asking(settings_for(provider, LlmProvider::anthropic));
    ASSERT_TRUE(asking.ask(request_of(requests::with_files())));
    EXPECT_EQ(targets(provider), std::vector<std::string>{"messages"});
}

TEST(MakeUpload, takes_out_of_a_name_what_no_header_may_hold) {
    config::Llm settings;
    settings.provider = LlmProvider::anthropic;
    prompts::ContextFile file;
    file.name = "a\"\r\nX: y/\xc3\xbc.pdf";
    file.mime = "application/pdf";
    const Wire wire = make_upload(settings, file, "");
    EXPECT_THAT(wire.body, HasSubstr("filename=\"a___X_ y___.pdf\"\r\n"));
}

}  // namespace
}  // namespace aifp::llm
