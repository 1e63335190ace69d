#include "logging/log.hpp"

#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

using testing::lines_of;
using testing::LogTest;
using testing::object_of;

mode_t mode_of(const std::filesystem::path& path) {
    struct stat found {};
    EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
    return found.st_mode & 07777U;
}

class LogWrite : public LogTest {};
class LogConfigure : public LogTest {};

TEST_F(LogWrite, puts_each_type_into_its_folder) {
    const auto log = open();
    log->write(LogType::execution, Level::info, "run_ended", {{"run", 17}});
    log->write(LogType::error, Level::error, "run_failed");
    log->write(LogType::lifecycle, Level::info, "engine_started");
    log->blocking_flush();
    EXPECT_EQ(object_of(lines_of(logs() / "execution/current.jsonl").at(0)).at("run"), 17);
    EXPECT_EQ(object_of(lines_of(logs() / "errors/current.jsonl").at(0)).at("event"), "run_failed");
    EXPECT_EQ(lines_of(logs() / "lifecycle/current.jsonl").size(), 1U);
}

TEST_F(LogWrite, hides_files_from_other_users) {
    const mode_t before = ::umask(0);
    {
        const auto log = open();
        log->write(LogType::execution, Level::info, "x");
    }
    ::umask(before);
    EXPECT_EQ(mode_of(current()), 0640U);
    EXPECT_EQ(mode_of(current().parent_path()), 0750U);
    EXPECT_EQ(mode_of(logs()), 0750U);
}

TEST_F(LogWrite, writes_what_is_queued_when_it_ends) {
    {
        const auto log = open();
        for (int i = 0; i < 100; ++i) {
            log->write(LogType::execution, Level::info, "x", {{"i", i}});
        }
    }
    const auto lines = lines_of(current());
    ASSERT_EQ(lines.size(), 100U);
    EXPECT_EQ(object_of(lines.back()).at("i"), 99);
}

TEST_F(LogWrite, appends_to_what_is_there_and_ends_a_torn_line) {
    testing::write_file(current(), "{\"ts\":\"2026-11-22T16:00:00.000Z\"}\n{\"ts\":\"2026-1");
    {
        const auto log = open();
        log->write(LogType::execution, Level::info, "next");
    }
    const auto lines = lines_of(current());
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(object_of(lines[2]).at("event"), "next");
}

TEST_F(LogWrite, redacts_by_the_hook) {
    LogOptions with_hook = options();
    with_hook.redact = [](std::string_view, std::string& clean) {
        clean = "hidden";
        return true;
    };
    const auto log = open_log(std::move(with_hook), clock_);
    log->write(LogType::execution, Level::info, "x", {{"text", "secret"}});
    log->blocking_flush();
    EXPECT_EQ(object_of(lines_of(current()).at(0)).at("text"), "hidden");
}

TEST_F(LogWrite, tells_who_follows_what_it_wrote_without_secrets) {
    LogOptions followed = options();
    followed.redact = [](std::string_view, std::string& clean) {
        clean = "***";
        return true;
    };
    std::string told;
    followed.on_lines = [&told](LogType type, std::string_view lines, std::uint64_t) {
        told += std::string(name_of(type)) + " " + std::string(lines);
    };
    const auto log = open_log(std::move(followed), clock_);
    log->write(LogType::error, Level::error, "x", {{"text", "secret"}});
    log->blocking_flush();
    EXPECT_EQ(told, "error " + lines_of(current(LogType::error)).at(0) + "\n");
    EXPECT_NE(told.find("***"), std::string::npos);
}

TEST_F(LogWrite, counts_lines_and_bytes) {
    const auto log = open();
    log->write(LogType::execution, Level::info, "a");
    log->write(LogType::execution, Level::info, "b");
    log->blocking_flush();
    const LogStatistics statistics = log->statistics(LogType::execution);
    EXPECT_EQ(statistics.written, 2U);
    EXPECT_EQ(statistics.dropped, 0U);
    EXPECT_EQ(statistics.bytes, std::filesystem::file_size(current()));
    EXPECT_EQ(log->statistics(LogType::error).written, 0U);
}

TEST_F(LogWrite, makes_a_deleted_file_anew) {
    const auto log = open();
    log->write(LogType::execution, Level::info, "a");
    log->blocking_flush();
    std::filesystem::remove_all(logs());
    log->write(LogType::execution, Level::info, "b");
    log->blocking_flush();
    EXPECT_EQ(object_of(lines_of(current()).at(0)).at("event"), "b");
}

TEST_F(LogWrite, leaves_a_file_that_was_moved_away) {
    const auto log = open();
    log->write(LogType::execution, Level::info, "a");
    log->blocking_flush();
    std::filesystem::rename(current(), folder_ / "moved");
    log->write(LogType::execution, Level::info, "b");
    log->blocking_flush();
    EXPECT_EQ(lines_of(folder_ / "moved").size(), 1U);
    EXPECT_EQ(lines_of(current()).size(), 1U);
}

TEST_F(LogWrite, does_not_follow_a_link) {
    testing::write_file(folder_ / "victim", "");
    std::filesystem::create_directories(current().parent_path());
    std::filesystem::create_symlink(folder_ / "victim", current());
    const auto log = open();
    log->write(LogType::execution, Level::info, "a");
    log->blocking_flush();
    EXPECT_EQ(std::filesystem::file_size(folder_ / "victim"), 0U);
    EXPECT_EQ(log->statistics(LogType::execution).dropped, 1U);
}

TEST_F(LogConfigure, stops_and_goes_on_with_the_next_line) {
    const auto log = open();
    LogConfig config = log->config(LogType::execution);
    log->write(LogType::execution, Level::info, "a");
    config.enabled = false;
    ASSERT_TRUE(log->configure(LogType::execution, config));
    log->write(LogType::execution, Level::info, "b");
    log->write(LogType::error, Level::info, "other");
    config.enabled = true;
    ASSERT_TRUE(log->configure(LogType::execution, config));
    log->write(LogType::execution, Level::info, "c");
    log->blocking_flush();
    const auto lines = lines_of(current());
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(object_of(lines[1]).at("event"), "c");
    EXPECT_EQ(lines_of(current(LogType::error)).size(), 1U);
    EXPECT_EQ(log->statistics(LogType::execution).dropped, 0U);
}

TEST_F(LogConfigure, refuses_what_is_out_of_range_and_keeps_the_old) {
    const auto log = open();
    for (const LogConfig& wrong : {LogConfig{0, 50, true},
                                   LogConfig{36'501, 50, true},
                                   LogConfig{30, 0, true},
                                   LogConfig{30, 10'241, true}}) {
        const Status refused = log->configure(LogType::error, wrong);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::invalid_input);
    }
    EXPECT_EQ(log->config(LogType::error), default_config(LogType::error));
}

TEST(DefaultConfig, keeps_30_90_and_180_days) {
    EXPECT_EQ(default_config(LogType::execution).retention_days, 30);
    EXPECT_EQ(default_config(LogType::error).retention_days, 90);
    EXPECT_EQ(default_config(LogType::lifecycle).retention_days, 180);
}

TEST(LogType, has_a_name_both_ways) {
    for (const LogType type : kLogTypes) {
        EXPECT_EQ(log_type_from(name_of(type)), type);
    }
    EXPECT_EQ(log_type_from("errors"), std::nullopt);
}

}  // namespace
}  // namespace aifp::logging
