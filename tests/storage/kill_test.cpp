#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "base/file.hpp"
#include "tests/storage/store_fixture.hpp"

namespace aifp::storage {
namespace {

// The child: keeps 32 groups under way and tells the pipe each id that was acknowledged.
[[noreturn]] void submit_until_killed(const std::filesystem::path& file, int pipe) {
    const SystemClock clock;
    boost::asio::io_context loop(1);
    StoreOptions options;
    options.file = file;
    options.retention.age = std::chrono::days(36'500);  // rows here are of kNoon
    auto opened = open_store(options, loop.get_executor(), clock);
    if (!opened) {
        _exit(1);
    }
    Store& store = *opened->store;
    std::function<void()> next = [&] {
        const LedgerId id = store.next_ledger_id();
        const auto told = [&, id](const Status& status) {
            if (!status || ::write(pipe, &id.value, sizeof id.value) != sizeof id.value) {
                _exit(2);
            }
            store.submit_lazily(group_of(make_outcome(id.value, id.value % 10)));
            next();
        };
        if (!store.submit(group_of(make_decision(id.value, id.value % 10)), told)) {
            _exit(3);
        }
    };
    for (int i = 0; i < 32; ++i) {
        next();
    }
    loop.run();
    _exit(4);
}

// Reads acknowledged ids; kills the child once `enough` have come, then reads what is left.
void collect_and_kill(int pipe, pid_t child, std::size_t enough, std::set<std::int64_t>& ids) {
    std::int64_t id = 0;
    const std::size_t before = ids.size();
    while (::read(pipe, &id, sizeof id) == sizeof id) {
        EXPECT_TRUE(ids.insert(id).second) << "id " << id << " was acknowledged twice";
        if (ids.size() - before == enough) {
            ::kill(child, SIGKILL);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
}

void run_and_kill(const std::filesystem::path& file,
                  std::size_t enough,
                  std::set<std::int64_t>& ids) {
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    FileDescriptor reading(ends[0]);
    FileDescriptor writing(ends[1]);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        submit_until_killed(file, writing.release());
    }
    writing = FileDescriptor();
    collect_and_kill(reading.get(), child, enough, ids);
}

// What the killed ones had not counted yet the next process counts.
void settle_counters(const std::filesystem::path& file) {
    const SystemClock clock;
    boost::asio::io_context loop(1);
    StoreOptions options;
    options.file = file;
    options.retention.age = std::chrono::days(36'500);
    auto opened = open_store(options, loop.get_executor(), clock);
    ASSERT_TRUE(opened.has_value());
    Status told = fail(ErrorCode::internal, "not told");
    opened->store->flush([&](Status status) { told = std::move(status); });
    loop.run();
    EXPECT_TRUE(told.has_value());
}

TEST(Kill, every_acknowledged_id_is_there_exactly_once) {
    const testing::TempDir folder;
    const std::filesystem::path file = folder / "test.db";
    std::set<std::int64_t> acknowledged;
    for (const std::size_t enough : {1U, 40U, 333U, 1'000U, 5'000U, 77U}) {
        run_and_kill(file, enough, acknowledged);
    }
    settle_counters(file);
    DatabaseOptions options;
    options.file = file;
    const auto database = Database::open(options);
    std::set<std::int64_t> stored;
    Statement row(*database, "SELECT id FROM ledger");
    while (row.step()) {
        stored.insert(row.integer(0));
    }
    for (const std::int64_t id : acknowledged) {
        EXPECT_TRUE(stored.contains(id)) << "id " << id << " is lost";
    }
    EXPECT_GE(acknowledged.size(), 6'000U);
    EXPECT_EQ(database->integer("SELECT count(*) FROM directive_executions e LEFT JOIN ledger l "
                                "ON l.id = e.id WHERE l.id IS NULL"),
              0);
    EXPECT_EQ(database->integer("SELECT sum(runs) FROM execution_counters"),
              database->integer("SELECT count(*) FROM directive_executions"));
    EXPECT_EQ(
        database->integer(
            "SELECT count(*) FROM (SELECT directive_id, count(*) AS runs FROM "
            "directive_executions GROUP BY directive_id EXCEPT SELECT directive_id, sum(runs) "
            "FROM execution_counters GROUP BY directive_id)"),
        0);
    EXPECT_EQ(database->integer("SELECT count(*) FROM pragma_quick_check WHERE quick_check = 'ok'"),
              1);
}

}  // namespace
}  // namespace aifp::storage
