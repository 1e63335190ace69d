#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "logging/line_source.hpp"
#include "logging/log.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::logging::testing {

/// A clock for several threads. Starts at 2026-11-22T17:00:00Z.
class LogClock final : public Clock {
public:
    static constexpr std::int64_t kStartMs = 1'795'366'800'000;

    [[nodiscard]] WallTime wall() const override { return from_unix_ms(wall_ms_); }
    [[nodiscard]] MonoTime mono() const override { return MonoTime{}; }
    void advance(Milliseconds duration) { wall_ms_ += duration.count(); }

private:
    std::atomic<std::int64_t> wall_ms_{kStartMs};
};

/// What the log said about its troubles.
class Troubles {
public:
    void add(std::string_view text) {
        const std::lock_guard lock(mutex_);
        texts_.emplace_back(text);
    }
    [[nodiscard]] std::vector<std::string> texts() const {
        const std::lock_guard lock(mutex_);
        return texts_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> texts_;
};

inline std::vector<std::string> lines_of(const std::filesystem::path& file) {
    std::vector<std::string> lines;
    auto source = LineSource::open(file);
    if (source) {
        const auto read =
            source->read(1'000'000'000, [&](std::string_view line) { lines.emplace_back(line); });
        EXPECT_TRUE(read.has_value());
    }
    return lines;
}

inline void write_file(const std::filesystem::path& file, std::string_view text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

inline boost::json::object object_of(std::string_view line) {
    return boost::json::parse(line).as_object();
}

/// A line as the log writes it.
inline std::string line_at(std::string_view stamp,
                           std::string_view event,
                           std::string_view more = "") {
    return R"({"ts":")" + std::string(stamp) + R"(","level":"info","event":")" +
           std::string(event) + '"' + std::string(more) + "}\n";
}

/// A log in a folder of its own.
class LogTest : public ::testing::Test {
protected:
    [[nodiscard]] LogOptions options() {
        LogOptions options;
        options.directory = logs();
        options.on_trouble = [this](std::string_view text) { troubles_.add(text); };
        return options;
    }
    [[nodiscard]] std::unique_ptr<Log> open() { return open_log(options(), clock_); }
    [[nodiscard]] std::filesystem::path logs() const { return folder_ / "logs"; }
    [[nodiscard]] std::filesystem::path current(LogType type = LogType::execution) const {
        return logs() / folder_of(type) / "current.jsonl";
    }
    [[nodiscard]] static LogConfig small_files() {
        LogConfig config;
        config.rotation_size_mb = 1;
        return config;
    }

    aifp::testing::TempDir folder_;
    LogClock clock_;
    Troubles troubles_;
};

}  // namespace aifp::logging::testing
