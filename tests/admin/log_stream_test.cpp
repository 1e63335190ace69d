#include "admin/log_stream.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "tests/storage/store_fixture.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wire.hpp"

namespace aifp::admin {
namespace {

using logging::Level;
using logging::LogType;

std::string stamp(int second) {
    return "2026-11-22T17:00:" + std::string(second < 10 ? "0" : "") + std::to_string(second) +
           ".000Z";
}

std::string line(int second, std::string_view level = "info", std::string_view name = "lamp") {
    return R"({"ts":")" + stamp(second) + R"(","level":")" + std::string(level) +
           R"(","event":"said","directive":")" + std::string(name) + R"("})";
}

class LogClientTest : public storage::StoreFixture {
protected:
    LogClientTest() { open(); }
    ~LogClientTest() override { wire_->close(); }

    void write_file(const std::string& lines) {
        const auto file = logs_ / "execution" / "current.jsonl";
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << lines;
    }
    void begin(LogStreamQuery query) {
        query.log.directory = logs_.path();
        auto responder = std::make_shared<http::Responder>(wire_, 0);
        std::make_shared<LogClient>(std::move(query), WallTime())
            ->begin(feed_, *store_, std::move(responder));
    }
    void follow(const std::vector<http::Parameter>& parameters, std::string_view last = "") {
        begin(log_stream_query_from(parameters, last).value());
    }
    void write(const std::string& text, LogType type = LogType::execution) {
        feed_.intake()(type, text + "\n", 0);
        turn();
    }
    void turn() {
        loop_.restart();
        loop_.poll();
    }
    /// Until the files are read, on another thread.
    void until_begun() {
        loop_.restart();
        while (wire_->text.empty() && loop_.run_one_for(Seconds(30)) > 0) {
        }
        turn();
    }
    [[nodiscard]] std::size_t times(std::string_view part) const {
        std::size_t count = 0;
        for (auto at = wire_->text.find(part); at != std::string::npos;
             at = wire_->text.find(part, at + 1)) {
            ++count;
        }
        return count;
    }

    testing::TempDir logs_;
    std::shared_ptr<testing::Wire> wire_ = std::make_shared<testing::Wire>();
    LogFeed feed_{loop_.get_executor()};
};

TEST_F(LogClientTest, writes_lines_as_they_come_with_their_ids) {
    follow({});
    write(line(1));

    EXPECT_EQ(wire_->response.content_type, "text/event-stream");
    EXPECT_TRUE(wire_->has("id: " + log_line_id(stamp(1), line(1)) +
                           "\nevent: line\ndata: " + line(1) + "\n\n"))
        << wire_->text;
}

TEST_F(LogClientTest, writes_only_what_is_wanted) {
    follow({{"type", "execution"}, {"level", "warning"}, {"directive", "lamp"}});
    write(line(1, "info"));
    write(line(2, "error", "bell"));
    write(line(3, "error"), LogType::lifecycle);
    write(line(4, "warning"));

    EXPECT_EQ(times("event: line"), 1U) << wire_->text;
    EXPECT_TRUE(wire_->has(line(4, "warning")));
}

TEST_F(LogClientTest, tells_a_line_of_two_channels_once) {
    follow({});
    write(line(1, "error"), LogType::execution);
    write(line(1, "error"), LogType::error);

    EXPECT_EQ(times("event: line"), 1U) << wire_->text;
}

TEST_F(LogClientTest, begins_with_the_last_lines_of_the_files_and_loses_none_meanwhile) {
    write_file(line(1) + "\n" + line(2) + "\n" + line(3) + "\n");
    follow({{"lines", "2"}});
    feed_.intake()(LogType::execution, line(3) + "\n" + line(4) + "\n", 0);
    until_begun();

    EXPECT_EQ(times("event: line"), 3U) << wire_->text;
    EXPECT_LT(wire_->text.find(line(2)), wire_->text.find(line(3)));
    EXPECT_LT(wire_->text.find(line(3)), wire_->text.find(line(4)));
}

TEST_F(LogClientTest, goes_on_after_the_last_line_that_is_known) {
    write_file(line(1) + "\n" + line(2) + "\n" + line(3) + "\n");
    follow({}, log_line_id(stamp(2), line(2)));
    until_begun();

    EXPECT_EQ(times("event: line"), 1U) << wire_->text;
    EXPECT_TRUE(wire_->has(line(3)));
}

TEST_F(LogClientTest, tells_a_gap_when_too_much_came_since) {
    std::string lines;
    for (std::size_t i = 0; i <= LogClient::kMaxReplay; ++i) {
        lines += line(2, "info", "d" + std::to_string(i)) + "\n";
    }
    write_file(lines);
    follow({}, stamp(1) + ".00000000");
    until_begun();

    EXPECT_TRUE(wire_->has("event: gap\ndata: {\"after\":\"" + stamp(1) + ".00000000\""));
    EXPECT_EQ(times("event: line"), LogClient::kMaxReplay);
    EXPECT_FALSE(wire_->has("\"d0\""));
}

TEST_F(LogClientTest, tells_how_many_lines_came_too_fast) {
    follow({});
    feed_.intake()(LogType::execution, "", 12);
    turn();

    EXPECT_TRUE(wire_->has("event: gap")) << wire_->text;
    EXPECT_TRUE(wire_->has("12 lines came too fast")) << wire_->text;
}

TEST_F(LogClientTest, cuts_off_who_does_not_read_and_tells_the_gap) {
    follow({});
    wire_->reads = false;
    for (int i = 0; i < 20'000 && !wire_->ended; ++i) {
        write(line(i % 60, "info", "d" + std::to_string(i)));
    }

    EXPECT_TRUE(wire_->ended);
    EXPECT_TRUE(wire_->has("event: gap"));
    EXPECT_TRUE(wire_->has("cut off: more than 1048576 bytes were not read"));
    EXPECT_LT(wire_->text.size(), ClientStream::kMaxBacklog + 20'000);
}

TEST_F(LogClientTest, gives_its_place_free_when_it_hangs_up) {
    follow({});
    wire_->close();
    write(line(1));

    EXPECT_EQ(times("event: line"), 0U);
    std::vector<std::shared_ptr<testing::Wire>> wires;
    for (std::size_t i = 0; i <= LogFeed::kMaxListeners; ++i) {
        wire_ = std::make_shared<testing::Wire>();
        wires.push_back(wire_);
        follow({});
        EXPECT_EQ(wire_->response.status, i < LogFeed::kMaxListeners ? 200 : 503);
    }
    for (const auto& each : wires) {
        each->close();
    }
}

TEST_F(LogClientTest, ends_with_the_engine_also_while_the_files_are_read) {
    follow({{"lines", "1"}});
    feed_.end();
    until_begun();

    EXPECT_TRUE(wire_->ended);
    EXPECT_TRUE(wire_->has(": the engine has stopped")) << wire_->text;
}

TEST(LogStreamQueryFrom, refuses_what_is_none_and_says_what_there_is) {
    const auto refusal = [](const char* name, const char* value) {
        const auto query = log_stream_query_from({{name, value}}, "");
        return query ? std::string() : query.error().detail();
    };
    EXPECT_NE(refusal("type", "run").find("execution, error or lifecycle"), std::string::npos);
    EXPECT_NE(refusal("level", "loud").find("debug, info, warning or error"), std::string::npos);
    EXPECT_NE(refusal("lines", "1001").find("0 to 1000"), std::string::npos);
    EXPECT_EQ(refusal("last", "17"), "17 is no id of a line");
    EXPECT_EQ(refusal("last", "2026-11-22T17:00:01.000Z.0a1b2c3d"), "");
}

}  // namespace
}  // namespace aifp::admin
