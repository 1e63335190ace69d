#include "admin/event_stream.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "http/responder.hpp"

namespace aifp::admin {
namespace {

/// A connection whose client does or does not read.
class Wire final : public http::AnswerSink {
public:
    void answer(std::uint64_t, http::Response given) override { response = std::move(given); }
    void begin_stream(std::uint64_t, http::Response head, std::function<void()> closed) override {
        response = std::move(head);
        text = response.body;
        hang_up = std::move(closed);
    }
    void stream_piece(std::uint64_t, std::string_view piece) override { text += piece; }
    void end_stream(std::uint64_t) override {
        ended = true;
        hang_up = nullptr;
    }
    [[nodiscard]] std::size_t stream_backlog(std::uint64_t) const override {
        return reads ? 0 : text.size();
    }

    http::Response response;
    std::string text;
    std::function<void()> hang_up;
    bool reads = true;
    bool ended = false;
};

/// Keeps the one who listens.
class OneFeed final : public engine::Observation {
public:
    engine::EngineFigures figures() override { return {}; }
    Result<std::function<void()>> watch_events(engine::FeedListener& heard,
                                               std::optional<std::uint64_t> last) override {
        if (full) {
            return fail(ErrorCode::busy, "32 listen to the events already");
        }
        listener = &heard;
        asked_after = last;
        if (last) {
            heard.on_event({*last + 1, engine::FeedKind::run, "lamp", R"({"missed":1})"});
        }
        return std::function<void()>([this] { listener = nullptr; });
    }
    void tell(engine::FeedKind kind, std::string directive, std::string data = "{}") {
        if (listener != nullptr) {
            listener->on_event({9, kind, std::move(directive), std::move(data)});
        }
    }

    engine::FeedListener* listener = nullptr;
    std::optional<std::uint64_t> asked_after;
    bool full = false;
};

class EventClientTest : public ::testing::Test {
protected:
    // As a connection does when it ends: until then stream and client hold each other.
    void TearDown() override {
        if (const auto closed = std::exchange(wire->hang_up, nullptr)) {
            closed();
        }
        wire->hang_up = nullptr;
    }
    void begin(EventQuery query = {}) {
        http::Responder responder(wire, 0);
        const auto client =
            std::make_shared<EventClient>(std::move(query), [this] { return token_opens; });
        client->begin(feed, responder);
    }

    std::shared_ptr<Wire> wire = std::make_shared<Wire>();
    OneFeed feed;
    bool token_opens = true;
};

TEST_F(EventClientTest, writes_events_with_id_kind_and_data) {
    begin();
    feed.tell(engine::FeedKind::run, "lamp", R"({"run":1})");

    EXPECT_EQ(wire->response.content_type, "text/event-stream");
    EXPECT_NE(wire->text.find("id: 9\nevent: run\ndata: {\"run\":1}\n\n"), std::string::npos)
        << wire->text;
}

TEST_F(EventClientTest, begins_with_what_was_missed) {
    EventQuery query;
    query.last = 4;
    begin(std::move(query));

    EXPECT_EQ(feed.asked_after, 4U);
    EXPECT_NE(wire->text.find("id: 5\nevent: run\n"), std::string::npos) << wire->text;
}

TEST_F(EventClientTest, writes_only_what_is_wanted_and_every_gap) {
    EventQuery query;
    query.directive = "lamp";
    query.kinds = {engine::FeedKind::run};
    begin(std::move(query));
    feed.tell(engine::FeedKind::run, "heater", "1");
    feed.tell(engine::FeedKind::decision, "lamp", "2");
    feed.tell(engine::FeedKind::gap, "", "3");
    feed.tell(engine::FeedKind::run, "lamp", "4");

    EXPECT_EQ(wire->text.find("data: 1"), std::string::npos);
    EXPECT_EQ(wire->text.find("data: 2"), std::string::npos);
    EXPECT_NE(wire->text.find("data: 3"), std::string::npos);
    EXPECT_NE(wire->text.find("data: 4"), std::string::npos);
}

TEST_F(EventClientTest, gives_an_id_also_when_there_was_nothing_for_it) {
    begin();
    feed.listener->on_quiet(12);

    EXPECT_NE(wire->text.find("\nid: 12\n\n"), std::string::npos) << wire->text;
}

TEST_F(EventClientTest, tells_nothing_more_once_the_token_does_not_open) {
    begin();
    feed.tell(engine::FeedKind::run, "lamp", "1");
    token_opens = false;
    feed.listener->on_quiet(12);

    EXPECT_NE(wire->text.find("data: 1"), std::string::npos);
    EXPECT_EQ(wire->text.find("id: 12"), std::string::npos);
    EXPECT_NE(wire->text.find(": cut off: the token was revoked"), std::string::npos);
    EXPECT_TRUE(wire->ended);
    EXPECT_EQ(feed.listener, nullptr);
}

TEST_F(EventClientTest, hangs_up_on_who_does_not_read_and_says_so) {
    begin();
    wire->reads = false;
    for (int i = 0; i < 200 && !wire->ended; ++i) {
        feed.tell(engine::FeedKind::run, "lamp", std::string(10'000, 'x'));
    }

    EXPECT_TRUE(wire->ended);
    EXPECT_EQ(feed.listener, nullptr);
    EXPECT_NE(wire->text.find(": cut off"), std::string::npos);
    EXPECT_LT(wire->text.size(), EventClient::kMaxBacklog + 20'000);
}

TEST_F(EventClientTest, stops_listening_when_the_client_hangs_up) {
    begin();
    const auto closed = std::exchange(wire->hang_up, nullptr);
    closed();

    EXPECT_EQ(feed.listener, nullptr);
}

TEST_F(EventClientTest, ends_with_the_engine) {
    begin();
    feed.listener->on_feed_ended();

    EXPECT_TRUE(wire->ended);
    EXPECT_NE(wire->text.find(": the engine has stopped"), std::string::npos);
}

TEST_F(EventClientTest, is_told_503_when_too_many_listen) {
    feed.full = true;
    begin();

    EXPECT_EQ(wire->response.status, 503);
}

TEST(EventQueryFrom, prefers_the_header_and_knows_the_kinds) {
    const auto query =
        event_query_from({{"directive", "lamp"}, {"kinds", "run,decision"}, {"last", "3"}}, "17");

    ASSERT_TRUE(query);
    EXPECT_EQ(query->directive, "lamp");
    EXPECT_EQ(query->kinds.size(), 2U);
    EXPECT_EQ(query->last, 17U);
    EXPECT_EQ(event_query_from({{"last", "3"}}, "")->last, 3U);
    EXPECT_EQ(event_query_from({}, "")->last, std::nullopt);
}

TEST(EventQueryFrom, refuses_what_is_no_id_and_no_kind) {
    EXPECT_FALSE(event_query_from({}, "seventeen"));
    EXPECT_FALSE(event_query_from({}, "-1"));
    const auto refused = event_query_from({{"kinds", "runs"}}, "");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail().find("decision"), std::string::npos);
}

}  // namespace
}  // namespace aifp::admin
