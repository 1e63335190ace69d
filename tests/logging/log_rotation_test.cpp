#include "logging/log.hpp"
#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

using testing::line_at;
using testing::lines_of;
using testing::object_of;
using testing::write_file;
using namespace std::chrono_literals;

class LogRotation : public testing::LogTest {
protected:
    [[nodiscard]] std::filesystem::path rotated(const std::string& name) const {
        return logs() / "execution" / name;
    }
};

TEST_F(LogRotation, begins_a_new_file_with_each_utc_day) {
    const auto log = open();
    log->write(LogType::execution, Level::info, "sunday");
    clock_.advance(7h);
    log->write(LogType::execution, Level::info, "monday");
    log->blocking_flush();
    EXPECT_EQ(object_of(lines_of(rotated("2026-11-22.jsonl.gz")).at(0)).at("event"), "sunday");
    EXPECT_FALSE(std::filesystem::exists(rotated("2026-11-22.jsonl")));
    EXPECT_EQ(object_of(lines_of(current()).at(0)).at("event"), "monday");
}

TEST_F(LogRotation, rotates_an_old_file_although_nothing_new_comes) {
    write_file(current(), line_at("2026-11-20T10:00:00.000Z", "old"));
    open()->blocking_flush();
    EXPECT_EQ(lines_of(rotated("2026-11-20.jsonl.gz")).size(), 1U);
    EXPECT_FALSE(std::filesystem::exists(current()));
}

TEST_F(LogRotation, keeps_each_file_below_its_size_and_loses_no_line) {
    const auto log = open();
    ASSERT_TRUE(log->configure(LogType::execution, small_files()));
    const std::string text(2'000, 'x');
    for (int i = 0; i < 1'200; ++i) {
        log->write(LogType::execution, Level::info, "x", {{"i", i}, {"text", text}});
        if (i % 100 == 0) {
            log->blocking_flush();
        }
    }
    log->blocking_flush();
    int expected = 0;
    for (const auto& file :
         {rotated("2026-11-22.jsonl.gz"), rotated("2026-11-22.1.jsonl.gz"), current()}) {
        std::size_t bytes = 0;
        for (const std::string& line : lines_of(file)) {
            EXPECT_EQ(object_of(line).at("i"), expected++);
            bytes += line.size() + 1;
        }
        EXPECT_LE(bytes, 1'048'576U);
    }
    EXPECT_EQ(expected, 1'200);
}

TEST_F(LogRotation, numbers_on_after_the_files_of_the_day) {
    write_file(rotated("2026-11-20.4.jsonl.gz"), "");
    write_file(current(), line_at("2026-11-20T10:00:00.000Z", "old"));
    open()->blocking_flush();
    EXPECT_EQ(lines_of(rotated("2026-11-20.5.jsonl.gz")).size(), 1U);
}

TEST_F(LogRotation, takes_an_existing_large_file_into_account) {
    const std::string line = line_at("2026-11-22T10:00:00.000Z", std::string(1'048'500, 'x'));
    write_file(current(), line);
    const auto log = open();
    ASSERT_TRUE(log->configure(LogType::execution, small_files()));
    log->write(LogType::execution, Level::info, "next");
    log->blocking_flush();
    EXPECT_TRUE(std::filesystem::exists(rotated("2026-11-22.jsonl.gz")));
    EXPECT_EQ(lines_of(current()).size(), 1U);
}

TEST_F(LogRotation, a_new_size_holds_for_the_next_line) {
    const auto log = open();
    const std::string text(4'000, 'x');
    for (int i = 0; i < 300; ++i) {
        log->write(LogType::execution, Level::info, "x", {{"text", text}});
        if (i % 50 == 0) {
            log->blocking_flush();
        }
    }
    log->blocking_flush();
    EXPECT_GT(std::filesystem::file_size(current()), 1'048'576U);
    ASSERT_TRUE(log->configure(LogType::execution, small_files()));
    log->write(LogType::execution, Level::info, "next");
    log->blocking_flush();
    EXPECT_EQ(lines_of(current()).size(), 1U);
}

TEST_F(LogRotation, goes_on_in_the_same_file_when_the_clock_is_set_back_a_little) {
    clock_.advance(7h);
    const auto log = open();
    log->write(LogType::execution, Level::info, "after_midnight");
    clock_.advance(-1h);
    log->write(LogType::execution, Level::info, "before_midnight");
    log->blocking_flush();
    EXPECT_EQ(lines_of(current()).size(), 2U);
}

TEST_F(LogRotation, still_says_what_it_wrote_before_when_opened_again) {
    { open()->write(LogType::execution, Level::info, "sunday"); }
    clock_.advance(24h);
    { open()->write(LogType::execution, Level::info, "monday"); }
    const auto log = open();
    log->blocking_flush();
    EXPECT_EQ(lines_of(rotated("2026-11-22.jsonl.gz")).size(), 1U);
    EXPECT_EQ(lines_of(current()).size(), 1U);
}

}  // namespace
}  // namespace aifp::logging
