#include <fstream>

#include "tests/helpers/tool_fixture.hpp"

// What the setters do to the live engine, its store and its logs.

namespace aifp::helpers {
namespace {

namespace json = boost::json;

class Effects : public ToolFixture {
protected:
    void start_beat() {
        write_file("directives/beat.yaml", kBeat);
        start();
    }
    /// Rows of the ledger that are runs.
    std::size_t runs() {
        std::size_t count = 0;
        for (const auto& row : history("beat")) {
            count += text(row, "decision") == "started" ? 1 : 0;
        }
        return count;
    }
    json::value propose(const std::string& configuration) {
        return call("update_directive_config",
                    R"({"directive_id": 1, "configuration_json": )" + configuration + "}");
    }
    json::value configuration() {
        return call("get_directive_by_id", R"({"directive_id": 1})").at("configuration_json");
    }
    json::value approve(bool yes = true) {
        return call(
            "set_directive_approval",
            std::string(R"({"directive_id": 1, "approved": )") + (yes ? "true}" : "false}"));
    }
    std::string log_text(const std::string& folder) {
        log->blocking_flush();
        std::ifstream file(paths.logs() / folder / "current.jsonl");
        return {std::istreambuf_iterator<char>(file), {}};
    }

    static constexpr const char* kBeat =
        "name: beat\ntrigger: {every: 10s, anchor: epoch}\naction: {log: beat}\n";
    static constexpr const char* kFaster = R"({"triggers": [{"every": "5s", "anchor": "epoch"}]})";
};

TEST_F(Effects, pausing_disarms_at_once) {
    start_beat();
    pass(Seconds(10));
    ASSERT_EQ(runs(), 1U);
    ASSERT_TRUE(succeeded(set_status("paused")));
    pass(Seconds(30));
    EXPECT_EQ(runs(), 1U);

    ASSERT_TRUE(succeeded(set_status("active")));
    pass(Seconds(10));
    EXPECT_EQ(runs(), 2U);
}

TEST_F(Effects, archiving_disarms_and_tells_the_day) {
    start_beat();
    const auto answer = call("archive_directive", R"({"directive_id": 1})");
    EXPECT_EQ(text(answer, "archived_date"), format_utc_seconds(clock.wall()).substr(0, 10));
    pass(Seconds(30));
    EXPECT_EQ(runs(), 0U);
}

TEST_F(Effects, archiving_again_tells_the_day_it_was_archived) {
    start_beat();
    const auto first = call("archive_directive", R"({"directive_id": 1})");
    clock.advance(std::chrono::hours(48));
    EXPECT_EQ(call("archive_directive", R"({"directive_id": 1})"), first);
}

TEST_F(Effects, taking_the_yes_back_disarms) {
    start_beat();
    ASSERT_TRUE(succeeded(approve(false)));
    EXPECT_EQ(status(), "implemented");
    EXPECT_FALSE(call("get_directive_by_id", R"({"directive_id": 1})").at("approved").as_bool());
    pass(Seconds(30));
    EXPECT_EQ(runs(), 0U);

    ASSERT_TRUE(succeeded(approve()));
    EXPECT_EQ(status(), "active");
    pass(Seconds(10));
    EXPECT_EQ(runs(), 1U);
}

TEST_F(Effects, without_approval_there_is_no_yes_to_take_back) {
    settings.approval = config::Approval::off;
    start_beat();
    EXPECT_NE(error_of(approve(false)).find("pause it"), std::string::npos);
    EXPECT_EQ(status(), "active");
}

TEST_F(Effects, an_approval_is_bound_to_the_content) {
    start_beat();
    ASSERT_TRUE(succeeded(approve()));
    settings.approval = config::Approval::required;
    write_file("directives/beat.yaml",
               "name: beat\ntrigger: {every: 10s, anchor: epoch}\naction: {log: other}\n");
    reload();
    EXPECT_EQ(status(), "implemented");
    EXPECT_FALSE(call("get_directive_by_id", R"({"directive_id": 1})").at("approved").as_bool());
}

TEST_F(Effects, a_proposal_runs_only_after_a_yes) {
    start_beat();
    const auto before = configuration();
    const auto answer = propose(kFaster);
    EXPECT_EQ(json::serialize(answer.at("updated_fields")), R"(["triggers"])");
    EXPECT_EQ(configuration(), before);
    EXPECT_EQ(status(), "active");
    pass(Seconds(20));
    EXPECT_EQ(runs(), 2U);  // as before

    ASSERT_TRUE(succeeded(approve()));
    EXPECT_NE(configuration(), before);
    pass(Seconds(20));
    EXPECT_EQ(runs(), 6U);  // every five seconds
}

TEST_F(Effects, an_accepted_proposal_outlives_a_restart_and_a_reload) {
    start_beat();
    propose(kFaster);
    ASSERT_TRUE(succeeded(approve()));
    const auto accepted = configuration();
    crash();
    start();
    reload();
    EXPECT_EQ(configuration(), accepted);
    EXPECT_EQ(status(), "active");
}

TEST_F(Effects, an_edit_beside_it_leaves_an_accepted_proposal_alone) {
    const std::string other = "- {name: other, trigger: manual, action: {log: a}}\n";
    const std::string beat = "- {name: beat, trigger: {every: 10s}, action: {log: beat}}\n";
    write_file("directives/two.yaml", beat + other);
    start();
    const auto id = call("get_directive_by_name", R"({"name": "beat"})").at("id").as_int64();
    ASSERT_EQ(id, 1);
    propose(kFaster);
    ASSERT_TRUE(succeeded(approve()));
    const auto accepted = configuration();

    write_file("directives/two.yaml", beat + other + "# a remark\n");
    reload();

    EXPECT_EQ(configuration(), accepted);
}

TEST_F(Effects, a_later_edit_of_the_file_wins) {
    start_beat();
    propose(kFaster);
    ASSERT_TRUE(succeeded(approve()));
    propose(R"({"actions": [{"log": "proposed"}]})");  // waits

    write_file("directives/beat.yaml",
               "name: beat\ntrigger: {every: 20s, anchor: epoch}\naction: {log: edited}\n");
    reload();
    ASSERT_TRUE(succeeded(approve()));  // says yes to the file: no proposal waits any more

    EXPECT_NE(json::serialize(configuration()).find("edited"), std::string::npos);
    pass(Seconds(20));
    EXPECT_EQ(runs(), 1U);
}

TEST_F(Effects, proposals_add_up_and_null_takes_a_member_away) {
    start_beat();
    propose(R"({"description": "Beats", "grace": "5s"})");
    propose(R"({"timeout": "3s"})");
    const auto answer = propose(R"({"grace": null})");
    EXPECT_EQ(json::serialize(answer.at("updated_fields")), R"(["description","timeout"])");
}

TEST_F(Effects, a_proposal_equal_to_what_runs_leaves_nothing_to_approve) {
    start_beat();
    propose(R"({"grace": "5s"})");
    EXPECT_EQ(json::serialize(propose(R"({"grace": null})").at("updated_fields")), "[]");
    ASSERT_TRUE(succeeded(approve()));
    EXPECT_FALSE(configuration().as_object().contains("grace"));
}

TEST_F(Effects, a_description_needs_no_yes_and_keeps_the_clocks) {
    start_beat();
    pass(Seconds(5));
    propose(R"({"description": "Beats"})");
    EXPECT_EQ(text(configuration(), "description"), "Beats");
    pass(Seconds(5));
    EXPECT_EQ(runs(), 1U);
}

TEST_F(Effects, a_wrong_proposal_is_told_with_its_mistakes) {
    start_beat();
    const auto answer = propose(R"({"triggers": [{"evry": "5s"}], "actions": []})");
    EXPECT_FALSE(succeeded(answer));
    EXPECT_NE(error_of(answer).find("evry"), std::string::npos) << error_of(answer);
    EXPECT_FALSE(succeeded(propose(R"({"name": "another"})")));
    EXPECT_EQ(status(), "active");
}

TEST_F(Effects, toggling_a_log_stops_the_next_line) {
    start_beat();
    ASSERT_TRUE(
        succeeded(call("toggle_logging", R"({"log_type": "execution", "enabled": false})")));
    pass(Seconds(30));
    EXPECT_EQ(runs(), 3U);
    EXPECT_EQ(log_text("execution"), "");

    ASSERT_TRUE(succeeded(call("toggle_logging", R"({"log_type": "execution", "enabled": true})")));
    pass(Seconds(10));
    settle();
    EXPECT_NE(log_text("execution"), "");
}

TEST_F(Effects, a_changed_retention_is_in_the_table_and_in_force) {
    start_beat();
    ASSERT_TRUE(
        succeeded(call("update_logging_config", R"({"log_type": "error", "retention_days": 7})")));
    EXPECT_EQ(log->config(logging::LogType::error).retention_days, 7);
    EXPECT_EQ(log->config(logging::LogType::error).rotation_size_mb, 50);
    const auto policy = call("get_log_retention_policy");
    EXPECT_EQ(policy.at("error").at("retention_days"), 7);
    EXPECT_FALSE(succeeded(call("update_logging_config", R"({"log_type": "error"})")));
}

TEST_F(Effects, what_is_refused_is_logged_as_a_warning) {
    start_beat();
    const auto answer = call("get_directives_by_status", R"({"status": "actve"})");
    EXPECT_NE(
        error_of(answer).find("draft, validated, implemented, active, paused, error, archived"),
        std::string::npos);
    EXPECT_NE(error_of(answer).find("did you mean active?"), std::string::npos);
    EXPECT_NE(
        log_text("errors").find(R"("event":"tool_refused","tool":"get_directives_by_status")"),
        std::string::npos);
    EXPECT_NE(log_text("errors").find(R"("level":"warning")"), std::string::npos);
}

TEST_F(Effects, a_recorded_run_is_counted_and_in_the_history) {
    start_beat();
    const auto answer = call("record_execution",
                             R"({"directive_id": 1, "status": "timeout", "duration_ms": 40,
                                 "error_message": "too slow"})");
    const auto rows = call("get_failed_executions", R"({"directive_id": 1})");
    ASSERT_EQ(rows.as_array().size(), 1U);
    EXPECT_EQ(rows.at(0).at("id"), answer.at("execution_id"));
    EXPECT_EQ(text(rows.at(0), "status"), "timeout");
    const auto stats = call("get_execution_stats", R"({"directive_id": 1})");
    EXPECT_EQ(stats.at("total_executions"), 1);
    EXPECT_EQ(stats.at("failed_executions"), 1);
    EXPECT_EQ(text(stats, "last_status"), "timeout");
    EXPECT_EQ(text(history("beat").front(), "state"), "timed_out");
}

TEST_F(Effects, foreign_keys_are_checked) {
    start_beat();
    for (const auto& [tool, arguments] : std::vector<std::pair<std::string, std::string>>{
             {"update_directive_status", R"({"directive_id": 9, "status": "paused"})"},
             {"update_directive_config", R"({"directive_id": 9, "configuration_json": {}})"},
             {"set_directive_approval", R"({"directive_id": 9, "approved": true})"},
             {"archive_directive", R"({"directive_id": 9})"},
             {"record_execution", R"({"directive_id": 9, "status": "success"})"},
             {"add_dependency",
              R"({"directive_id": 9, "dependency_type": "service", "name": "x"})"},
             {"mark_dependency_installed", R"({"dependency_id": 9})"},
             {"register_implementation",
              R"({"directive_id": 9, "implementation_file": "a", "entry_point": "b"})"},
             {"update_implementation_status", R"({"implementation_id": 9, "status": "draft"})"},
             {"update_test_status", R"({"implementation_id": 9, "test_status": "passing"})"}}) {
        const auto answer = call(tool, arguments);
        EXPECT_TRUE(is_refusal(answer)) << tool << json::serialize(answer);
        EXPECT_NE(error_of(answer).find("has the id 9"), std::string::npos) << error_of(answer);
    }
    EXPECT_EQ(json::serialize(call("get_execution_stats", R"({"directive_id": 9})")),
              R"({"found":false})");
}

TEST_F(Effects, code_that_is_not_there_cannot_be_registered) {
    start_beat();
    const auto outside = call("register_implementation",
                              R"({"directive_id": 1, "implementation_file": "../x.py",
                                  "entry_point": "f"})");
    const auto missing = call("register_implementation",
                              R"({"directive_id": 1, "implementation_file": "src/x.py",
                                  "entry_point": "f"})");
    EXPECT_TRUE(is_refusal(outside));
    EXPECT_TRUE(is_refusal(missing));
    EXPECT_NE(error_of(missing).find("src/x.py"), std::string::npos);
    EXPECT_EQ(text(call("get_implementation", R"({"directive_id": 1})"), "implementation_file"),
              "builtin:log");
}

TEST_F(Effects, registered_code_outlives_an_edit_of_the_directive) {
    start_beat();
    write_file("src/beat.py", "def beat(): pass\n");
    const auto entered = call("register_implementation",
                              R"({"directive_id": 1, "implementation_file": "src/beat.py",
                                  "entry_point": "beat"})");
    ASSERT_TRUE(succeeded(entered));
    write_file("directives/beat.yaml",
               "name: beat\ntrigger: manual\nactions: [{log: a}, {log: b}]\n");
    reload();
    const auto found = call("get_implementation", R"({"directive_id": 1})");
    EXPECT_EQ(found.at("id"), entered.at("implementation_id"));
    EXPECT_EQ(text(found, "implementation_file"), "src/beat.py");
}

TEST_F(Effects, built_in_code_counts_as_deployed_and_passing) {
    start_beat();
    EXPECT_TRUE(call("get_failing_tests").as_array().empty());
    EXPECT_EQ(text(call("get_implementation", R"({"directive_id": 1})"), "status"), "deployed");
    EXPECT_TRUE(succeeded(
        call("update_implementation_status", R"({"implementation_id": 1, "status": "deployed"})")));
    EXPECT_TRUE(is_refusal(
        call("update_test_status", R"({"implementation_id": 1, "test_status": "failing"})")));
}

TEST_F(Effects, naming_a_dependency_again_keeps_that_it_is_installed) {
    start_beat();
    const std::string again =
        R"({"directive_id": 1, "dependency_type": "service", "name": "mosquitto", "version": )";
    call("add_dependency", again + R"("2"})");
    call("mark_dependency_installed", R"({"dependency_id": 1})");
    call("add_dependency", again + "null}");
    EXPECT_TRUE(call("get_missing_dependencies").as_array().empty());
    call("add_dependency", again + R"("3"})");
    EXPECT_EQ(call("get_missing_dependencies").as_array().size(), 1U);
}

}  // namespace
}  // namespace aifp::helpers
