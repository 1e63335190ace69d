#include "engine/event_feed.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_clock.hpp"

namespace aifp::engine {
namespace {

class Ear final : public FeedListener {
public:
    void on_event(const FeedEvent& event) override {
        heard.push_back(event);
        if (on_first) {
            std::exchange(on_first, nullptr)();
        }
    }
    void on_quiet(std::uint64_t id) override { newest = id; }
    void on_feed_ended() override { ended = true; }

    /// "lifecycle one"
    [[nodiscard]] std::vector<std::string> told() const {
        std::vector<std::string> lines;
        for (const auto& event : heard) {
            const auto data = boost::json::parse(event.data);
            const auto* text = data.as_object().if_contains("text");
            lines.push_back(
                std::string(name_of(event.kind)) +
                (event.kind == FeedKind::lifecycle ? " " + std::string(text->as_string()) : ""));
        }
        return lines;
    }

    std::vector<FeedEvent> heard;
    std::function<void()> on_first;
    std::uint64_t newest = 0;
    bool ended = false;
};

using Lines = std::vector<std::string>;

class EventFeedTest : public ::testing::Test {
protected:
    void say(const std::string& text) {
        feed.on_lifecycle(logging::Level::info, "test", "lamp", text);
    }
    std::function<void()> watch(Ear& ear, std::optional<std::uint64_t> last = {}) {
        auto stop = feed.watch(ear, last);
        EXPECT_TRUE(stop);
        return *stop;
    }

    boost::asio::io_context loop{1};
    testing::FakeClock clock;
    EventFeed feed{{loop.get_executor(),
                    clock,
                    [](DirectiveId) { return std::string("lamp"); },
                    [](std::string text) {
                        const auto at = text.find(
                            "pass"
                            "word1");
                        return at == std::string::npos ? text : text.replace(at, 9, "***");
                    }}};
};

TEST_F(EventFeedTest, keeps_nothing_while_nobody_ever_listened) {
    say("before");
    Ear ear;
    watch(ear);
    say("after");

    EXPECT_EQ(ear.told(), (Lines{"lifecycle after"}));
    EXPECT_EQ(feed.figures().told, 1U);
}

TEST_F(EventFeedTest, gives_ids_that_rise_also_when_the_clock_goes_back) {
    Ear ear;
    watch(ear);
    say("one");
    clock.step_wall(-std::chrono::hours(2));
    say("two");
    say("three");

    ASSERT_EQ(ear.heard.size(), 3U);
    EXPECT_LT(ear.heard[0].id, ear.heard[1].id);
    EXPECT_LT(ear.heard[1].id, ear.heard[2].id);
}

TEST_F(EventFeedTest, tells_who_comes_again_what_came_meanwhile) {
    Ear first;
    const auto stop = watch(first);
    say("one");
    stop();
    say("two");
    say("three");
    Ear again;
    watch(again, first.heard.back().id);

    EXPECT_EQ(first.told(), (Lines{"lifecycle one"}));
    EXPECT_EQ(again.told(), (Lines{"lifecycle two", "lifecycle three"}));
}

TEST_F(EventFeedTest, gives_an_id_to_come_again_with_before_anything_happens) {
    Ear first;
    const auto stop = watch(first);
    ASSERT_GT(first.newest, 0U);
    stop();
    say("one");
    Ear again;
    watch(again, first.newest);

    EXPECT_EQ(again.told(), (Lines{"lifecycle one"}));
}

TEST_F(EventFeedTest, says_that_there_is_a_gap_after_an_id_it_does_not_know) {
    Ear old;
    watch(old, 17);
    Ear from_the_future;
    watch(from_the_future, UINT64_MAX);

    EXPECT_EQ(old.told(), (Lines{"gap"}));
    EXPECT_EQ(from_the_future.told(), (Lines{"gap"}));
    EXPECT_TRUE(boost::json::parse(from_the_future.heard[0].data).at("since").is_null());
}

TEST_F(EventFeedTest, says_that_there_is_a_gap_when_too_much_came) {
    Ear first;
    const auto stop = watch(first);
    say("one");
    stop();
    for (std::size_t i = 0; i < EventFeed::kMaxEvents + 10; ++i) {
        say("more");
    }
    Ear again;
    watch(again, first.heard.back().id);

    ASSERT_FALSE(again.heard.empty());
    EXPECT_EQ(again.heard[0].kind, FeedKind::gap);
    EXPECT_LE(again.heard.size(), EventFeed::kMaxEvents + 1);
    EXPECT_LT(again.heard[0].id, again.heard[1].id);
    Ear third;  // from the gap on nothing is missing
    watch(third, again.heard[0].id);
    EXPECT_EQ(third.heard.size(), again.heard.size() - 1);
}

TEST_F(EventFeedTest, keeps_no_more_than_its_bytes) {
    Ear ear;
    const auto stop = watch(ear);
    const auto first = ear.newest;
    stop();
    for (int i = 0; i < 100; ++i) {
        say(std::string(EventFeed::kMaxBytes / 50, 'x'));
    }
    Ear again;
    watch(again, first);

    EXPECT_EQ(again.heard[0].kind, FeedKind::gap);
    EXPECT_LT(again.heard.size(), 52U);
}

TEST_F(EventFeedTest, refuses_more_listeners_than_it_may_have) {
    std::vector<Ear> ears(EventFeed::kMaxListeners);
    for (auto& ear : ears) {
        watch(ear);
    }
    Ear late;
    const auto refused = feed.watch(late, {});

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::busy);
}

TEST_F(EventFeedTest, lets_a_listener_stop_while_it_is_told) {
    Ear first;
    Ear second;
    std::function<void()> stop_second;
    first.on_first = [&] { stop_second(); };
    watch(first);
    stop_second = watch(second);
    say("one");

    EXPECT_EQ(first.told(), (Lines{"lifecycle one"}));
    EXPECT_TRUE(second.heard.empty());
    stop_second();  // again and late
}

TEST_F(EventFeedTest, tells_no_secrets) {
    Ear ear;
    watch(ear);
    say("the word is pass"
        "word1");

    EXPECT_EQ(ear.told(), (Lines{"lifecycle the word is ***"}));
}

TEST_F(EventFeedTest, ends_with_the_engine) {
    Ear ear;
    const auto stop = watch(ear);
    feed.end();
    say("nothing");
    stop();
    Ear late;

    EXPECT_TRUE(ear.ended);
    EXPECT_TRUE(ear.heard.empty());
    EXPECT_FALSE(feed.watch(late, {}));
}

TEST_F(EventFeedTest, tells_what_was_decided_and_how_a_run_stands) {
    Ear ear;
    watch(ear);
    model::DecisionRecord decision;
    decision.id = LedgerId{7};
    decision.event.cause = "webhook";
    decision.reason = model::Reason::condition_false;
    feed.on_decided(decision, "lamp");
    feed.on_run_state(LedgerId{8}, DirectiveId{1}, model::RunState::waiting);

    ASSERT_EQ(ear.heard.size(), 2U);
    const auto decided = boost::json::parse(ear.heard[0].data);
    EXPECT_EQ(decided.at("ledger_id"), 7);
    EXPECT_EQ(decided.at("decision"), "skipped");
    EXPECT_EQ(decided.at("reason"), "condition_false");
    EXPECT_EQ(boost::json::parse(ear.heard[1].data).at("state"), "waiting");
    EXPECT_EQ(ear.heard[1].directive, "lamp");
}

}  // namespace
}  // namespace aifp::engine
