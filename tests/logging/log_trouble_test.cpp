#include <sys/resource.h>

#include <csignal>

#include "logging/log.hpp"
#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

using testing::lines_of;
using testing::object_of;

/// No file of this process may grow past `bytes`, as on a full disk, while the object lives.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit before_{};
};

class LogTrouble : public testing::LogTest {
protected:
    void write_lines(Log& log, int count) {
        for (int i = 0; i < count; ++i) {
            log.write(LogType::execution, Level::info, "x", {{"i", i}});
        }
        log.blocking_flush();
    }
};

TEST_F(LogTrouble, a_full_disk_loses_lines_counts_them_and_is_told_once) {
    const auto log = open();
    const FullDisk full(1'000);
    write_lines(*log, 100);
    write_lines(*log, 100);
    const LogStatistics statistics = log->statistics(LogType::execution);
    EXPECT_GT(statistics.dropped, 100U);
    EXPECT_EQ(statistics.written + statistics.dropped, 200U);
    EXPECT_EQ(lines_of(current()).size(), statistics.written);
    ASSERT_EQ(troubles_.texts().size(), 1U);
    EXPECT_NE(troubles_.texts()[0].find("cannot write to"), std::string::npos);
}

TEST_F(LogTrouble, a_full_disk_leaves_only_whole_lines) {
    const auto log = open();
    const FullDisk full(1'000);
    write_lines(*log, 100);
    std::ifstream file(current(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_LE(text.size(), 1'000U);
    EXPECT_TRUE(text.ends_with("}\n"));
}

TEST_F(LogTrouble, space_again_is_one_line_with_the_count) {
    const auto log = open();
    {
        const FullDisk full(1'000);
        write_lines(*log, 100);
    }
    const std::uint64_t lost = log->statistics(LogType::execution).dropped;
    write_lines(*log, 1);
    write_lines(*log, 1);
    std::vector<std::string> reports;
    for (const std::string& line : lines_of(current())) {
        if (object_of(line).at("event") == "log_lines_dropped") {
            reports.push_back(line);
        }
    }
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(object_of(reports[0]).at("count"), static_cast<std::int64_t>(lost));
    EXPECT_EQ(troubles_.texts().size(), 2U);
}

TEST_F(LogTrouble, a_folder_that_cannot_be_made_stops_nothing) {
    testing::write_file(logs(), "a file where the folder should be");
    const auto log = open();
    write_lines(*log, 3);
    EXPECT_EQ(log->statistics(LogType::execution).dropped, 3U);
    std::filesystem::remove(logs());
    write_lines(*log, 1);
    EXPECT_EQ(log->statistics(LogType::execution).written, 1U);
}

TEST_F(LogTrouble, something_else_in_place_of_the_file_is_refused) {
    std::filesystem::create_directories(current().parent_path());
    ASSERT_EQ(::mkfifo(current().c_str(), 0600), 0);
    const auto log = open();
    write_lines(*log, 2);
    EXPECT_EQ(log->statistics(LogType::execution).dropped, 2U);
}

}  // namespace
}  // namespace aifp::logging
