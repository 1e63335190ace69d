#include <sqlite3.h>

#include "engine_fixture.hpp"
#include "tests/support/one_answer.hpp"
#include "tests/support/storage_faulty_vfs.hpp"

namespace aifp::engine {
namespace {

constexpr const char* kSlow = R"(
name: slow
mode: queued
trigger: manual
actions:
  - {command: [sleep, "0.3"]}
  - {log: first text}
)";

/// What happens between a decision and the turn of its run.
class Turn : public EngineFixture {
protected:
    ~Turn() override { crash(); }

    void queue_two() {
        write_file("directives/slow.yaml", kSlow);
        start();
        ASSERT_TRUE(act(Verb::run, "slow"));
        ASSERT_TRUE(act(Verb::run, "slow"));
    }
    void run_until_all_ended() {
        run_until([&] {
            for (const auto& row : history("slow")) {
                const auto state = row.as_object().contains("state") ? text(row, "state") : "";
                if (state == "running" || state == "queued") {
                    return false;
                }
            }
            return true;
        });
    }

    testing::FaultyVfs disk;
};

TEST_F(Turn, runs_nothing_that_lost_its_approval_meanwhile) {
    settings.approval = config::Approval::required;
    write_file("directives/slow.yaml", kSlow);
    start();
    ASSERT_TRUE(act(Verb::approve, "slow"));
    ASSERT_TRUE(act(Verb::run, "slow"));
    ASSERT_TRUE(act(Verb::run, "slow"));

    std::string edited = kSlow;
    edited.replace(edited.find("first text"), 10, "other text");
    write_file("directives/slow.yaml", edited);
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    run_until_all_ended();

    const auto rows = history("slow");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(text(rows[0], "decision"), "skipped");
    EXPECT_EQ(text(rows[0], "reason"), "not_approved");
    EXPECT_EQ(text(rows[0], "detail"), "when its turn came");
    EXPECT_EQ(text(rows[1], "state"), "ok");
}

TEST_F(Turn, comes_for_a_queued_run_of_the_same_version) {
    queue_two();
    run_until_all_ended();
    for (const auto& row : history("slow")) {
        EXPECT_EQ(text(row, "state"), "ok") << text(row, "error");
    }
}

TEST_F(Turn, after_a_crash_asks_the_gate_too) {
    settings.approval = config::Approval::required;
    write_file("directives/slow.yaml", kSlow);
    start();
    ASSERT_TRUE(act(Verb::approve, "slow"));
    ASSERT_TRUE(act(Verb::run, "slow"));
    ASSERT_TRUE(act(Verb::run, "slow"));
    settle();
    crash();

    std::string edited = kSlow;
    edited.replace(edited.find("first text"), 10, "other text");
    write_file("directives/slow.yaml", edited);
    start();
    run_until_all_ended();

    const auto rows = history("slow");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(text(rows[0], "reason"), "not_approved");
    EXPECT_EQ(text(rows[1], "state"), "abandoned");
}

TEST_F(Turn, trouble_of_the_store_is_told_once_and_its_end_too) {
    write_file("directives/slow.yaml", kSlow);
    start();
    settle();

    disk.fail_with(SQLITE_FULL);
    EXPECT_FALSE(act(Verb::run, "slow"));
    EXPECT_FALSE(act(Verb::run, "slow"));
    EXPECT_FALSE(engine->control().can_store());
    disk.heal();
    run_until([&] { return engine->control().can_store(); });
    log->blocking_flush();

    const auto lines = read_file(paths.logs() / "lifecycle/current.jsonl", 100'000);
    ASSERT_TRUE(lines);
    const auto first = lines->find("store_trouble");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(lines->find("store_trouble", first + 1), std::string::npos);
    EXPECT_NE(lines->find("store_recovered"), std::string::npos);
}

}  // namespace
}  // namespace aifp::engine
