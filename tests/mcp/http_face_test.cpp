#include "mcp/http_face.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "http/loopback.hpp"
#include "tests/mcp/talk.hpp"
#include "tests/support/fake_clock.hpp"

namespace aifp::mcp {
namespace {

using testing::code_of;
using testing::FixtureProvider;

/// One answer, as a connection would take it.
class Sink final : public http::AnswerSink {
public:
    void answer(std::uint64_t, http::Response given) override { response = std::move(given); }
    void begin_stream(std::uint64_t, http::Response head, std::function<void()> closed) override {
        response = std::move(head);
        hang_up = std::move(closed);
    }
    void stream_piece(std::uint64_t, std::string_view piece) override { events += piece; }
    void end_stream(std::uint64_t) override { ended = true; }

    [[nodiscard]] boost::json::value json() const { return boost::json::parse(response.body); }
    [[nodiscard]] std::string header(std::string_view name) const {
        for (const auto& header : response.headers) {
            if (http::equal_ignoring_case(header.name, name)) {
                return header.value;
            }
        }
        return {};
    }

    http::Response response;
    std::string events;
    std::function<void()> hang_up;
    bool ended = false;
};

using Fields = std::vector<http::Header>;

class HttpFaceTest : public ::testing::Test {
protected:
    std::shared_ptr<Sink> send(std::string method, std::string body, const Fields& fields = {}) {
        http::Request request;
        request.method = std::move(method);
        request.target = "/mcp";
        request.body = std::move(body);
        request.headers.add("Host", "localhost:1");
        request.headers.add("Content-Type", "application/json; charset=utf-8");
        request.headers.add("Accept", "application/json, text/event-stream");
        for (const auto& field : fields) {
            request.headers.add(field.name, field.value);
        }
        auto sink = std::make_shared<Sink>();
        face.handle(std::move(request), http::Responder(sink, 0));
        return sink;
    }

    std::shared_ptr<Sink> ask(const std::string& method,
                              const std::string& params = "",
                              Fields fields = {}) {
        fields.push_back({"MCP-Protocol-Version", "2026-07-28"});
        fields.push_back({"Mcp-Method", method});
        return send("POST",
                    R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + params +
                        (params.empty() ? "" : ",") + kMeta + "}}",
                    fields);
    }

    std::shared_ptr<Sink> initialize() {
        return send("POST",
                    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":)"
                    R"({"protocolVersion":"2025-11-25","capabilities":{}}})");
    }

    static constexpr const char* kMeta =
        R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
        R"("io.modelcontextprotocol/clientCapabilities":{}})";
    static constexpr const char* kPing = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";

    static HttpFaceOptions options() {
        HttpFaceOptions made;
        made.admit =
            [](const http::Request& request) -> tl::expected<helpers::Caller, http::Response> {
            if (auto refused = http::refuse_foreign(request)) {
                return tl::unexpected<http::Response>(std::move(*refused));
            }
            const auto token = request.headers.find("authorization");
            return helpers::Caller{token ? std::string(*token) : std::string("nobody")};
        };
        made.max_sessions = 2;
        return made;
    }

    boost::asio::io_context loop;
    testing::FakeClock clock;
    FixtureProvider provider{loop};
    Dispatcher dispatcher{provider};
    HttpFace face{loop, clock, dispatcher, options()};
};

TEST_F(HttpFaceTest, answers_a_modern_request_with_json) {
    const auto sink = ask("tools/list");
    EXPECT_EQ(sink->response.status, 200);
    EXPECT_EQ(sink->response.content_type, "application/json");
    EXPECT_EQ(sink->header("Mcp-Session-Id"), "");
}

TEST_F(HttpFaceTest, wants_the_headers_to_say_what_the_body_says) {
    const std::string body =
        std::string(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{)") + kMeta + "}}";
    EXPECT_EQ(code_of(send("POST", body)->json()), codes::kHeaderMismatch);
    const Fields wrong{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "TOOLS/LIST"}};
    EXPECT_EQ(code_of(send("POST", body, wrong)->json()), codes::kHeaderMismatch);
    const auto call = [this](const std::string& name) {
        return code_of(
            ask("tools/call", R"("name":"test_simple_text")", {{"Mcp-Name", name}})->json());
    };
    EXPECT_EQ(call("test_simple_text"), 0);
    EXPECT_EQ(call("  test_simple_text "), 0);
    EXPECT_EQ(call("=?base64?dGVzdF9zaW1wbGVfdGV4dA==?="), 0);
    EXPECT_EQ(call("=?base64?dGVzdF9zaW1wbGVfdGV4dA?="), codes::kHeaderMismatch);
    EXPECT_EQ(call("other"), codes::kHeaderMismatch);
}

TEST_F(HttpFaceTest, sorts_the_eras_as_the_reference_does) {
    const std::string bare = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
    for (const auto* revision : {"2026-07-28", "bogus"}) {
        const auto sink = send("POST", bare, {{"MCP-Protocol-Version", revision}});
        EXPECT_EQ(sink->response.status, 400);
        EXPECT_EQ(code_of(sink->json()), codes::kBadParameters) << revision;
    }
    const auto session = initialize()->header("Mcp-Session-Id");
    const auto legacy = send(
        "POST", R"({"jsonrpc":"2.0","id":1,"method":"no/such"})", {{"Mcp-Session-Id", session}});
    EXPECT_EQ(legacy->response.status, 200);
    EXPECT_EQ(code_of(legacy->json()), codes::kNoSuchMethod);
    EXPECT_EQ(ask("no/such")->response.status, 404);
}

TEST_F(HttpFaceTest, keeps_strangers_and_other_forms_out) {
    EXPECT_EQ(send("POST", kPing, {{"Origin", "http://evil.example"}})->response.status, 403);
    EXPECT_EQ(send("POST", "{")->response.status, 400);
    EXPECT_EQ(send("POST", "[]")->response.status, 400);
    for (const auto* method : {"GET", "DELETE", "OPTIONS", "PUT"}) {
        EXPECT_EQ(send(method, "")->response.status, 405) << method;
    }
    http::Request request;
    request.method = "POST";
    request.headers.add("Host", "localhost");
    request.headers.add("Content-Type", "text/plain");
    const auto sink = std::make_shared<Sink>();
    face.handle(std::move(request), http::Responder(sink, 0));
    EXPECT_EQ(sink->response.status, 415);
}

TEST_F(HttpFaceTest, wants_a_legacy_client_to_take_both_types) {
    http::Request request;
    request.method = "POST";
    request.body = kPing;
    request.headers.add("Host", "localhost");
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Accept", "application/json");
    const auto sink = std::make_shared<Sink>();
    face.handle(std::move(request), http::Responder(sink, 0));
    EXPECT_EQ(sink->response.status, 406);
}

TEST_F(HttpFaceTest, keeps_a_session_until_it_is_ended) {
    EXPECT_EQ(send("POST", kPing)->response.status, 400);
    EXPECT_EQ(send("POST", kPing, {{"Mcp-Session-Id", "x"}})->response.status, 404);
    const Fields session{{"Mcp-Session-Id", initialize()->header("Mcp-Session-Id")}};
    EXPECT_EQ(send("POST", kPing, session)->response.status, 200);
    EXPECT_EQ(send("POST", R"({"jsonrpc":"2.0","method":"notifications/initialized"})", session)
                  ->response.status,
              202);
    EXPECT_EQ(send("DELETE", "", session)->response.status, 204);
    EXPECT_EQ(send("POST", kPing, session)->response.status, 404);
}

TEST_F(HttpFaceTest, answers_a_session_only_to_who_opened_it) {
    const Fields session{{"Mcp-Session-Id", initialize()->header("Mcp-Session-Id")}};
    Fields other = session;
    other.push_back({"Authorization", "Bearer other"});
    EXPECT_EQ(send("POST", kPing, other)->response.status, 404);
    EXPECT_EQ(send("DELETE", "", other)->response.status, 404);
    EXPECT_EQ(send("POST", kPing, session)->response.status, 200);
}

TEST_F(HttpFaceTest, ends_idle_sessions_and_the_oldest_of_too_many) {
    const Fields first{{"Mcp-Session-Id", initialize()->header("Mcp-Session-Id")}};
    clock.advance(Seconds(60));
    initialize();
    initialize();
    EXPECT_EQ(face.sessions(), 2U);
    EXPECT_EQ(send("POST", kPing, first)->response.status, 404);
    const Fields last{{"Mcp-Session-Id", initialize()->header("Mcp-Session-Id")}};
    clock.advance(Seconds(31 * 60));
    EXPECT_EQ(send("POST", kPing, last)->response.status, 404);
}

TEST_F(HttpFaceTest, streams_only_when_there_is_something_before_the_answer) {
    const auto sink = ask("tools/call",
                          R"("name":"test_tool_with_progress")",
                          {{"Mcp-Name", "test_tool_with_progress"}});
    while (sink->response.body.empty()) {
        loop.run_one();
    }
    EXPECT_EQ(sink->response.content_type, "application/json");
    const auto listening =
        ask("subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
    EXPECT_EQ(listening->response.content_type, "text/event-stream");
    dispatcher.tools_changed();
    EXPECT_NE(listening->events.find("event: message\ndata: {"), std::string::npos);
    EXPECT_NE(listening->events.find("tools/list_changed"), std::string::npos);
    dispatcher.shut_down();
    EXPECT_TRUE(listening->ended);
}

TEST_F(HttpFaceTest, takes_hanging_up_as_cancelling_in_the_modern_era) {
    const auto sink = ask("subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
    EXPECT_TRUE(dispatcher.has_listeners());
    sink->hang_up();
    EXPECT_FALSE(dispatcher.has_listeners());
}

TEST_F(HttpFaceTest, tells_a_session_of_changes_on_its_stream) {
    const Fields session{{"Mcp-Session-Id", initialize()->header("Mcp-Session-Id")}};
    const auto stream = send("GET", "", session);
    EXPECT_EQ(stream->response.content_type, "text/event-stream");
    dispatcher.prompts_changed();
    EXPECT_NE(stream->events.find("prompts/list_changed"), std::string::npos);
}

}  // namespace
}  // namespace aifp::mcp
