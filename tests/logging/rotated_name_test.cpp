#include "logging/rotated_name.hpp"

#include <gtest/gtest.h>

#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

constexpr WallTime kNow{Milliseconds(1'795'366'800'000)};  // 2026-11-22T17:00:00Z

TEST(ParseRotatedName, reads_what_text_writes) {
    for (const char* const name : {"2026-11-22.jsonl",
                                   "2026-11-22.jsonl.gz",
                                   "2026-11-22.7.jsonl",
                                   "2026-11-22.12.jsonl.gz"}) {
        const auto parsed = parse_rotated_name(name);
        ASSERT_TRUE(parsed) << name;
        EXPECT_EQ(parsed->text(), name);
    }
}

TEST(ParseRotatedName, refuses_every_other_name) {
    for (const char* const name : {"current.jsonl",
                                   "",
                                   ".jsonl",
                                   "2026-11-22",
                                   "2026-11-22.jsonl.gz.tmp",
                                   "2026-11-2.jsonl",
                                   "2026/11/22.jsonl",
                                   "2026-11-22.0.jsonl",
                                   "2026-11-22.-1.jsonl",
                                   "2026-11-22.x.jsonl",
                                   "2026-11-22x1.jsonl",
                                   "2026-11-22..jsonl",
                                   "2026-11-22.99999999999.jsonl"}) {
        EXPECT_FALSE(parse_rotated_name(name)) << name;
    }
}

TEST(BlockingListRotated, orders_files_as_written) {
    const aifp::testing::TempDir folder;
    for (const char* const name : {"2026-11-22.10.jsonl",
                                   "2026-11-22.9.jsonl.gz",
                                   "2026-11-22.jsonl.gz",
                                   "2026-11-21.3.jsonl.gz",
                                   "current.jsonl",
                                   "notes.txt"}) {
        testing::write_file(folder / name, "");
    }
    std::string order;
    for (const RotatedName& name : blocking_list_rotated(folder.path())) {
        order += name.text() + ' ';
    }
    EXPECT_EQ(order,
              "2026-11-21.3.jsonl.gz 2026-11-22.jsonl.gz 2026-11-22.9.jsonl.gz "
              "2026-11-22.10.jsonl ");
}

TEST(BlockingListRotated, is_empty_without_a_folder) {
    EXPECT_TRUE(blocking_list_rotated("/nonexistent/logs").empty());
}

TEST(DayOfLine, reads_only_lines_of_ours) {
    EXPECT_EQ(day_of_line(R"({"ts":"2026-11-22T17:00:00.123Z"})"), "2026-11-22");
    EXPECT_EQ(day_of_line(R"({"ts":"20x6-11-22T"})"), "");
    EXPECT_EQ(day_of_line(R"({"ts":"2026)"), "");
    EXPECT_EQ(day_of_line("hello"), "");
}

TEST(NeedsNewFile, splits_by_day_but_lets_threads_cross_midnight) {
    EXPECT_FALSE(needs_new_file("2026-11-22", "2026-11-22"));
    EXPECT_TRUE(needs_new_file("2026-11-22", "2026-11-23"));
    EXPECT_FALSE(needs_new_file("2026-11-23", "2026-11-22"));
    EXPECT_TRUE(needs_new_file("2026-11-23", "2026-11-21"));
    EXPECT_FALSE(needs_new_file("", "2026-11-21"));
    EXPECT_FALSE(needs_new_file("2026-11-21", ""));
}

TEST(IsExpired, keeps_as_many_whole_days_as_asked) {
    EXPECT_FALSE(is_expired("2026-11-21", 1, kNow));
    EXPECT_TRUE(is_expired("2026-11-20", 1, kNow));
    EXPECT_FALSE(is_expired("2026-10-23", 30, kNow));
    EXPECT_TRUE(is_expired("2026-10-22", 30, kNow));
    EXPECT_FALSE(is_expired("2030-01-01", 30, kNow));
}

}  // namespace
}  // namespace aifp::logging
