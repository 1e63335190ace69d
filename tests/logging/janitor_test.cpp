#include "logging/janitor.hpp"

#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

using testing::line_at;
using testing::lines_of;
using testing::write_file;

class JanitorSweep : public testing::LogTest {
protected:
    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return logs() / "errors" / name;
    }
    void sweep(int error_retention_days = 90) {
        Janitor janitor(logs(), clock_, [this](std::string_view text) { troubles_.add(text); });
        janitor.set_retention_days(LogType::error, error_retention_days);
        janitor.blocking_sweep();
    }
    std::string line_ = line_at("2026-11-21T10:00:00.000Z", "x");
};

TEST_F(JanitorSweep, compresses_what_a_crash_left_after_rotation) {
    write_file(file("2026-11-21.jsonl"), line_);
    sweep();
    EXPECT_FALSE(std::filesystem::exists(file("2026-11-21.jsonl")));
    EXPECT_EQ(lines_of(file("2026-11-21.jsonl.gz")).size(), 1U);
}

TEST_F(JanitorSweep, makes_a_half_compressed_file_anew) {
    write_file(file("2026-11-21.jsonl"), line_);
    write_file(file("2026-11-21.jsonl.gz.tmp"), "half");
    sweep();
    EXPECT_FALSE(std::filesystem::exists(file("2026-11-21.jsonl.gz.tmp")));
    EXPECT_EQ(lines_of(file("2026-11-21.jsonl.gz")).size(), 1U);
}

TEST_F(JanitorSweep, heals_a_crash_before_the_source_was_removed) {
    write_file(file("2026-11-21.jsonl"), line_);
    write_file(file("2026-11-21.jsonl.gz"), "");
    sweep();
    EXPECT_FALSE(std::filesystem::exists(file("2026-11-21.jsonl")));
    EXPECT_EQ(lines_of(file("2026-11-21.jsonl.gz")).size(), 1U);
}

TEST_F(JanitorSweep, compresses_a_file_of_many_slices) {
    std::string text;
    while (text.size() < 2'000'000) {
        text += line_;
    }
    write_file(file("2026-11-21.jsonl"), text);
    sweep();
    EXPECT_EQ(lines_of(file("2026-11-21.jsonl.gz")).size(), text.size() / line_.size());
    EXPECT_LT(std::filesystem::file_size(file("2026-11-21.jsonl.gz")), text.size() / 20);
}

/// Begins years ahead, and nothing vouches for it.
class WildClock final : public Clock {
public:
    [[nodiscard]] WallTime wall() const override {
        return from_unix_ms(testing::LogClock::kStartMs) + std::chrono::hours(24 * 3'650);
    }
    [[nodiscard]] MonoTime mono() const override { return {}; }
    [[nodiscard]] bool is_synchronised() const override { return false; }
};

TEST_F(JanitorSweep, removes_nothing_by_a_clock_that_leapt_ahead) {
    for (const char* const name : {"2026-11-21.jsonl.gz", "2026-11-20.jsonl.gz"}) {
        write_file(file(name), line_);
    }
    const WildClock wild;
    Janitor janitor(logs(), wild, [](std::string_view) {});
    janitor.set_retention_days(LogType::error, 7);
    janitor.blocking_sweep();
    EXPECT_TRUE(std::filesystem::exists(file("2026-11-20.jsonl.gz")));
}

TEST_F(JanitorSweep, removes_files_past_their_retention_only) {
    for (const char* const name : {"2026-11-14.jsonl.gz",
                                   "2026-11-14.jsonl",
                                   "2026-11-15.jsonl.gz",
                                   "current.jsonl",
                                   "2020-01-01.notes"}) {
        write_file(file(name), line_);
    }
    sweep(7);
    EXPECT_FALSE(std::filesystem::exists(file("2026-11-14.jsonl.gz")));
    EXPECT_FALSE(std::filesystem::exists(file("2026-11-14.jsonl")));
    EXPECT_TRUE(std::filesystem::exists(file("2026-11-15.jsonl.gz")));
    EXPECT_TRUE(std::filesystem::exists(file("current.jsonl")));
    EXPECT_TRUE(std::filesystem::exists(file("2020-01-01.notes")));
}

TEST_F(JanitorSweep, says_once_that_it_cannot_compress_and_keeps_the_source) {
    write_file(file("2026-11-21.jsonl"), line_);
    std::filesystem::create_directories(file("2026-11-21.jsonl.gz.tmp"));
    Janitor janitor(logs(), clock_, [this](std::string_view text) { troubles_.add(text); });
    janitor.blocking_sweep();
    janitor.blocking_sweep();
    ASSERT_EQ(troubles_.texts().size(), 1U);
    EXPECT_NE(troubles_.texts()[0].find("2026-11-21.jsonl"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(file("2026-11-21.jsonl")));
}

TEST_F(JanitorSweep, follows_a_retention_changed_while_running) {
    write_file(file("2026-11-01.jsonl.gz"), "");
    const auto log = open();
    log->blocking_flush();
    EXPECT_TRUE(std::filesystem::exists(file("2026-11-01.jsonl.gz")));
    LogConfig config = log->config(LogType::error);
    config.retention_days = 7;
    ASSERT_TRUE(log->configure(LogType::error, config));
    log->blocking_flush();
    EXPECT_FALSE(std::filesystem::exists(file("2026-11-01.jsonl.gz")));
}

}  // namespace
}  // namespace aifp::logging
