#include "cli/next_command.hpp"

#include <gtest/gtest.h>

#include "tests/cli/fake_daemon.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

class Next : public ::testing::Test {
protected:
    int next(const NextOptions& options) { return run_next(options, paths_, fake_.terminal); }
    std::string next_json(NextOptions options) {
        options.json = true;
        EXPECT_EQ(next(options), kDone) << fake_.err.str();
        return fake_.out.str();
    }
    [[nodiscard]] std::filesystem::path socket() {
        std::filesystem::create_directories(paths_.run());
        return paths_.run() / "admin.sock";
    }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    FakeTerminal fake_;
};

TEST_F(Next, prints_instants_with_offset) {
    EXPECT_EQ(next_json({.cron = "30 7 * * 1-5",
                         .zone = "America/New_York",
                         .from = "2026-11-20T00:00:00Z",
                         .count = 3}),
              R"(["2026-11-20T07:30:00-05:00","2026-11-23T07:30:00-05:00",)"
              R"("2026-11-24T07:30:00-05:00"])"
              "\n");
}

TEST_F(Next, reads_from_without_offset_in_the_zone_and_is_strictly_after) {
    EXPECT_EQ(next_json({.cron = "0 12 * * *",
                         .zone = "Europe/Berlin",
                         .from = "2026-06-01T12:00:00",
                         .count = 1}),
              "[\"2026-06-02T12:00:00+02:00\"]\n");
}

TEST_F(Next, takes_now_and_the_zone_of_the_terminal) {
    EXPECT_EQ(next_json({.cron = "@daily", .count = 1}), "[\"2026-01-02T00:00:00+00:00\"]\n");
}

TEST_F(Next, understands_triggers_in_short_form) {
    EXPECT_EQ(next_json({.trigger = "every: 10m", .count = 2}),
              "[\"2026-01-01T00:10:00+00:00\",\"2026-01-01T00:20:00+00:00\"]\n");
}

TEST_F(Next, computes_the_sun_at_the_place_given) {
    EXPECT_EQ(next_json({.trigger = "{sun: sunset, offset: -20m}",
                         .zone = "Europe/London",
                         .from = "2024-06-20T00:00:00Z",
                         .latitude = 51.5074,
                         .longitude = -0.1278,
                         .count = 1})
                  .substr(0, 18),
              "[\"2024-06-20T21:01");
}

TEST_F(Next, takes_the_place_of_the_sun_from_the_settings_or_says_what_to_write) {
    EXPECT_EQ(next({.trigger = "sun: sunset"}), kUsage);
    EXPECT_NE(fake_.err.str().find("latitude: 52.52"), std::string::npos);
    write_text(paths_.settings(), "latitude: 51.5074\nlongitude: -0.1278\n");
    EXPECT_EQ(next_json({.trigger = "sun: sunset", .from = "2024-06-20T00:00:00Z", .count = 1})
                  .substr(0, 18),
              "[\"2024-06-20T20:21");
}

TEST_F(Next, warns_of_a_height_that_the_sun_never_has_there) {
    EXPECT_EQ(next_json({.trigger = "{sun: elevation, elevation: 80, direction: rising}",
                         .latitude = 52.5,
                         .longitude = 13.4}),
              "[]\n");
    EXPECT_NE(fake_.err.str().find("this never fires"), std::string::npos);
}

TEST_F(Next, understands_triggers_in_flow_form) {
    EXPECT_EQ(next_json({.trigger = "{at: \"17:00\", weekdays: [mon]}", .count = 1}),
              "[\"2026-01-05T17:00:00+00:00\"]\n");
}

TEST_F(Next, points_at_the_wrong_field) {
    EXPECT_EQ(next({.cron = "0 25 * * *"}), kUsage);
    EXPECT_EQ(fake_.out.str(), "");
    EXPECT_NE(fake_.err.str().find("0 25 * * *\n"), std::string::npos) << fake_.err.str();
    const std::string err = fake_.err.str();
    const std::size_t line = err.rfind('\n', err.find("0 25 * * *")) + 1;
    const std::size_t caret_line = err.find('\n', line) + 1;
    EXPECT_EQ(err.find("25", line) - line, err.find('^', caret_line) - caret_line) << err;
}

TEST_F(Next, points_at_the_wrong_field_of_a_cron_trigger_too) {
    EXPECT_EQ(next({.trigger = "cron: 0 25 * * *"}), kUsage);
    EXPECT_NE(fake_.err.str().find('^'), std::string::npos) << fake_.err.str();
}

TEST_F(Next, refuses_what_it_does_not_understand) {
    EXPECT_EQ(next({.trigger = "evry: 10m"}), kUsage);
    EXPECT_EQ(next({.trigger = "event: doorbell"}), kUsage);
    EXPECT_EQ(next({.trigger = ""}), kUsage);
    EXPECT_EQ(next({.cron = ""}), kUsage);
    EXPECT_EQ(fake_.out.str(), "");
}

TEST_F(Next, refuses_an_unknown_zone_and_a_bad_instant) {
    EXPECT_EQ(next({.cron = "@daily", .zone = "Europe/Berlim"}), kUsage);
    EXPECT_TRUE(fake_.err.str().starts_with("aifp: --tz: ")) << fake_.err.str();
    EXPECT_EQ(next({.cron = "@daily", .from = "yesterday"}), kUsage);
    EXPECT_NE(fake_.err.str().find("aifp: --from: "), std::string::npos) << fake_.err.str();
}

TEST_F(Next, warns_of_an_expression_that_never_fires) {
    EXPECT_EQ(next_json({.cron = "0 0 30 2 *"}), "[]\n");
    EXPECT_EQ(fake_.err.str(), "aifp: warning: this never fires after 2026-01-01T00:00:00+00:00\n");
}

TEST_F(Next, ends_early_when_nothing_is_left) {
    EXPECT_EQ(next_json({.trigger = "{at: \"2026-02-01T08:00:00Z\"}", .count = 5}),
              "[\"2026-02-01T08:00:00+00:00\"]\n");
}

TEST_F(Next, explains_the_hour_that_is_missing) {
    EXPECT_EQ(next({.cron = "30 2 * * *",
                    .zone = "Europe/Berlin",
                    .from = "2027-03-28T00:00:00",
                    .count = 1}),
              kDone);
    const std::string out = fake_.out.str();
    EXPECT_TRUE(out.starts_with("Sun  2027-03-28T03:00:00+02:00  in ")) << out;
    EXPECT_NE(out.find("02:30 does not exist on 2027-03-28 (clock set forward); run once instead"),
              std::string::npos)
        << out;
}

TEST_F(Next, explains_the_hour_that_comes_twice) {
    EXPECT_EQ(next({.cron = "30 2 * * *",
                    .zone = "Europe/Berlin",
                    .from = "2026-10-25T00:00:00",
                    .count = 2}),
              kDone);
    const std::string out = fake_.out.str();
    EXPECT_NE(out.find("2026-10-25T02:30:00+02:00"), std::string::npos) << out;
    EXPECT_NE(out.find("2026-10-25T02:30:00+01:00"), std::string::npos) << out;
    EXPECT_NE(out.find("not run"), std::string::npos) << out;
    EXPECT_NE(out.find("2026-10-26T02:30:00+01:00"), std::string::npos) << out;
}

TEST_F(Next, draws_the_tilde_from_the_name) {
    const auto first = next_json({.name = "lamp", .cron = "~ * * * *", .count = 1});
    fake_.out.str("");
    EXPECT_EQ(next_json({.name = "lamp", .cron = "~ * * * *", .count = 1}), first);
    fake_.out.str("");
    EXPECT_NE(next_json({.name = "porch", .cron = "~ * * * *", .count = 1}), first);
}

TEST_F(Next, asks_the_daemon_about_a_directive) {
    FakeDaemon daemon(socket(),
                      {FakeDaemon::answer(200, R"({"next_due":"2026-01-01T00:05:00Z"})"),
                       FakeDaemon::answer(200, R"({"next_due":"2026-01-01T00:05:00Z"})")});
    EXPECT_EQ(next({.name = "lamp"}), kDone);
    EXPECT_EQ(fake_.out.str(), "2026-01-01T00:05:00Z  in 5 min\n");
    fake_.out.str("");
    EXPECT_EQ(next_json({.name = "lamp"}), "[\"2026-01-01T00:05:00Z\"]\n");
    EXPECT_TRUE(daemon.requests()[0].starts_with("GET /api/v1/directives/lamp HTTP"));
}

TEST_F(Next, says_when_a_directive_is_not_due) {
    const std::string body = R"({"next_due":null,"status":"paused"})";
    const FakeDaemon daemon(socket(),
                            {FakeDaemon::answer(200, body), FakeDaemon::answer(200, body)});
    EXPECT_EQ(next({.name = "lamp"}), kDone);
    EXPECT_EQ(fake_.out.str(), "lamp is not due by time; it is paused\n");
    fake_.out.str("");
    EXPECT_EQ(next_json({.name = "lamp"}), "[]\n");
}

TEST_F(Next, lists_all_directives_that_are_due) {
    const std::string body = R"([{"name":"a","trigger":"t","next_due":"2026-01-01T00:00:10Z"}])";
    const FakeDaemon daemon(socket(),
                            {FakeDaemon::answer(200, body), FakeDaemon::answer(200, body)});
    EXPECT_EQ(next({}), kDone);
    EXPECT_NE(fake_.out.str().find("in 10 s"), std::string::npos);
    fake_.out.str("");
    EXPECT_EQ(next_json({}), body + "\n");
}

TEST_F(Next, needs_a_daemon_only_without_an_expression) {
    EXPECT_EQ(next({.name = "lamp"}), kNoDaemon);
    EXPECT_EQ(next({}), kNoDaemon);
}

TEST_F(Next, hands_the_refusal_of_the_daemon_on) {
    const FakeDaemon daemon(socket(),
                            {FakeDaemon::answer(404, R"({"error":"no directive"})"),
                             FakeDaemon::answer(200, R"([{"name":"lamp"}])")});
    EXPECT_EQ(next({.name = "lmap"}), kFailed);
    EXPECT_EQ(fake_.err.str(), "aifp: no directive; did you mean lamp?\n");
}

}  // namespace
}  // namespace aifp::cli
