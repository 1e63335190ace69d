#include "engine_fixture.hpp"
#include "storage/statement.hpp"

namespace aifp::engine {
namespace {

/// Stored definitions that cannot be used, and ones that are only deep.
class DamagedRows : public EngineFixture {
protected:
    void damage(const std::string& name) {
        bool done = false;
        store->write(
            [name](storage::Database& database) {
                storage::Statement(
                    database,
                    "UPDATE user_directives SET configuration_json = '{\"rate\":' WHERE name = ?1")
                    .run(name);
            },
            [&](const Status& written) { done = written.has_value(); });
        run_until([&] { return done; });
    }
    void reload() {
        const auto loaded = ask([](Control& control, auto answer) { control.reload(answer); });
        EXPECT_TRUE(loaded) << loaded.error().detail();
    }
    void write_log(const std::string& name) {
        write_file("directives/" + name + ".yaml",
                   "name: " + name + "\ntrigger: manual\naction: {log: hello}\n");
    }
};

TEST_F(DamagedRows, what_a_file_may_nest_is_armed_again_after_a_restart) {
    write_file("directives/deep.yaml",
               "name: deep\ntrigger: manual\naction: {set: {x: " + std::string(29, '[') +
                   std::string(29, ']') + "}}\n");
    start();
    ASSERT_EQ(status_of("deep"), "active");
    stop();
    start();
    EXPECT_EQ(status_of("deep"), "active");
    reload();
    EXPECT_TRUE(act(Verb::run, "deep"));
}

TEST_F(DamagedRows, one_of_them_keeps_no_other_from_starting) {
    write_log("good");
    write_log("hurt");
    start();
    damage("hurt");
    stop();
    start();
    EXPECT_EQ(status_of("good"), "active");
    EXPECT_EQ(status_of("hurt"), "error");
    EXPECT_FALSE(act(Verb::run, "hurt"));
    EXPECT_TRUE(act(Verb::run, "good"));
}

TEST_F(DamagedRows, one_of_them_keeps_no_other_from_being_loaded_again) {
    write_log("good");
    write_log("hurt");
    start();
    damage("hurt");
    write_file("directives/good.yaml", "name: good\ntrigger: manual\naction: {log: changed}\n");
    reload();
    EXPECT_EQ(status_of("good"), "active");
}

TEST_F(DamagedRows, saving_the_file_mends_the_row) {
    write_log("hurt");
    start();
    damage("hurt");
    stop();
    start();
    ASSERT_EQ(status_of("hurt"), "error");
    write_file("directives/hurt.yaml", "name: hurt\ntrigger: manual\naction: {log: hello}\n# .\n");
    reload();
    EXPECT_EQ(status_of("hurt"), "active");
}

}  // namespace
}  // namespace aifp::engine
