#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/clock.hpp"

namespace aifp::engine {

/// Reads the host's figures: cpu_percent (since the last sample; the first time since boot),
/// memory_percent, memory_available_mb, disk_percent, disk_free_mb (of the project's file system),
/// load_1, load_5, load_15. What the system does not tell is left out. Some 100 microseconds. (man:
/// proc(5), statvfs(3)) Loop thread only; owned by the engine.
class HostFigures {
public:
    /// How often they are taken, while somebody listens or reads.
    static constexpr Milliseconds kPeriod{5'000};

    explicit HostFigures(std::filesystem::path project) : project_(std::move(project)) {}

    [[nodiscard]] boost::json::object sample(WallTime now);
    [[nodiscard]] bool is_fresh(WallTime now) const noexcept {
        return sampled_at_ && now >= *sampled_at_ && now - *sampled_at_ < kPeriod;
    }
    [[nodiscard]] std::optional<WallTime> sampled_at() const noexcept { return sampled_at_; }

private:
    void add_cpu(boost::json::object& figures);
    void add_disk(boost::json::object& figures) const;

    std::filesystem::path project_;
    std::optional<WallTime> sampled_at_;
    std::int64_t busy_ = 0;
    std::int64_t total_ = 0;
};

}  // namespace aifp::engine
