#include "admin/event_stream.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <utility>

#include "http/responder.hpp"
#include "tests/support/wire.hpp"

namespace aifp::admin {
namespace {

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
        if (!gap.empty()) {
            heard.on_event({*last + 1, engine::FeedKind::gap, "", gap});
        }
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
    std::string gap;  ///< What it tells first; empty: nothing is missing.
};

class EventClientTest : public ::testing::Test {
protected:
    void TearDown() override { wire->close(); }
    void begin(EventQuery query = {}) {
        std::make_shared<EventClient>(std::move(query), [this] { return token_opens; })
            ->begin(
                feed,
                [this](const engine::HistoryQuery& wanted, const engine::Control::Answer& answer) {
                    ++asked;
                    answer(wanted.before ? boost::json::value(boost::json::array()) : rows);
                },
                std::make_shared<http::Responder>(wire, 0));
    }

    std::shared_ptr<testing::Wire> wire = std::make_shared<testing::Wire>();
    OneFeed feed;
    boost::json::value rows = boost::json::array();
    int asked = 0;
    bool token_opens = true;
};

/// A row of the ledger as Control::history gives it.
boost::json::value row(int id, std::string_view seen, std::string_view ended) {
    auto value = boost::json::parse(
        R"({"directive":"lamp","cause":"cron","scheduled_for":null,"decision":"started",)"
        R"("reason":null,"detail":"","state":"ok","duration_ms":2000,"error":""})");
    auto& object = value.as_object();
    object["id"] = id;
    object["seen_at"] = seen;
    object["ended_at"] = ended;
    return value;
}

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

TEST_F(EventClientTest, tells_from_the_ledger_what_is_not_kept_any_more_and_then_the_gap) {
    rows.as_array().push_back(row(9, "2026-11-22T17:00:06.000Z", "2026-11-22T17:00:08.000Z"));
    rows.as_array().push_back(row(8, "2026-11-22T17:00:00.000Z", "2026-11-22T17:00:07.000Z"));
    feed.gap = R"({"since":"2026-11-22T17:00:05.000Z"})";
    EventQuery query;
    query.last = 4;
    begin(std::move(query));

    const auto decided = wire->text.find("event: decision\ndata: {\"ledger_id\":9");
    const auto first = wire->text.find("event: run\ndata: {\"run\":8");
    const auto second = wire->text.find(
        "\"at\":\"2026-11-22T17:00:08.000Z\",\"started_at\":"
        "\"2026-11-22T17:00:06.000Z\"");
    const auto gap = wire->text.find("id: 5\nevent: gap");
    EXPECT_EQ(wire->text.find("\"ledger_id\":8"), std::string::npos) << wire->text;
    EXPECT_LT(decided, first) << wire->text;
    EXPECT_LT(first, second) << wire->text;
    EXPECT_LT(second, gap) << wire->text;
    EXPECT_LT(gap, wire->text.find("missed")) << wire->text;
}

TEST_F(EventClientTest, asks_the_ledger_of_nothing_that_is_still_known) {
    EventQuery query;
    query.last = 4;
    begin(std::move(query));

    EXPECT_EQ(asked, 0);
}

TEST_F(EventClientTest, tells_the_gap_also_when_the_ledger_cannot_be_read) {
    rows = nullptr;
    feed.gap = R"({"since":"2026-11-22T17:00:05.000Z"})";
    EventQuery query;
    query.last = 4;
    begin(std::move(query));

    EXPECT_NE(wire->text.find("event: gap"), std::string::npos) << wire->text;
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
    EXPECT_LT(wire->text.size(), ClientStream::kMaxBacklog + 20'000);
}

TEST_F(EventClientTest, stops_listening_when_the_client_hangs_up) {
    begin();
    wire->close();

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
