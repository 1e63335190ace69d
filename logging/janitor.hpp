#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "base/clock.hpp"
#include "base/expiry_clock.hpp"
#include "logging/log.hpp"

namespace aifp::logging {

/// Compresses rotated files and removes expired ones, on a thread of its own with a low priority: a
/// sync of a big file must not hold up the lines. It keeps no list: each sweep looks at the
/// folders, so what a crash left behind is healed by the first sweep. Sweeps at the start, when
/// woken, and hourly. While the clock is not to be believed (ExpiryClock)
/// nothing expires. Thread-safe. Owned by the log.
class Janitor {
public:
    using OnTrouble = std::function<void(std::string_view)>;

    /// `on_trouble` is told once when files can no longer be compressed.
    Janitor(std::filesystem::path directory, const Clock& clock, OnTrouble on_trouble);
    ~Janitor();
    Janitor(const Janitor&) = delete;
    Janitor& operator=(const Janitor&) = delete;

    void set_retention_days(LogType type, int days);
    /// Asks for a sweep soon.
    void wake();
    /// Asks for a sweep and waits for its end.
    void blocking_sweep();

private:
    void run();
    void sweep();
    void sweep_folder(LogType type, int retention_days);
    /// The UTC day of the newest rotated file.
    [[nodiscard]] std::optional<WallTime> newest_day() const;
    void compress(const std::filesystem::path& file);
    [[nodiscard]] bool is_stopping();

    const std::filesystem::path directory_;
    const Clock& clock_;
    const OnTrouble on_trouble_;
    bool is_failing_ = false;  // janitor's thread only, as the next
    ExpiryClock expiry_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::array<int, kLogTypes.size()> retention_days_{};
    std::uint64_t asked_ = 1;  // sweeps asked for; the first one heals
    std::uint64_t done_ = 0;   // up to which request
    bool stopping_ = false;
    std::thread thread_;  // last: it uses the members above
};

}  // namespace aifp::logging
