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
    /// The versions before the present one can be read no more.
    void break_old_versions() {
        execute(
            "ALTER TABLE directive_versions RENAME TO kept_versions; CREATE VIEW "
            "directive_versions AS SELECT hash, name, source_file, CASE WHEN hash IN (SELECT "
            "content_hash FROM user_directives) THEN configuration_json ELSE "
            "abs(-9223372036854775807 - 1) END AS configuration_json, source_text, "
            "loaded_at_ms FROM kept_versions");
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
    const auto write = [this](const char* length) {
        write_file("directives/a.yaml",
                   std::string("name: a\nmode: parallel\ntrigger: manual\nactions: [{delay: ") +
                       length + "}]\n");
    };
    write("1h");
    start();
    const auto hurt = begin("a");
    write("3601s");
    ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    const auto good = begin("a");
    const auto other = begin("a");
    settle();
    settle();
    break_old_versions();
    const auto list = ask([](Control& control, auto answer) { control.list_runs(answer); });
    ASSERT_TRUE(list) << list.error().detail();
    EXPECT_EQ(list->as_array().size(), 3U) << "it is shown, too";

    pass(std::chrono::minutes(61));
    run_until([&] { return state_of(good) == "ok" && state_of(other) == "ok"; });
    EXPECT_EQ(state_of(hurt), "abandoned");
    EXPECT_NE(text(row_of(hurt), "error").find("cannot be read: integer overflow"),
              std::string::npos);
}

}  // namespace
}  // namespace aifp::engine
