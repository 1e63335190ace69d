#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

#include "storage/integrity.hpp"
#include "storage/row_secrets.hpp"
#include "tests/storage/store_fixture.hpp"
#include "tests/support/storage_faulty_vfs.hpp"

// The store's statements, and an error at each operation on its files that they lead to: the first,
// the second, ... until all of it passes. (docs/reliability.md)
namespace aifp::storage {
namespace {

using Operation = testing::FaultyVfs::Operation;

/// What SQLite is told, and by what.
struct Fault {
    const char* name;
    int code;
    unsigned operations;
    int times = testing::FaultyVfs::kAlways;
};
std::string name_of_fault(const ::testing::TestParamInfo<Fault>& info) {
    return info.param.name;
}

constexpr unsigned kReads = Operation::read;
constexpr unsigned kWrites = Operation::write | Operation::sync;
const Fault kFaults[] = {{"busy_for_a_while", SQLITE_BUSY, Operation::lock, 3},
                         {"full", SQLITE_FULL, kWrites},
                         {"ioerr_write", SQLITE_IOERR_WRITE, kWrites},
                         {"ioerr_fsync", SQLITE_IOERR_FSYNC, Operation::sync},
                         {"ioerr_read", SQLITE_IOERR_READ, kReads},
                         {"corrupt", SQLITE_CORRUPT, kReads}};

class EveryOperation : public StoreFixture, public ::testing::WithParamInterface<Fault> {
protected:
    ~EveryOperation() override { close(); }

    /// A group that every statement of the store takes part in.
    static WriteGroup everything(std::int64_t id) {
        WriteGroup group;
        group.decisions.push_back(make_decision(id));
        group.cursors.push_back(model::Cursor{DirectiveId{1}, 0, kNoon + Milliseconds(id)});
        group.outcomes.push_back(make_outcome(id));
        group.streaks.push_back({DirectiveId{1}, static_cast<int>(id % 3)});
        group.states.push_back({"count", std::to_string(id), kNoon});
        group.replay_marks.push_back({"mark " + std::to_string(id), kMuchLater});
        model::Wait wait;
        wait.id = WaitId{id};
        wait.directive = DirectiveId{1};
        wait.run = LedgerId{id};
        wait.data = std::string(5'000, 'w');
        group.waits.push_back(wait);
        group.waits_over.push_back(WaitId{id - 1});
        TraceRow trace;
        trace.run = LedgerId{id};
        trace.directive = DirectiveId{1};
        trace.ended_at = kNoon;
        trace.steps = std::string(5'000, 't');
        group.traces.push_back(trace);
        return group;
    }

    /// Everything of it is there, or nothing.
    void expect_whole(std::int64_t id, bool stored) {
        const auto text = std::to_string(id);
        const std::int64_t rows = stored ? 1 : 0;
        EXPECT_EQ(query("SELECT count(*) FROM ledger WHERE id = " + text), rows) << id;
        EXPECT_EQ(query("SELECT count(*) FROM directive_executions WHERE id = " + text), rows);
        EXPECT_EQ(query("SELECT count(*) FROM waits WHERE id = " + text), rows) << id;
        EXPECT_EQ(query("SELECT count(*) FROM run_traces WHERE run_id = " + text), rows) << id;
        EXPECT_EQ(query("SELECT count(*) FROM webhook_replay WHERE key = 'mark " + text + "'"),
                  rows);
        EXPECT_EQ(query("SELECT count(*) FROM state_values WHERE value_json = '" + text + "'"),
                  rows);
    }

    /// What the start has read is read again by the statements.
    void forget_pages() {
        store_->write([](Database& database) { database.release_memory(); },
                      [](const Status& done) { EXPECT_TRUE(done.has_value()); });
        run_loop();
    }

    testing::FaultyVfs disk_;
};

TEST_P(EveryOperation, keeps_a_group_whole_and_goes_on) {
    std::int64_t id = 0;
    int refused = 0;
    int operations = 0;
    for (int good = 0; good < 200; ++good) {
        open();
        forget_pages();
        const int before = disk_.failed();
        disk_.fail_with(GetParam().code, good, GetParam().operations, GetParam().times);
        const bool stored = submit(everything(++id)).has_value();
        const bool was_hit = disk_.failed() > before;
        disk_.heal();
        refused += stored ? 0 : 1;
        operations += was_hit ? 1 : 0;
        expect_whole(id, stored);
        if (!stored && GetParam().code == SQLITE_CORRUPT) {
            // SQLite may hold on to what it was told: the file is looked at anew.
            close();
            open();
        }
        const auto again = submit(everything(++id));
        ASSERT_TRUE(again.has_value())
            << "after failure " << good << ": " << again.error().detail();
        expect_whole(id, true);
        close();
        if (!was_hit) {
            break;
        }
    }
    // A lock that goes away is waited for; the rest cannot be stored.
    EXPECT_EQ(refused > 0, GetParam().code != SQLITE_BUSY);
    open();
    EXPECT_EQ(query("SELECT sum(runs) FROM execution_counters"),
              query("SELECT count(*) FROM directive_executions"));
    std::string damage = "not looked at";
    store_->read([&](Database& database) { damage = find_damage(database, file()); },
                 [](const Status&) {});
    run_loop();
    EXPECT_EQ(damage, "");
    RecordProperty("refused", refused);
    RecordProperty("operations", operations);
}

INSTANTIATE_TEST_SUITE_P(Codes, EveryOperation, ::testing::ValuesIn(kFaults), name_of_fault);

}  // namespace
}  // namespace aifp::storage
