#include "engine_fixture.hpp"
#include "storage/database.hpp"

namespace aifp::engine {
namespace {

/// A database in which one row breaks a rule, however often it is tried.
class BrokenRule : public EngineFixture {
protected:
    void execute(const std::string& sql) {
        store->write([sql](storage::Database& database) { database.execute(sql.c_str()); },
                     [](const Status& done) { EXPECT_TRUE(done) << done.error().detail(); });
        settle();
    }
    /// Its row can be read no more; all the others can.
    void make_unreadable(std::int64_t run) {
        execute(
            "ALTER TABLE waits RENAME TO kept_waits; CREATE VIEW waits AS SELECT id, kind, "
            "directive_id, run_id, trigger_index, key, deadline_ms, CASE WHEN run_id = " +
            std::to_string(run) +
            " THEN abs(-9223372036854775807 - 1) ELSE data END AS data, moved_ms FROM "
            "kept_waits; CREATE TRIGGER forget INSTEAD OF DELETE ON waits BEGIN DELETE FROM "
            "kept_waits WHERE id = OLD.id; END; CREATE TRIGGER keep INSTEAD OF INSERT ON waits "
            "BEGIN INSERT OR REPLACE INTO kept_waits VALUES (NEW.id, NEW.kind, "
            "NEW.directive_id, NEW.run_id, NEW.trigger_index, NEW.key, NEW.deadline_ms, "
            "NEW.data, 0); END");
    }
    std::int64_t begin(const std::string& name) {
        const auto begun = act(Verb::run, name);
        return begun ? begun->at("run").as_int64() : 0;
    }
    boost::json::value row_of(std::int64_t run) {
        for (auto& row : history()) {
            if (row.at("id") == run) {
                return row;
            }
        }
        return boost::json::object();
    }
    std::string state_of(std::int64_t run) {
        const auto row = row_of(run);
        const auto* state = row.as_object().if_contains("state");
        return state != nullptr ? text(row, "state") : "none";
    }
};

TEST_F(BrokenRule, a_queued_run_that_cannot_be_marked_ends_and_the_next_has_its_turn) {
    write_file("directives/a.yaml",
               "name: a\nmode: queued\ntrigger: manual\nactions: [{delay: 10s}]\n");
    start();
    begin("a");
    const auto refused = begin("a");
    const auto next = begin("a");
    settle();
    execute("CREATE TRIGGER rule BEFORE UPDATE OF decision ON ledger WHEN NEW.id = " +
            std::to_string(refused) + " BEGIN SELECT RAISE(ABORT, 'a rule is broken'); END");
    pass(Seconds(10));
    run_until([&] { return state_of(refused) == "failed"; });
    EXPECT_NE(text(row_of(refused), "error").find("its beginning cannot be stored: "),
              std::string::npos);
    EXPECT_NE(text(row_of(refused), "error").find("a rule is broken"), std::string::npos);
    settle();
    pass(Seconds(10));
    run_until([&] { return state_of(next) == "ok"; });

    crash();
    start();
    EXPECT_EQ(state_of(refused), "failed");
}

TEST_F(BrokenRule, a_parked_run_that_cannot_be_read_is_abandoned_and_the_others_go_on) {
    write_file("directives/a.yaml",
               "name: a\nmode: parallel\ntrigger: manual\nactions: [{delay: 1h}]\n");
    start();
    const auto good = begin("a");
    const auto hurt = begin("a");
    const auto other = begin("a");
    settle();
    settle();
    make_unreadable(hurt);
    const auto list = ask([](Control& control, auto answer) { control.list_runs(answer); });
    ASSERT_TRUE(list) << list.error().detail();
    EXPECT_EQ(list->as_array().size(), 3U) << "it is shown, too";

    pass(std::chrono::hours(1));
    run_until([&] { return state_of(good) == "ok" && state_of(other) == "ok"; });
    EXPECT_EQ(state_of(hurt), "abandoned");
    EXPECT_NE(text(row_of(hurt), "error").find("cannot be read: integer overflow"),
              std::string::npos);
}

}  // namespace
}  // namespace aifp::engine
