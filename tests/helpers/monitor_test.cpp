#include "helpers/workflow/monitor.hpp"

#include "helpers/workflow/user_directive_status.hpp"
#include "storage/workflow_rows.hpp"
#include "tests/helpers/workflow_fixture.hpp"

namespace aifp::helpers::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

RecentRuns runs_of(std::int64_t runs, std::int64_t failures) {
    RecentRuns recent;
    recent.add(1, runs, failures);
    return recent;
}

TEST(RecentRuns, alarm_above_half_of_more_than_ten_runs) {
    EXPECT_FALSE(runs_of(10, 10).is_alarming());
    EXPECT_FALSE(runs_of(12, 6).is_alarming());
    EXPECT_TRUE(runs_of(11, 6).is_alarming());
    EXPECT_TRUE(runs_of(13, 7).is_alarming());
}

TEST(RecentRuns, looks_at_the_newest_hours_only) {
    RecentRuns recent;
    recent.add(1, 1'000, 1'000);
    recent.add(2, 5, 0);
    EXPECT_TRUE(recent.is_alarming());
    recent.add(2, 11, 0);
    EXPECT_EQ(recent.runs(), 11);
    EXPECT_FALSE(recent.is_alarming());
}

TEST(RecentRuns, is_bounded) {
    RecentRuns recent;
    for (int hour = 0; hour < 10'000; ++hour) {
        recent.add(hour, 1, 1);
    }
    EXPECT_EQ(recent.runs(), kAlertRuns + 1);
}

TEST(RecentRuns, forgets_what_was_before_the_activation) {
    RecentRuns recent;
    recent.add(5, 6, 6);
    recent.add(6, 6, 6);
    recent.forget_before(6);
    EXPECT_EQ(recent.runs(), 6);
}

class Monitoring : public WorkflowFixture {
protected:
    void look() {
        bool done = false;
        monitor->look([&] { done = true; });
        run_until([&] { return done; });
    }
    std::vector<std::string> alerts() {
        std::vector<std::string> texts;
        for (const auto& alert : engine->upkeep().alerts()) {
            texts.push_back(alert.kind + ": " + alert.text);
        }
        return texts;
    }
    void load(const std::string& text) {
        write_file("directives/lamp.yaml", text);
        start();
        monitor.emplace(services());
    }
    void run(int times) {
        for (int i = 0; i < times; ++i) {
            const auto before = history("lamp").size();
            ASSERT_TRUE(act(engine::Verb::run, "lamp"));
            run_until([&] {
                const auto rows = history("lamp");
                return rows.size() > before && rows[0].at("state") != "running";
            });
        }
        settle();
    }
    void TearDown() override { monitor.reset(); }

    std::optional<Monitor> monitor;
};

constexpr const char* kFails =
    "name: lamp\ntriggers: [{manual: }]\nactions: [{command: [\"false\"]}]\n";
constexpr const char* kWorks =
    "name: lamp\ntriggers: [{manual: }]\nactions: [{command: [\"true\"]}]\n";

TEST_F(Monitoring, tells_an_error_rate_once_until_it_is_over) {
    load(kFails);
    run(10);
    look();
    EXPECT_THAT(alerts(), IsEmpty());
    run(1);
    look();
    look();
    EXPECT_THAT(alerts(), ElementsAre("error_rate: lamp failed 11 of its last 11 runs"));
    log->blocking_flush();
    const auto errors = read(".aifp-project/logs/errors/current.jsonl");
    EXPECT_EQ(errors.find("error_rate"), errors.rfind("error_rate"));
    EXPECT_NE(errors.find("error_rate"), std::string::npos);

    clock.advance(std::chrono::hours(1));
    write_file("directives/lamp.yaml", kWorks);
    reload();
    run(11);
    look();
    EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(Monitoring, sends_alerts_over_the_channel_called_alerts) {
    config::Channel channel;
    channel.kind = config::Channel::Kind::command;
    channel.command = {"/bin/sh", "-c", "cat > told.txt"};
    settings.notify["alerts"] = channel;
    load(kWorks);
    engine->upkeep().raise_alert({DirectiveId{1}, "error_rate", "lamp failed 7 of 12"});
    engine->upkeep().raise_alert({DirectiveId{1}, "error_rate", "lamp failed 8 of 12"});
    pass(Seconds(2));
    run_until([&] { return read("told.txt").ends_with("\n"); });
    EXPECT_EQ(read("told.txt"), "aifp: lamp failed 7 of 12\n");
}

TEST(StuckLimit, is_three_times_the_longest_good_run) {
    const std::vector<Milliseconds> runs{Milliseconds(20'000), Milliseconds(50'000), Seconds(1)};

    EXPECT_EQ(stuck_limit({}, runs), Milliseconds(150'000));
    EXPECT_EQ(stuck_limit(Seconds(5), runs), Milliseconds(5'000));
    EXPECT_EQ(stuck_limit({}, std::vector(3, Milliseconds(10))), std::chrono::minutes(1));
}

TEST(StuckLimit, is_nothing_while_nobody_knows_what_is_usual) {
    EXPECT_EQ(stuck_limit({}, std::vector(2, Milliseconds(10))), std::nullopt);
}

TEST_F(Monitoring, tells_a_run_that_is_stuck_until_it_ends) {
    load(
        "name: lamp\ntriggers: [{manual: }]\nnotices: {stuck_after: 10s}\n"
        "actions: [{command: [sleep, \"60\"], timeout: 10m}]\n");
    auto started = act(engine::Verb::run, "lamp");
    settle();
    look();
    EXPECT_THAT(alerts(), IsEmpty());
    clock.advance(Seconds(12));
    look();
    EXPECT_THAT(alerts(),
                ElementsAre("stuck: lamp: run 1 has been going for 12s; more than 10s is not "
                            "usual"));
    static_cast<void>(ask([&](engine::Control& control, auto answer) {
        control.cancel_run(LedgerId{started->at("run").as_int64()}, "eva", answer);
    }));
    run_until([&] { return engine->upkeep().busy_runs().empty(); });
    look();
    EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(Monitoring, an_alert_stands_in_the_status) {
    load(kWorks);
    engine->upkeep().raise_alert({DirectiveId{1}, "error_rate", "lamp failed"});
    const auto status = ask([](engine::Control& control, auto answer) { control.status(answer); });
    EXPECT_EQ(status->at("alerts").at(0).at("directive"), "lamp");
    engine->upkeep().clear_alert(DirectiveId{1}, "error_rate");
    EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(Monitoring, tells_a_schedule_that_nobody_decided_about) {
    load("name: lamp\ntriggers: [{every: 10m}]\nactions: [{log: a}]\n");
    settle();  // the schedule's cursor is in the file, where the monitor looks
    // The engine is not woken: its clock source is the test's.
    clock.advance(std::chrono::minutes(11));
    look();
    look();
    EXPECT_THAT(alerts(), IsEmpty());  // within the slack
    clock.advance(std::chrono::minutes(2));
    look();
    EXPECT_THAT(alerts(), IsEmpty());  // seen once
    look();
    EXPECT_THAT(
        alerts(),
        ElementsAre("missing_schedule: lamp was due at 2026-01-01T00:10:00+00:00 and nothing "
                    "was decided about it"));
    time.callbacks.wake();
    settle();
    look();
    EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(Monitoring, is_content_with_schedules_that_are_kept) {
    load("name: lamp\ntriggers: [{cron: '*/5 * * * *'}, {at: ['00:07']}]\nactions: [{log: a}]\n");
    pass(std::chrono::minutes(63));
    settle();
    look();
    look();
    EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(Monitoring, opens_the_gate_when_what_was_missing_is_there) {
    load("name: lamp\ntriggers: [{manual: }]\nactions: [{command: [bin/tool]}]\n");
    bool stored = false;
    store->write(
        [](storage::Database& database) {
            database.execute(
                "INSERT INTO directive_dependencies (directive_id, dependency_type, name) "
                "VALUES (1, 'system_package', 'bin/tool')");
        },
        [&](const Status& status) { stored = status.has_value(); });
    run_until([&] { return stored; });
    look();
    EXPECT_EQ(status_of("lamp"), "implemented");
    write_file("bin/tool", "#!/bin/sh\n");
    std::filesystem::permissions(paths.root() / "bin/tool", std::filesystem::perms::owner_all);
    look();
    EXPECT_EQ(status_of("lamp"), "active");
}

TEST_F(Monitoring, the_report_says_what_to_do) {
    load(kFails);
    run(11);
    look();
    const auto report =
        answer_of([&](Answer answer) { get_user_directive_status(services(), std::move(answer)); });
    ASSERT_TRUE(report) << error_of(report);
    EXPECT_EQ(report->at("total_executions"), 11);
    EXPECT_EQ(report->at("success_rate"), 0.0);
    EXPECT_EQ(report->at("by_status").at("active"), 1);
    const auto& first = report->at("recommendations").at(0);
    EXPECT_EQ(first.at("directive"), "lamp");
    EXPECT_EQ(first.at("severity"), "error");
    EXPECT_EQ(first.at("command"), "aifp history lamp");
}

TEST(Recommend, has_a_command_for_each_state) {
    const auto command_for = [](model::DirectiveStatus status, const char* reason) {
        DirectiveFacts facts;
        facts.name = "lamp";
        facts.status = status;
        facts.reason = reason;
        const auto list = recommend(facts, testing::FakeClock::kStart);
        return list.empty() ? std::string() : list[0].command;
    };
    using model::DirectiveStatus;
    EXPECT_EQ(command_for(DirectiveStatus::implemented, "not_approved"), "aifp approve lamp");
    EXPECT_EQ(command_for(DirectiveStatus::implemented, "implementation_changed"),
              "aifp approve lamp");
    EXPECT_EQ(command_for(DirectiveStatus::validated, "implementation_missing"), "aifp show lamp");
    EXPECT_EQ(command_for(DirectiveStatus::error, "trigger 1: no"), "aifp show lamp");
    EXPECT_EQ(command_for(DirectiveStatus::active, ""), "");
    EXPECT_EQ(command_for(DirectiveStatus::archived, "not_approved"), "");
}

TEST(Recommend, names_what_is_missing_failing_and_stale) {
    DirectiveFacts facts;
    facts.name = "lamp";
    facts.status = model::DirectiveStatus::active;
    facts.missing = {"curl", "yaml"};
    facts.failing_test = "tests/test_lamp.py";
    facts.last_run = testing::FakeClock::kStart;
    const auto list = recommend(facts, testing::FakeClock::kStart + std::chrono::days(8));
    ASSERT_EQ(list.size(), 3U);
    EXPECT_EQ(list[0].text, "lamp lacks curl, yaml");
    EXPECT_EQ(list[1].command, "python3 -m unittest tests/test_lamp.py");
    EXPECT_EQ(list[2].text, "lamp has not run for a week");
}

}  // namespace
}  // namespace aifp::helpers::workflow
