#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/run.hpp"
#include "model/wait.hpp"
#include "storage/trace_row.hpp"

namespace aifp::storage {

/// A value of the project's durable state (`set`, `state.NAME`). Of a name that is written several
/// times in one commit the last one counts.
struct StateWrite {
    std::string name;
    std::string value_json;                   ///< Empty: the state is gone.
    WallTime at;                              ///< Last set, to whatever value.
    std::string attributes_json = {};         ///< An object, or empty.
    std::optional<WallTime> changed_at = {};  ///< Nothing: as `at`.
    std::optional<WallTime> expires_at = {};
};

/// Marks a delivery id of a webhook as seen until `forget_at`.
struct ReplayMark {
    std::string key;
    WallTime forget_at;
};

/// What became of a run that was queued or held back, and does not begin after all.
struct LateSkip {
    LedgerId id;
    model::Reason reason = model::Reason::none;
    std::string detail;
};

/// How often a directive has failed in a row; 0: its last run went well.
struct FailureStreak {
    DirectiveId directive;
    int failures = 0;
};

/// Ledger rows that must become durable together: all of it or nothing is committed.
struct WriteGroup {
    std::vector<model::DecisionRecord> decisions;
    std::vector<model::Cursor> cursors;
    std::vector<LedgerId> started;  ///< Queued runs that begin now: queued -> started.
    std::vector<LateSkip> skipped;  ///< Queued or waiting ones: they become skipped.
    /// Waiting ones that start or queue now: kind, detail, payload and released_at are new.
    std::vector<model::DecisionRecord> released;
    std::vector<model::OutcomeRecord> outcomes;
    std::vector<FailureStreak> streaks;
    std::vector<StateWrite> states;
    std::vector<ReplayMark> replay_marks;
    std::vector<model::Wait> waits;  ///< New ones, and new versions of known ones.
    std::vector<WaitId> waits_over;  ///< Unknown ones are no error. Removed after `waits`.
    std::vector<TraceRow> traces;
};

/// How much history is kept. Old rows go as new ones come, at most twice as many as arrived; and a
/// few at a time while nothing comes.
struct Retention {
    std::chrono::days age{90};
    std::int64_t rows = 5'000'000;
};

/// All of `more` behind what `group` has: to be committed together.
void append(WriteGroup& group, WriteGroup more);

}  // namespace aifp::storage
