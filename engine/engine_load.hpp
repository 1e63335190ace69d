#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "directives/files.hpp"
#include "engine/edited_schedules.hpp"
#include "engine/engine_core.hpp"
#include "engine/kept_runs.hpp"
#include "storage/recovery.hpp"
#include "storage/state.hpp"
#include "storage/versions.hpp"

namespace aifp::engine {

/// What one start or reload reads and writes: filled on the store's threads, applied on the loop.
struct EngineCore::Load {
    Load(const EngineParts& parts, bool all)
        : context(directives::context_of(parts.settings, parts.secrets)),
          options{ScanOptions{parts.paths, context, parts.settings.limits.max_file_size},
                  parts.settings.approval,
                  parts.clock.wall()},
          everything(all) {
        context.now = options.now;
    }

    directives::ParseContext context;
    LoadOptions options;
    bool everything;  // at start: all entries and what the ledger knows, not only what has changed
    LoadPlan plan;
    LoadReport report;
    std::vector<Entry> entries;
    std::unordered_map<DirectiveId, Cursors> cursors;
    std::unordered_map<DirectiveId, LeftVersion> left;
    std::vector<storage::StateWrite> state;
    std::unordered_map<DirectiveId, LastRun> last_runs;  // of those that ask
    WaitId last_wait;
    std::vector<model::Wait> trigger_waits;
    std::vector<model::Wait> notice_waits;
    std::vector<model::Wait> flow_waits;
    std::optional<WallTime> newest_row;  // of the ledger
    std::vector<storage::ReplayMark> replay_marks;
    std::vector<storage::FailureStreak> failure_streaks;
    storage::OpenRuns open;
    KeptRuns kept;
    std::unordered_map<DirectiveId, std::vector<WallTime>> run_times;  // of those with a rate
    std::vector<std::string> written;                                  // hashes
};

}  // namespace aifp::engine
