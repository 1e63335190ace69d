#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"
#include "storage/group_writer.hpp"
#include "storage/migrations.hpp"
#include "storage/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::storage {

inline constexpr WallTime kNoon{Milliseconds(1'795'348'800'000)};  // 2026-11-22T12:00:00Z

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

/// One group in a transaction of its own, without threads.
inline void commit(Database& database,
                   GroupWriter& writer,
                   const WriteGroup& group,
                   WallTime now = kNoon) {
    Transaction transaction(database);
    writer.write(group);
    writer.finish(now);
    transaction.commit();
    writer.committed();
}

/// A store on a real file, and the loop its completions come to.
class StoreFixture : public ::testing::Test {
protected:
    void open(std::size_t max_queued_groups = 65'536) {
        StoreOptions options;
        options.file = file();
        options.max_queued_groups = max_queued_groups;
        auto opened = open_store(options, loop_.get_executor(), clock_);
        ASSERT_TRUE(opened.has_value()) << opened.error().detail();
        store_ = std::move(opened->store);
        notices_ = std::move(opened->notices);
    }
    void close() { store_.reset(); }

    [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "test.db"; }

    /// Runs the loop until no completion is due.
    void run_loop() {
        loop_.restart();
        loop_.run();
    }
    /// Submits, waits, and gives what the completion was told.
    Status submit(WriteGroup group) {
        Status told;
        const Status taken =
            store_->submit(std::move(group), [&](Status status) { told = std::move(status); });
        run_loop();
        return taken ? told : taken;
    }
    Status flush() {
        Status told;
        store_->flush([&](Status status) { told = std::move(status); });
        run_loop();
        return told;
    }
    /// The result of a one-number query on the read-only connection.
    std::int64_t query(const std::string& sql) {
        std::int64_t value = -1;
        store_->read([&](Database& database) { value = database.integer(sql); },
                     [](const Status& status) { EXPECT_TRUE(status.has_value()); });
        run_loop();
        return value;
    }

    testing::TempDir folder_;
    SystemClock clock_;
    boost::asio::io_context loop_{1};
    std::unique_ptr<Store> store_;
    std::vector<std::string> notices_;
};

}  // namespace aifp::storage
