#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "storage/database.hpp"
#include "storage/group_writer.hpp"
#include "storage/migrations.hpp"
#include "storage/write_group.hpp"

namespace aifp::storage {

inline constexpr WallTime kNoon{Milliseconds(1'795'348'800'000)};  // 2026-11-22T12:00:00Z
/// Later than any clock of a machine that runs these tests.
inline constexpr WallTime kMuchLater = kNoon + std::chrono::days(36'500);

[[nodiscard]] inline model::DecisionRecord make_decision(
    std::int64_t id,
    std::int64_t directive = 1,
    model::DecisionKind kind = model::DecisionKind::started) {
    model::DecisionRecord record;
    record.id = LedgerId{id};
    record.event.directive = DirectiveId{directive};
    record.event.cause = "webhook";
    record.event.seen_at = kNoon;
    record.kind = kind;
    return record;
}

[[nodiscard]] inline model::OutcomeRecord make_outcome(
    std::int64_t id, std::int64_t directive = 1, model::RunState state = model::RunState::ok) {
    model::OutcomeRecord outcome;
    outcome.id = LedgerId{id};
    outcome.directive = DirectiveId{directive};
    outcome.state = state;
    outcome.started_at = kNoon;
    outcome.ended_at = kNoon + Milliseconds(250);
    outcome.duration = Milliseconds(250);
    return outcome;
}

[[nodiscard]] inline WriteGroup group_of(model::DecisionRecord decision) {
    WriteGroup group;
    group.decisions.push_back(std::move(decision));
    return group;
}

[[nodiscard]] inline WriteGroup group_of(model::OutcomeRecord outcome) {
    WriteGroup group;
    group.outcomes.push_back(std::move(outcome));
    return group;
}

/// A database with the whole schema in memory.
[[nodiscard]] inline std::unique_ptr<Database> memory_database() {
    DatabaseOptions options;
    options.file = ":memory:";
    auto database = Database::open(options);
    migrate(*database);
    return database;
}

/// One group in a transaction of its own, without threads, as when there is little to do.
inline void commit(Database& database,
                   GroupWriter& writer,
                   const WriteGroup& group,
                   WallTime now = kNoon) {
    Transaction transaction(database);
    writer.write(group);
    writer.settle(now);
    transaction.commit();
    writer.committed();
}

/// The same as when there is much to do.
inline void commit_busily(Database& database,
                          GroupWriter& writer,
                          const WriteGroup& group,
                          WallTime now = kNoon) {
    Transaction transaction(database);
    writer.write(group);
    writer.finish(now);
    transaction.commit();
    writer.committed();
}

}  // namespace aifp::storage
