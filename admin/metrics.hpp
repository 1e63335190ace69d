#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop_probe.hpp"
#include "base/memory.hpp"
#include "engine/observation.hpp"
#include "http/server.hpp"

namespace aifp::admin {

struct ListenerFigures {
    std::string_view name;  ///< "admin", "hooks", "socket".
    http::ServerStatistics statistics;
};

/// What the process knows, whatever the number of its projects.
struct DaemonFigures {
    LoopFigures loop;
    std::vector<ListenerFigures> listeners;
};
using ReadDaemon = std::function<DaemonFigures()>;

/// All that GET /metrics tells.
struct Metrics {
    engine::EngineFigures engine;
    DaemonFigures daemon;
    ProcessFigures process;
    std::size_t log_followers = 0;
};

/// The text that Prometheus reads (exposition format 0.0.4). Names, labels and units:
/// docs/metrics.md, which a test holds equal to it. Labels have values from fixed lists alone: the
/// number of series does not grow. Pure.
[[nodiscard]] std::string metrics_text(const Metrics& metrics);

inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace aifp::admin
