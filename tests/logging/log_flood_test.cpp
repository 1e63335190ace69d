#include <thread>

#include "logging/log.hpp"
#include "tests/logging/log_fixture.hpp"

namespace aifp::logging {
namespace {

using testing::lines_of;
using testing::object_of;

class LogFlood : public testing::LogTest {};

/// Every line of the file, told apart: events, and the sum of the lost ones it reports.
struct Tally {
    std::uint64_t events = 0;
    std::uint64_t reported = 0;
};
Tally tally_of(const std::filesystem::path& file) {
    Tally tally;
    for (const std::string& line : lines_of(file)) {
        const auto object = object_of(line);
        if (object.at("event") == "log_lines_dropped") {
            tally.reported += static_cast<std::uint64_t>(object.at("count").as_int64());
        } else {
            ++tally.events;
        }
    }
    return tally;
}

TEST_F(LogFlood, every_line_of_a_burst_is_written_or_counted) {
    constexpr std::uint64_t kSent = 100'000;
    const auto log = open();
    for (std::uint64_t i = 0; i < kSent; ++i) {
        log->write(LogType::execution, Level::info, "run_ended", {{"run", i}});
    }
    log->blocking_flush();
    const LogStatistics statistics = log->statistics(LogType::execution);
    EXPECT_EQ(statistics.written + statistics.dropped, kSent);
    const Tally tally = tally_of(current());
    EXPECT_EQ(tally.events, statistics.written);
    EXPECT_EQ(tally.reported, statistics.dropped);
}

TEST_F(LogFlood, writers_on_several_threads_mix_no_lines) {
    constexpr int kThreads = 4;
    constexpr int kLines = 5'000;
    const auto log = open();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&log, t] {
            for (int i = 0; i < kLines; ++i) {
                log->write(LogType::execution, Level::info, "x", {{"thread", t}, {"i", i}});
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    log->blocking_flush();
    const LogStatistics statistics = log->statistics(LogType::execution);
    EXPECT_EQ(statistics.written + statistics.dropped, std::uint64_t{kThreads * kLines});
    EXPECT_EQ(tally_of(current()).events, statistics.written);
}

TEST_F(LogFlood, a_full_queue_drops_the_new_line_and_spares_the_other_types) {
    LogOptions tight = options();
    tight.max_queued_lines = 0;
    const auto log = open_log(std::move(tight), clock_);
    log->write(LogType::execution, Level::info, "x");
    log->write(LogType::execution, Level::info, "x");
    log->blocking_flush();
    EXPECT_EQ(log->statistics(LogType::execution).dropped, 2U);
    EXPECT_EQ(log->statistics(LogType::error).dropped, 0U);
    EXPECT_EQ(tally_of(current()).reported, 2U);
}

TEST_F(LogFlood, the_queue_is_bounded_in_bytes_too) {
    LogOptions tight = options();
    tight.max_queued_bytes = 100;
    const auto log = open_log(std::move(tight), clock_);
    log->write(LogType::execution, Level::info, "x", {{"text", std::string(200, 'x')}});
    log->write(LogType::execution, Level::info, "short");
    log->blocking_flush();
    EXPECT_EQ(log->statistics(LogType::execution).dropped, 1U);
    EXPECT_EQ(tally_of(current()).events, 1U);
}

}  // namespace
}  // namespace aifp::logging
