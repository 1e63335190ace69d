#include "base/hash.hpp"
#include "engine_fixture.hpp"
#include "storage/directives.hpp"
#include "storage/versions.hpp"

namespace aifp::engine {
namespace {

namespace fs = std::filesystem;
using config::Approval;

constexpr const char* kTell = "name: tell\ntrigger: manual\naction: {log: hello}\n";

class ApprovalModes : public EngineFixture {
protected:
    void reload() {
        ASSERT_TRUE(ask([](Control& control, auto answer) { control.reload(answer); }));
    }
    void let_others_write(const std::string& name) {
        fs::permissions(paths.root() / name, fs::perms::group_write, fs::perm_options::add);
    }
    void in_store(const std::function<void(storage::Database&)>& job) {
        bool done = false;
        store->write([job](storage::Database& database) { job(database); },
                     [&](const Status& written) { done = written.has_value(); });
        run_until([&] { return done; });
    }
};

TEST_F(ApprovalModes, off_runs_what_anybody_wrote) {
    settings.approval = Approval::off;
    write_file("directives/tell.yaml", kTell);
    let_others_write("directives/tell.yaml");
    start();
    EXPECT_EQ(status_of("tell"), "active");
    EXPECT_TRUE(act(Verb::run, "tell"));
}

TEST_F(ApprovalModes, owner_files_leaves_a_file_that_others_may_write_waiting) {
    write_file("directives/tell.yaml", kTell);
    let_others_write("directives/tell.yaml");
    start();
    EXPECT_EQ(status_of("tell"), "implemented");
    EXPECT_FALSE(act(Verb::run, "tell"));
}

TEST_F(ApprovalModes, owner_files_leaves_a_file_in_a_folder_that_others_may_write_waiting) {
    write_file("directives/tell.yaml", kTell);
    let_others_write("directives");
    start();
    EXPECT_EQ(status_of("tell"), "implemented");
}

TEST_F(ApprovalModes, owner_files_leaves_what_the_daemon_wrote_waiting) {
    start();
    in_store([this](storage::Database& database) {
        storage::mark_written_by_daemon(
            database, "directives/tell.yaml", sha256_hex(kTell), clock.wall());
    });
    write_file("directives/tell.yaml", kTell);
    reload();
    EXPECT_EQ(status_of("tell"), "implemented");
    write_file("directives/tell.yaml", std::string(kTell) + "priority: 1\n");
    reload();
    EXPECT_EQ(status_of("tell"), "active");
}

TEST_F(ApprovalModes, what_the_chmod_mended_runs_without_an_edit) {
    write_file("directives/tell.yaml", kTell);
    let_others_write("directives/tell.yaml");
    start();
    ASSERT_EQ(status_of("tell"), "implemented");
    fs::permissions(
        paths.root() / "directives/tell.yaml", fs::perms::group_write, fs::perm_options::remove);
    reload();
    EXPECT_EQ(status_of("tell"), "active");
}

TEST_F(ApprovalModes, a_change_of_the_setting_takes_effect_both_ways) {
    settings.approval = Approval::required;
    write_file("directives/tell.yaml", kTell);
    start();
    ASSERT_EQ(status_of("tell"), "implemented");
    settings.approval = Approval::owner_files;
    engine->settings_changed();
    reload();
    EXPECT_EQ(status_of("tell"), "active");
    settings.approval = Approval::required;
    engine->settings_changed();
    reload();
    EXPECT_EQ(status_of("tell"), "implemented");
}

TEST_F(ApprovalModes, a_yes_that_was_taken_back_is_not_given_again_by_a_reload) {
    write_file("directives/tell.yaml", kTell);
    start();
    ASSERT_EQ(status_of("tell"), "active");
    in_store([this](storage::Database& database) {
        storage::revoke_approval(
            database, storage::find_directive(database, "tell")->id, clock.wall());
    });
    crash();
    start();
    EXPECT_EQ(status_of("tell"), "implemented");
    reload();
    EXPECT_EQ(status_of("tell"), "implemented");
}

TEST_F(ApprovalModes, required_asks_again_for_a_changed_script) {
    settings.approval = Approval::required;
    write_file("src/a.sh", "echo one\n");
    write_file("directives/tell.yaml", "name: tell\ntrigger: manual\naction: {run: src/a.sh}\n");
    start();
    ASSERT_TRUE(act(Verb::approve, "tell"));
    ASSERT_EQ(status_of("tell"), "active");
    write_file("src/a.sh", "echo another\n");
    const auto run = act(Verb::run, "tell");
    ASSERT_FALSE(run);
    EXPECT_NE(run.error().detail().find("implementation_changed"), std::string::npos);
}

// A run may be long: what it starts is looked at when it is started.
TEST_F(ApprovalModes, a_script_that_changes_during_a_run_is_not_run) {
    settings.approval = Approval::required;
    write_file("src/a.sh", "echo 'touch ran' > src/b.sh\n");
    write_file("src/b.sh", "true\n");
    write_file("directives/tell.yaml",
               "name: tell\ntrigger: manual\nactions: [{run: src/a.sh}, {run: src/b.sh}]\n");
    start();
    ASSERT_TRUE(act(Verb::approve, "tell"));
    ASSERT_TRUE(act(Verb::run, "tell"));
    run_until([&] {
        const auto rows = history("tell");
        return !rows.empty() && text(rows[0], "state") != "running";
    });
    const auto rows = history("tell");
    EXPECT_EQ(text(rows[0], "state"), "failed");
    EXPECT_NE(text(rows[0], "error").find("src/b.sh changed since it was approved"),
              std::string::npos)
        << boost::json::serialize(rows[0]);
    EXPECT_FALSE(std::filesystem::exists(paths.root() / "ran"));
}

TEST_F(ApprovalModes, a_yes_is_for_what_was_shown) {
    settings.approval = Approval::required;
    write_file("directives/tell.yaml", kTell);
    start();
    const auto hash_of = [this] {
        return text(
            *ask([](Control& control, auto answer) { control.show_directive("tell", answer); }),
            "content_hash");
    };
    const auto approve = [this](const std::string& hash) {
        return ask(
            [&](Control& control, auto answer) { control.approve("tell", hash, "test", answer); });
    };
    const auto shown = hash_of();
    write_file("directives/tell.yaml", "name: tell\ntrigger: manual\naction: {log: other}\n");
    reload();
    const auto refused = approve(shown);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::conflict);
    EXPECT_EQ(status_of("tell"), "implemented");
    EXPECT_TRUE(approve(hash_of()));
    EXPECT_EQ(status_of("tell"), "active");
}

TEST_F(ApprovalModes, a_no_to_a_proposal_leaves_what_runs_alone) {
    write_file("directives/tell.yaml", kTell);
    start();
    EXPECT_FALSE(act(Verb::decline, "tell"));
    boost::json::object changes;
    changes["priority"] = 1;
    ASSERT_TRUE(ask([&](Control& control, auto answer) {
        control.propose_configuration(DirectiveId{1}, changes, "mcp", answer);
    }));
    EXPECT_TRUE(act(Verb::decline, "tell"));
    EXPECT_EQ(status_of("tell"), "active");
    const auto shown =
        ask([](Control& control, auto answer) { control.show_directive("tell", answer); });
    EXPECT_TRUE(shown->at("proposal").is_null());
    EXPECT_FALSE(act(Verb::decline, "tell"));
}

TEST_F(ApprovalModes, the_owners_script_may_change_while_nobody_looks) {
    write_file("src/a.sh", "echo one\n");
    write_file("directives/tell.yaml", "name: tell\ntrigger: manual\naction: {run: src/a.sh}\n");
    start();
    ASSERT_EQ(status_of("tell"), "active");
    crash();
    write_file("src/a.sh", "echo another\n");
    start();
    EXPECT_EQ(status_of("tell"), "active");
    EXPECT_TRUE(act(Verb::run, "tell"));
}

TEST_F(ApprovalModes, a_script_that_others_could_write_meanwhile_waits) {
    write_file("src/a.sh", "echo one\n");
    write_file("directives/tell.yaml", "name: tell\ntrigger: manual\naction: {run: src/a.sh}\n");
    start();
    crash();
    write_file("src/a.sh", "echo another\n");
    let_others_write("src/a.sh");
    start();
    EXPECT_EQ(status_of("tell"), "implemented");
}

}  // namespace
}  // namespace aifp::engine
