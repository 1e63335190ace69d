#include "cli/online.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/snooze_command.hpp"
#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

const OnlineVerb& verb_called(std::string_view name) {
    const auto verbs = online_verbs();
    return *std::find_if(
        verbs.begin(), verbs.end(), [name](const auto& verb) { return verb.verb == name; });
}

std::string target(std::string_view verb, OnlineOptions options = {}) {
    return target_of(verb_called(verb), options);
}

/// A project with a daemon that gives these answers.
class OnlineProject : public ::testing::Test {
protected:
    OnlineProject() { std::filesystem::create_directories(paths_.run()); }
    [[nodiscard]] std::filesystem::path socket() const { return paths_.run() / "admin.sock"; }
    int run(std::string_view verb, OnlineOptions options = {}) {
        return run_online(verb_called(verb), options, paths_, fake_.terminal);
    }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST(TargetOf, puts_the_name_into_the_path) {
    EXPECT_EQ(target("list"), "/api/v1/directives");
    EXPECT_EQ(target("show", {.name = "a/b"}), "/api/v1/directives/a%2Fb");
    EXPECT_EQ(target("pause", {.name = "lamp"}), "/api/v1/directives/lamp/pause");
    EXPECT_EQ(target("reload"), "/api/v1/reload");
}

TEST(TargetOf, asks_history_for_what_is_wanted) {
    EXPECT_EQ(target("history"), "/api/v1/decisions");
    EXPECT_EQ(target("history", {.limit = 3, .runs_only = true}), "/api/v1/executions?limit=3");
    EXPECT_EQ(target("history", {.name = "a&b", .limit = 3}),
              "/api/v1/decisions?directive=a%26b&limit=3");
}

TEST_F(OnlineProject, prints_the_answer_for_people) {
    const FakeDaemon daemon(
        socket(), {FakeDaemon::answer(200, R"({"name":"lamp","status":"paused","armed":false})")});
    EXPECT_EQ(run("pause", {.name = "lamp"}), kDone);
    EXPECT_EQ(fake_.out.str(), "lamp: paused, not armed\n");
    EXPECT_EQ(fake_.err.str(), "");
}

TEST_F(OnlineProject, lets_a_directive_sleep_and_wakes_it) {
    FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(200, R"({"name":"lamp","snoozed_until":"2026-11-30T18:00:00+01:00"})"),
         FakeDaemon::answer(200, R"({"name":"lamp","snoozed_until":null})")});
    EXPECT_EQ(run_snooze({.name = "lamp", .when = {"until", "18:00"}}, paths_, fake_.terminal),
              kDone);
    EXPECT_EQ(run("unsnooze", {.name = "lamp"}), kDone);
    EXPECT_EQ(fake_.out.str(), "lamp: sleeps until 2026-11-30T18:00:00+01:00\nlamp: awake\n");
    EXPECT_EQ(daemon.requests()[0].substr(0, 39), "POST /api/v1/directives/lamp/snooze HTT");
}

TEST_F(OnlineProject, lists_who_sleeps) {
    const FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(
            200, R"([{"name":"lamp","status":"active","snoozed_until":"2026-11-30T18:00:00Z"}])")});
    EXPECT_EQ(run("list"), kDone);
    EXPECT_NE(fake_.out.str().find("active (sleeps until 2026-11-30T18:00:00Z)"),
              std::string::npos);
}

TEST_F(OnlineProject, approves_what_it_shows) {
    FakeDaemon daemon(
        socket(),
        {FakeDaemon::answer(200,
                            R"({"content_hash":"old","configuration_json":{"name":"lamp"},
                                "proposal":{"content_hash":"new","configuration_json":{"a":1}}})"),
         FakeDaemon::answer(200, R"({"name":"lamp","status":"active","armed":true})")});
    EXPECT_EQ(run("approve", {.name = "lamp"}), kDone);
    EXPECT_NE(fake_.out.str().find(R"("a":1)"), std::string::npos) << fake_.out.str();
    ASSERT_EQ(daemon.requests().size(), 2U);
    EXPECT_TRUE(daemon.requests()[1].starts_with("POST /api/v1/directives/lamp/approve"));
    EXPECT_NE(daemon.requests()[1].find("Content-Length: 22"), std::string::npos);
}

TEST_F(OnlineProject, prints_the_json_as_it_is) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(200, R"([ {"name":  "lamp"} ])")});
    EXPECT_EQ(run("list", {.json = true}), kDone);
    EXPECT_EQ(fake_.out.str(), "[ {\"name\":  \"lamp\"} ]\n");
}

TEST_F(OnlineProject, takes_no_broken_answer_for_an_empty_history) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(200, "[{\"error\":\"T\xfcr\"}]")});
    EXPECT_EQ(run("history"), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: the daemon's answer is broken: it is not JSON\n");
    EXPECT_EQ(fake_.out.str(), "");
}

TEST_F(OnlineProject, tells_a_refusal_and_fails) {
    const FakeDaemon daemon(
        socket(), {FakeDaemon::answer(409, R"({"error":"lamp was not run: not_approved"})")});
    EXPECT_EQ(run("run", {.name = "lamp"}), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: lamp was not run: not_approved\n");
    EXPECT_EQ(fake_.out.str(), "");
}

TEST_F(OnlineProject, suggests_the_nearest_name) {
    FakeDaemon daemon(socket(),
                      {FakeDaemon::answer(404, R"({"error":"no directive is called lmap"})"),
                       FakeDaemon::answer(200, R"([{"name":"porch"},{"name":"lamp"}])")});
    EXPECT_EQ(run("show", {.name = "lmap"}), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: no directive is called lmap; did you mean lamp?\n");
    EXPECT_TRUE(daemon.requests().at(1).starts_with("GET /api/v1/directives HTTP"));
}

TEST_F(OnlineProject, refuses_without_a_suggestion_when_there_is_none) {
    const FakeDaemon daemon(socket(),
                            {FakeDaemon::answer(404, R"({"error":"no directive is called x"})"),
                             FakeDaemon::answer(500, "broken")});
    EXPECT_EQ(run("show", {.name = "x"}), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: no directive is called x\n");
}

TEST_F(OnlineProject, shows_the_status_code_when_there_is_no_text) {
    const FakeDaemon daemon(socket(), {FakeDaemon::answer(500, "not json")});
    EXPECT_EQ(run("status"), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: the daemon answered 500\n");
}

TEST_F(OnlineProject, says_how_to_start_a_daemon_when_there_is_none) {
    EXPECT_EQ(run("list"), kNoDaemon);
    EXPECT_EQ(fake_.err.str(),
              "aifp: no aifpd runs this project; start it with: aifpd --project " +
                  folder_.path().native() +
                  "\nWithout it these work: init, check, next --cron, simulate, logs, mcp, backup, "
                  "restore, doctor, completion\n");
}

TEST_F(OnlineProject, says_so_where_there_is_no_project) {
    const testing::TempDir empty;
    EXPECT_EQ(run_online(verb_called("list"), {}, ProjectPaths(empty.path()), fake_.terminal),
              kNoDaemon);
    EXPECT_NE(fake_.err.str().find(" is no project"), std::string::npos) << fake_.err.str();
}

TEST_F(OnlineProject, fails_when_the_daemon_talks_nonsense) {
    const FakeDaemon daemon(socket(), {"nonsense\r\n\r\n"});
    EXPECT_EQ(run("list"), kFailed);
    EXPECT_NE(fake_.err.str().find("the daemon's answer is broken"), std::string::npos);
}

TEST_F(OnlineProject, every_verb_survives_answers_of_any_shape) {
    for (const OnlineVerb& verb : online_verbs()) {
        for (const auto* body : {"", "null", "7", "[]", "{}", "[1,null,{}]", R"({"run":null})"}) {
            std::filesystem::remove(socket());
            const FakeDaemon daemon(socket(), {FakeDaemon::answer(200, body)});
            // What cannot be shown is not approved.
            const auto expected = verb.verb == "approve" ? kFailed : kDone;
            EXPECT_EQ(run(verb.verb, {.name = "lamp"}), expected) << verb.verb << " " << body;
        }
    }
}

}  // namespace
}  // namespace aifp::cli
