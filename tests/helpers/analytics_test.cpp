#include "tests/helpers/tool_fixture.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

class Analytics : public ToolFixture {
protected:
    void start_three() {
        for (const auto* name : {"a", "b", "c"}) {
            write_file(std::string("directives/") + name + ".yaml",
                       std::string("name: ") + name + "\ntrigger: manual\naction: {log: x}\n");
        }
        start();
    }
    void record(int directive, const std::string& status, int count, int duration_ms = 100) {
        json::object arguments{
            {"directive_id", directive}, {"status", status}, {"duration_ms", duration_ms}};
        if (status != "success") {
            arguments["error_message"] = "no route";
        }
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(succeeded(call("record_execution", arguments)));
        }
    }
    void sleep_days(int days) { clock.advance(std::chrono::hours(24 * days)); }
};

TEST_F(Analytics, summary_counts_only_the_period) {
    start_three();
    record(1, "success", 5);
    sleep_days(7);
    record(2, "success", 3, 200);
    record(2, "timeout", 1, 600);
    const auto summary = call("get_execution_summary", R"({"days": 7})");
    EXPECT_EQ(summary.at("total_executions"), 4);
    EXPECT_EQ(summary.at("success_rate"), 0.75);
    EXPECT_EQ(summary.at("average_duration_ms"), 300);
    EXPECT_EQ(json::serialize(summary.at("most_executed")), R"([{"directive":"b","count":4}])");
    EXPECT_EQ(json::serialize(summary.at("most_failures")),
              R"([{"directive":"b","failure_count":1}])");
    EXPECT_EQ(call("get_execution_summary", R"({"days": 8})").at("total_executions"), 9);
}

TEST_F(Analytics, trends_have_every_day_oldest_first) {
    start_three();
    record(1, "success", 2);
    sleep_days(2);
    record(3, "success", 3);
    record(3, "failure", 1);
    const auto trends = call("get_execution_trends", R"({"days": 4})");
    std::string totals;
    for (const auto& day : trends.at("daily_stats").as_array()) {
        totals += json::serialize(day.at("total_executions")) + " ";
    }
    EXPECT_EQ(totals, "0 2 0 4 ");
    EXPECT_TRUE(trends.at("trending_up").as_bool());
    EXPECT_EQ(text(trends, "most_active_directive"), "c");
    EXPECT_EQ(trends.at("daily_stats").at(3).at("success_rate"), 0.75);
    EXPECT_EQ(trends.at("daily_stats").at(0).at("success_rate"), 0.0);
    EXPECT_EQ(text(trends.at("daily_stats").at(3), "date"),
              format_utc_seconds(clock.wall()).substr(0, 10));
}

TEST_F(Analytics, trends_go_down_too_and_are_empty_without_runs) {
    start_three();
    EXPECT_TRUE(call("get_execution_trends").at("most_active_directive").is_null());
    EXPECT_FALSE(call("get_execution_trends").at("trending_up").as_bool());
    record(1, "success", 2);
    sleep_days(5);
    EXPECT_FALSE(call("get_execution_trends").at("trending_up").as_bool());
    sleep_days(30);
    EXPECT_TRUE(call("get_execution_trends").at("most_active_directive").is_null());
}

TEST_F(Analytics, health_counts_the_last_24_hours_and_names_what_fails) {
    start_three();
    record(1, "failure", 2);
    clock.advance(std::chrono::hours(26));
    record(2, "failure", 1);
    record(2, "success", 3);
    ASSERT_TRUE(succeeded(set_status("paused", 3)));
    const auto health = call("get_directive_health_summary");
    EXPECT_EQ(health.at("total_directives"), 3);
    EXPECT_EQ(health.at("active_directives"), 2);
    EXPECT_EQ(health.at("paused_directives"), 1);
    EXPECT_EQ(health.at("overall_success_rate"), 0.5);
    EXPECT_EQ(health.at("total_executions_24h"), 4);
    EXPECT_EQ(json::serialize(health.at("failing_directives")),
              R"([{"name":"b","error_count":1,"last_error":"no route"}])");
}

TEST_F(Analytics, top_lists_have_five_entries) {
    for (int i = 1; i <= 7; ++i) {
        const auto name = "d" + std::to_string(i);
        write_file("directives/" + name + ".yaml",
                   "name: " + name + "\ntrigger: manual\naction: {log: x}\n");
    }
    start();
    for (int i = 1; i <= 7; ++i) {
        record(i, "failure", i);
    }
    const auto summary = call("get_execution_summary");
    EXPECT_EQ(summary.at("most_executed").as_array().size(), 5U);
    EXPECT_EQ(summary.at("most_failures").at(0).at("failure_count"), 7);
    EXPECT_EQ(summary.at("most_failures").at(4).at("failure_count"), 3);
}

TEST_F(Analytics, stale_is_what_has_not_run_for_so_long_but_not_the_archived) {
    start_three();
    record(1, "success", 1);
    record(2, "success", 1);
    ASSERT_TRUE(succeeded(call("archive_directive", R"({"directive_id": 3})")));
    sleep_days(5);
    record(2, "failure", 1);
    const auto stale = call("get_stale_directives", R"({"days": 4})");
    ASSERT_EQ(stale.as_array().size(), 1U);
    EXPECT_EQ(text(stale.at(0), "name"), "a");
    EXPECT_TRUE(call("get_stale_directives", R"({"days": 7})").as_array().empty());
}

TEST_F(Analytics, an_error_state_without_runs_says_why) {
    start_three();
    ASSERT_TRUE(succeeded(set_status("error", 2)));
    const auto errors = call("get_error_directives");
    ASSERT_EQ(errors.at("count"), 1);
    const auto& entry = errors.at("error_directives").at(0);
    EXPECT_EQ(text(entry, "last_error"), "by test");
    EXPECT_TRUE(entry.at("last_execution").is_null());
    EXPECT_EQ(entry.at("error_count_24h"), 0);
}

TEST_F(Analytics, dependencies_are_reported_by_type_with_who_needs_them) {
    start_three();
    call("add_dependency", R"({"directive_id": 1, "dependency_type": "api_key", "name": "KEY"})");
    call("add_dependency", R"({"directive_id": 2, "dependency_type": "api_key", "name": "KEY"})");
    call("add_dependency", R"({"directive_id": 2, "dependency_type": "service", "name": "mqtt"})");
    call("mark_dependency_installed", R"({"dependency_id": 3})");
    const auto report = call("get_dependency_report");
    EXPECT_EQ(report.at("total_dependencies"), 3);
    EXPECT_EQ(report.at("installed"), 1);
    EXPECT_EQ(report.at("missing"), 2);
    EXPECT_EQ(json::serialize(report.at("by_type")), R"({"api_key":2,"service":1})");
    EXPECT_EQ(json::serialize(report.at("missing_list")),
              R"([{"name":"KEY","required_by":["a","b"]}])");
}

TEST_F(Analytics, stats_have_two_decimals_and_no_last_without_runs) {
    start_three();
    const auto none = call("get_execution_stats", R"({"directive_id": 1})");
    EXPECT_EQ(none.at("success_rate"), 0.0);
    EXPECT_TRUE(none.at("last_execution").is_null());
    EXPECT_TRUE(none.at("last_status").is_null());
    record(1, "success", 2);
    record(1, "failure", 1);
    EXPECT_EQ(call("get_execution_stats", R"({"directive_id": 1})").at("success_rate"), 0.67);
}

TEST_F(Analytics, failed_runs_are_given_from_a_date_on) {
    start_three();
    record(1, "failure", 1);
    sleep_days(3);
    record(2, "timeout", 1);
    record(2, "success", 1);
    const auto day = format_utc_seconds(clock.wall()).substr(0, 10);
    EXPECT_EQ(call("get_failed_executions").as_array().size(), 2U);
    EXPECT_EQ(call("get_failed_executions", R"({"since_date": ")" + day + "\"}").as_array().size(),
              1U);
    EXPECT_NE(error_of(call("get_failed_executions", R"({"since_date": "last week"})"))
                  .find("2026-11-22"),
              std::string::npos);
}

}  // namespace
}  // namespace aifp::helpers
