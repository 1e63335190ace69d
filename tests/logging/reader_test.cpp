#include "logging/reader.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

using testing::line_at;
using testing::object_of;
using testing::write_file;
using namespace std::chrono_literals;

class ReaderTest : public testing::LogTest {
protected:
    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return logs() / "execution" / name;
    }
    void write_compressed(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories(file(name).parent_path());
        const gzFile gzip = gzopen(file(name).c_str(), "wb");
        gzwrite(gzip, text.data(), static_cast<unsigned>(text.size()));
        gzclose(gzip);
    }
    [[nodiscard]] LogQuery query(std::size_t count) const {
        LogQuery query;
        query.directory = logs();
        query.count = count;
        return query;
    }
    [[nodiscard]] static std::string events_of(const LogQuery& query) {
        std::string events;
        const auto lines = blocking_read_last(query).value();
        for (const std::string& line : lines) {
            events += std::string(object_of(line).at("event").as_string()) + ' ';
        }
        return events;
    }
    void write_three_files() const {
        write_compressed(
            "2026-11-20.jsonl.gz",
            line_at("2026-11-20T10:00:00.000Z", "a") + line_at("2026-11-20T11:00:00.000Z", "b"));
        write_file(file("2026-11-21.jsonl"), line_at("2026-11-21T10:00:00.000Z", "c"));
        write_file(
            file("current.jsonl"),
            line_at("2026-11-22T10:00:00.000Z", "d") + line_at("2026-11-22T11:00:00.000Z", "e"));
    }
};

TEST_F(ReaderTest, reads_back_over_rotated_and_compressed_files) {
    write_three_files();
    EXPECT_EQ(events_of(query(50)), "a b c d e ");
    EXPECT_EQ(events_of(query(4)), "b c d e ");
    EXPECT_EQ(events_of(query(1)), "e ");
    EXPECT_EQ(events_of(query(0)), "");
}

TEST_F(ReaderTest, merges_the_channels_by_time) {
    write_three_files();
    write_file(logs() / "errors/current.jsonl", line_at("2026-11-21T12:00:00.000Z", "failed"));
    EXPECT_EQ(events_of(query(4)), "c failed d e ");
    LogQuery only_errors = query(4);
    only_errors.types = {LogType::error};
    EXPECT_EQ(events_of(only_errors), "failed ");
}

TEST_F(ReaderTest, is_empty_without_logs) {
    EXPECT_EQ(events_of(query(50)), "");
}

TEST_F(ReaderTest, refuses_more_lines_than_it_may_hold) {
    EXPECT_EQ(blocking_read_last(query(100'001)).error().code(), ErrorCode::invalid_input);
}

TEST_F(ReaderTest, filters_by_time) {
    write_three_files();
    LogQuery wanted = query(50);
    wanted.filter.since = from_unix_ms(testing::LogClock::kStartMs) - 31h;  // 21st, 10:00
    wanted.filter.until = from_unix_ms(testing::LogClock::kStartMs) - 6h;   // 22nd, 11:00
    EXPECT_EQ(events_of(wanted), "c d ");
}

TEST_F(ReaderTest, finds_a_rare_line_in_a_large_file) {
    std::string text = line_at("2026-11-22T09:00:00.000Z", "rare", R"(,"directive":"porch")");
    for (int i = 0; i < 30'000; ++i) {
        text += line_at("2026-11-22T10:00:00.000Z", "common", R"(,"directive":"porch_light")");
    }
    write_file(file("current.jsonl"), text);
    LogQuery wanted = query(5);
    EXPECT_EQ(events_of(wanted), "common common common common common ");
    wanted.filter.directive = "porch";
    EXPECT_EQ(events_of(wanted), "rare ");
}

TEST_F(ReaderTest, ends_a_long_search_and_goes_on_from_there) {
    for (int number = 0; number < 4; ++number) {  // all of one day, the last one not compressed
        std::string text = line_at(fmt::format("2026-11-22T0{}:00:00.000Z", number),
                                   fmt::format("rare{}", number),
                                   R"(,"directive":"porch")");
        for (int i = 0; i < 1'000; ++i) {
            text += line_at(fmt::format("2026-11-22T0{}:30:00.000Z", number), "common");
        }
        const auto suffix = number == 0 ? std::string() : fmt::format(".{}", number);
        write_compressed(fmt::format("2026-11-22{}.jsonl.gz", suffix), text);
    }
    LogQuery wanted = query(50);
    wanted.filter.directive = "porch";
    wanted.max_bytes = 1;
    std::string found;
    for (int page = 0; page < 4; ++page) {
        const auto lines = blocking_search(wanted).value();
        ASSERT_EQ(lines.lines.size(), 1U) << page;
        found += std::string(object_of(lines.lines[0]).at("event").as_string()) + " ";
        EXPECT_EQ(lines.goes_on_before.has_value(), page < 3);
        wanted.filter.until = lines.goes_on_before;
    }
    EXPECT_EQ(found, "rare3 rare2 rare1 rare0 ");
}

TEST_F(ReaderTest, tells_no_line_of_one_channel_before_it_has_looked_at_the_other) {
    write_three_files();
    write_file(logs() / "errors/current.jsonl", line_at("2026-11-19T12:00:00.000Z", "failed"));
    LogQuery wanted = query(50);
    wanted.max_bytes = 1;
    const auto first = blocking_search(wanted).value();
    EXPECT_EQ(first.lines.size(), 2U);  // d, e
    wanted.filter.until = first.goes_on_before;
    EXPECT_EQ(blocking_search(wanted).value().lines.size(), 1U);  // c
}

TEST_F(ReaderTest, stops_when_it_is_told) {
    std::string text;
    while (text.size() < 3'000'000) {
        text += line_at("2026-11-22T10:00:00.000Z", "common");
    }
    write_compressed("2026-11-22.jsonl.gz", text);
    LogQuery wanted = query(50);
    wanted.is_stopped = [] { return true; };
    EXPECT_EQ(blocking_search(wanted).error().code(), ErrorCode::cancelled);
}

TEST_F(ReaderTest, asks_in_the_midst_of_a_bounded_search_whether_to_stop) {
    std::string text;
    while (text.size() < 6'000'000) {
        text += line_at("2026-11-22T10:00:00.000Z", "common");
    }
    write_compressed("2026-11-22.jsonl.gz", text);
    LogQuery wanted = query(50);
    wanted.filter.directive = "none";
    wanted.max_bytes = 16 << 20;
    int asked = 0;
    wanted.is_stopped = [&asked] { return ++asked == 3; };
    EXPECT_EQ(blocking_search(wanted).error().code(), ErrorCode::cancelled);
    EXPECT_EQ(asked, 3) << "nothing is read once it was told to stop";
    wanted.is_stopped = [&asked] {
        ++asked;
        return false;
    };
    EXPECT_TRUE(blocking_search(wanted).value().lines.empty());
    EXPECT_GE(asked, 3 + 5) << "it asks every megabyte";
}

TEST_F(ReaderTest, reads_what_the_log_writes) {
    const auto log = open();
    log->write(LogType::execution, Level::info, "ok", {{"directive", "a"}});
    log->write(LogType::execution, Level::warning, "slow", {{"directive", "b"}});
    log->blocking_flush();
    LogQuery wanted = query(50);
    wanted.filter.least = Level::warning;
    EXPECT_EQ(events_of(wanted), "slow ");
}

TEST(Passes, takes_only_whole_lines_of_ours) {
    EXPECT_TRUE(passes({}, R"({"ts":"2026-11-22T10:00:00.000Z","event":"x"})"));
    EXPECT_FALSE(passes({}, R"({"ts":"2026-11-22T10:00:00)"));
    EXPECT_FALSE(passes({}, R"({"event":"x"})"));
    EXPECT_FALSE(passes({}, R"({"ts":17})"));
    EXPECT_FALSE(passes({}, "[]"));
    EXPECT_FALSE(passes({}, ""));
}

TEST(Passes, matches_the_directive_field_only) {
    LogFilter filter;
    filter.directive = "porch";
    EXPECT_TRUE(passes(filter, R"({"ts":"2026","directive":"porch"})"));
    EXPECT_FALSE(passes(filter, R"({"ts":"2026","directive":"porch_light"})"));
    EXPECT_FALSE(passes(filter, R"({"ts":"2026","output":{"directive":"porch"}})"));
}

}  // namespace
}  // namespace aifp::logging
