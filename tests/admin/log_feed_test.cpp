#include "admin/log_feed.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>
#include <thread>

namespace aifp::admin {
namespace {

std::string line(int number, std::string_view second = "01") {
    return R"({"ts":"2026-11-22T17:00:)" + std::string(second) +
           R"(.000Z","level":"warning","event":"e)" + std::to_string(number) +
           R"(","directive":"lamp"})" + "\n";
}

class Listener final : public LogListener {
public:
    void on_lines(const std::vector<LogLine>& told) override {
        lines.insert(lines.end(), told.begin(), told.end());
    }
    void on_lost(std::uint64_t count) override { lost += count; }
    void on_quiet() override {}
    void on_log_ended() override { ended = true; }

    std::vector<LogLine> lines;
    std::uint64_t lost = 0;
    bool ended = false;
};

class LogFeedTest : public ::testing::Test {
protected:
    /// As the log does, on a thread of its own.
    void write(const std::string& lines, std::uint64_t refused = 0) {
        std::thread([this, &lines, refused] {
            feed_.intake()(logging::LogType::execution, lines, refused);
        }).join();
    }
    void turn() {
        loop_.restart();
        loop_.poll();
    }

    boost::asio::io_context loop_;
    LogFeed feed_{loop_.get_executor()};
    Listener listener_;
};

TEST_F(LogFeedTest, tells_lines_with_what_they_say_of_themselves) {
    const auto stop = feed_.watch(listener_).value();
    write(line(1) + line(2));
    turn();

    ASSERT_EQ(listener_.lines.size(), 2U);
    EXPECT_EQ(listener_.lines[0].text + "\n", line(1));
    EXPECT_EQ(listener_.lines[1].facts.directive, "lamp");
    EXPECT_EQ(listener_.lines[1].facts.level, logging::Level::warning);
    EXPECT_EQ(listener_.lines[1].type, logging::LogType::execution);
}

TEST_F(LogFeedTest, keeps_nothing_while_nobody_listens) {
    write(line(1));
    const auto stop = feed_.watch(listener_).value();
    turn();
    stop();
    write(line(2));
    turn();

    EXPECT_TRUE(listener_.lines.empty());
}

TEST_F(LogFeedTest, orders_by_time_what_came_from_several_channels) {
    const auto stop = feed_.watch(listener_).value();
    write(line(2, "02"));
    write(line(1, "01"));
    turn();

    ASSERT_EQ(listener_.lines.size(), 2U);
    EXPECT_EQ(listener_.lines[0].facts.stamp, "2026-11-22T17:00:01.000Z");
}

TEST_F(LogFeedTest, counts_what_is_too_much_for_one_turn) {
    const auto stop = feed_.watch(listener_).value();
    write(line(1), 3);
    for (std::size_t i = 0; i < LogFeed::kMaxPending / line(1).size(); ++i) {
        write(line(1));
    }
    turn();

    EXPECT_EQ(listener_.lost, 3U + 1U);
    write(line(7));
    turn();
    EXPECT_EQ(listener_.lines.back().text + "\n", line(7));
}

TEST_F(LogFeedTest, has_places_for_so_many) {
    std::vector<Listener> listeners(LogFeed::kMaxListeners);
    std::vector<std::function<void()>> stops;
    for (auto& each : listeners) {
        stops.push_back(feed_.watch(each).value());
    }
    EXPECT_EQ(feed_.watch(listener_).error().code(), ErrorCode::busy);
    stops.front()();
    EXPECT_TRUE(feed_.watch(listener_));
}

TEST_F(LogFeedTest, ends_with_what_has_arrived) {
    const auto stop = feed_.watch(listener_).value();
    write(line(1));
    feed_.end();

    EXPECT_EQ(listener_.lines.size(), 1U);
    EXPECT_TRUE(listener_.ended);
    EXPECT_FALSE(feed_.watch(listener_));
}

TEST(LogFeed, may_be_gone_before_the_log) {
    boost::asio::io_context loop;
    Listener listener;
    auto feed = std::make_unique<LogFeed>(loop.get_executor());
    const auto intake = feed->intake();
    const auto stop = feed->watch(listener).value();
    intake(logging::LogType::error, line(1), 0);
    feed.reset();
    loop.poll();
    intake(logging::LogType::error, line(2), 0);
    stop();

    EXPECT_TRUE(listener.lines.empty());
}

}  // namespace
}  // namespace aifp::admin
