#include "cli/printers.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/cli/fake_terminal.hpp"

namespace aifp::cli {
namespace {

using Print = void (*)(const Terminal&, const boost::json::value&);

std::string printed(Print print, std::string_view body) {
    FakeTerminal fake;
    print(fake.terminal, boost::json::parse(body));
    return fake.out.str();
}

TEST(PrintList, shows_status_reason_and_distance) {
    EXPECT_EQ(printed(print_list, R"([
        {"name":"lamp","status":"active","status_reason":"","trigger":"time: 18:00",
         "action":"log: on","next_due":"2026-01-01T00:05:00+00:00"},
        {"name":"bell","status":"validated","status_reason":"not_approved",
         "trigger":"http: bell","action":"emit: bell","next_due":null}])"),
              "NAME  STATUS                    NEXT      TRIGGER      ACTION\n"
              "lamp  active                    in 5 min  time: 18:00  log: on\n"
              "bell  validated (not_approved)  -         http: bell   emit: bell\n");
}

TEST(PrintList, says_what_to_do_when_there_is_nothing) {
    EXPECT_NE(printed(print_list, "[]").find("aifp init"), std::string::npos);
}

TEST(PrintDeed, names_the_run_that_began) {
    EXPECT_EQ(printed(print_deed, R"({"success":true,"run":17,"decision":"started"})"),
              "run 17 started; how it goes: aifp history\n");
}

TEST(PrintHistory, shows_why_something_did_not_run) {
    EXPECT_EQ(printed(print_history, R"([
        {"id":2,"directive":"lamp","cause":"cron","seen_at":"2025-12-31T23:59:57.000Z",
         "decision":"skipped","reason":"condition_false","detail":"lamp is on"},
        {"id":1,"directive":"lamp","cause":"cron","seen_at":"2025-12-31T23:00:00.000Z",
         "decision":"started","reason":null,"detail":"","state":"failed","duration_ms":12,
         "error":"no answer"}])"),
              "ID  TIME                             DIRECTIVE  CAUSE  RESULT   TOOK   WHY\n"
              "2   2025-12-31 23:59:57  3 s ago     lamp       cron   skipped  -      "
              "condition_false: lamp is on\n"
              "1   2025-12-31 23:00:00  60 min ago  lamp       cron   failed   12 ms  no answer\n");
}

TEST(PrintStatus, sums_up_the_daemon) {
    EXPECT_EQ(printed(print_status, R"({"version":"0.1.0","project":"/home/x","ready":true,
        "uptime_s":300,"directives":{"active":2,"paused":1},"armed":2,"running":1,"queued":0,
        "diagnostics":[{"file":"directives/a.yaml","line":3,"column":5,"severity":"error",
                        "message":"unknown key","hint":"write trigger"}],
        "diagnostics_left_out":9800})"),
              "project     /home/x\n"
              "daemon      aifpd 0.1.0, up 5 min, ready\n"
              "directives  2 active, 1 paused; 2 armed\n"
              "runs        1 running, 0 queued\n"
              "directives/a.yaml:3:5: error: unknown key\n"
              "    hint: write trigger\n"
              "and 9800 more: aifp check\n");
}

TEST(PrintDirective, shows_facts_and_configuration) {
    EXPECT_EQ(printed(print_directive, R"({"name":"lamp","source_file":"directives/lamp.yaml",
        "directive_type":"schedule","status":"active","armed":true,"approved":true,
        "approved_by":"owner","approved_at":"2026-01-01T00:00:00",
        "next_due":"2026-01-01T00:00:30Z","configuration_json":{"name":"lamp"},
        "diagnostics":[]})"),
              "name        lamp\n"
              "file        directives/lamp.yaml\n"
              "type        schedule\n"
              "status      active\n"
              "armed       yes\n"
              "next        2026-01-01T00:00:30Z (in 30 s)\n"
              "approved    yes, by owner, at 2026-01-01T00:00:00\n"
              "\n"
              "{\"name\":\"lamp\"}\n");
}

TEST(PrintDue, puts_the_soonest_first) {
    EXPECT_EQ(printed(print_due, R"([
        {"name":"late","trigger":"cron: 0 1 * * *","next_due":"2026-01-01T03:00:00+02:00"},
        {"name":"never","trigger":"http: x","next_due":null},
        {"name":"soon","trigger":"every: 10s","next_due":"2026-01-01T00:00:10Z"}])"),
              "NEXT                                  NAME  TRIGGER\n"
              "2026-01-01T00:00:10Z       in 10 s    soon  every: 10s\n"
              "2026-01-01T03:00:00+02:00  in 60 min  late  cron: 0 1 * * *\n");
}

TEST(TextIn, takes_texts_and_numbers_and_skips_what_says_nothing) {
    const auto object = boost::json::parse(R"({"a":"x","b":7,"c":null,"d":"","e":true})");
    EXPECT_EQ(text_in(object, "a"), "x");
    EXPECT_EQ(text_in(object, "b"), "7");
    EXPECT_EQ(text_in(object, "c"), std::nullopt);
    EXPECT_EQ(text_in(object, "d"), std::nullopt);
    EXPECT_EQ(text_in(object, "e"), "true");
    EXPECT_EQ(text_in(boost::json::parse("[]"), "a"), std::nullopt);
}

}  // namespace
}  // namespace aifp::cli
