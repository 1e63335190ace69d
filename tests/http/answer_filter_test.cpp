#include "http/answer_filter.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace aifp::http {
namespace {

/// Keeps what it is given.
class Sink final : public AnswerSink {
public:
    void answer(std::uint64_t, Response response) override { answered = std::move(response); }
    void begin_stream(std::uint64_t, Response head, std::function<void()>) override {
        answered = std::move(head);
    }
    void watch(std::uint64_t, std::function<void()> on_closed) override {
        closed = std::move(on_closed);
    }
    void stream_piece(std::uint64_t, std::string_view piece) override { pieces += piece; }
    void end_stream(std::uint64_t) override { ended = true; }
    [[nodiscard]] std::size_t stream_backlog(std::uint64_t) const override { return 7; }

    std::optional<Response> answered;
    std::string pieces;
    std::function<void()> closed;
    bool ended = false;
};

class FilteredAnswer : public ::testing::Test {
protected:
    Responder responder() {
        auto filter = std::make_shared<AnswerFilter>();
        filter->json = [](const std::string& text) { return "json(" + text + ")"; };
        filter->text = [](const std::string& text) { return "text(" + text + ")"; };
        return filtered(Responder(sink, 0), std::move(filter));
    }
    std::shared_ptr<Sink> sink = std::make_shared<Sink>();
};

TEST_F(FilteredAnswer, changes_bodies_by_their_kind_and_header_fields) {
    auto response = json_response(200, "1");
    response.headers.push_back({"Location", "/a"});
    responder()(std::move(response));
    EXPECT_EQ(sink->answered->body, "json(1)");
    EXPECT_EQ(sink->answered->headers[0].value, "text(/a)");
    responder()(text_response(200, "1"));
    EXPECT_EQ(sink->answered->body, "text(1)");
}

TEST_F(FilteredAnswer, changes_each_piece_of_a_stream) {
    Response head;
    head.content_type = "text/event-stream";
    auto stream = responder().stream(std::move(head), [] {});
    stream.write("a");
    stream.write("b");
    stream.finish();
    EXPECT_EQ(sink->pieces, "json(a)json(b)");
    EXPECT_TRUE(sink->ended);
}

TEST_F(FilteredAnswer, tells_when_the_client_hangs_up) {
    bool is_told = false;
    auto asked = responder();
    asked.watch([&is_told] { is_told = true; });
    ASSERT_TRUE(sink->closed);
    sink->closed();
    EXPECT_TRUE(is_told);
}

TEST_F(FilteredAnswer, tells_what_the_client_has_not_taken) {
    EXPECT_EQ(responder().stream(Response(), [] {}).backlog(), 7U);
}

TEST_F(FilteredAnswer, one_that_is_dropped_is_still_answered) {
    { const auto dropped = responder(); }
    ASSERT_TRUE(sink->answered);
    EXPECT_EQ(sink->answered->status, 500);
}

}  // namespace
}  // namespace aifp::http
