#include "engine/why.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>

namespace aifp::engine {
namespace {

WallTime utc(const char* text) {
    return parse_instant(text, TimeZone::utc()).value_or(WallTime());
}

WhyFacts porch_light() {
    WhyFacts facts;
    facts.name = "porch_light";
    facts.armed = true;
    facts.triggers = {{"sun", "sun: sunset", true}};
    facts.armed_since = utc("2026-11-01T08:00:00Z");
    facts.now = utc("2026-11-22T19:30:00Z");
    facts.zone = *TimeZone::load("Europe/Berlin");
    return facts;
}

storage::HistoryEntry decision(std::int64_t id, const char* at, model::Reason reason) {
    storage::HistoryEntry row;
    row.decision.id = LedgerId{id};
    row.decision.event.cause = "schedule";
    row.decision.event.scheduled_for = utc(at);
    row.decision.event.seen_at = utc(at);
    row.decision.reason = reason;
    row.decision.kind =
        reason == model::Reason::none ? model::DecisionKind::started : model::DecisionKind::skipped;
    return row;
}

std::vector<std::string> lines_of(const WhyFacts& facts) {
    std::vector<std::string> lines;
    const auto view = explain_why(facts);
    for (const auto& line : view.at("text").as_array()) {
        lines.emplace_back(line.as_string());
    }
    return lines;
}

using Lines = std::vector<std::string>;

TEST(ExplainWhy, tells_the_condition_that_was_false_with_its_values) {
    auto facts = porch_light();
    facts.next_due = utc("2026-11-23T15:57:00Z");
    facts.rows.push_back(decision(7, "2026-11-22T16:00:00Z", model::Reason::condition_false));
    facts.rows[0].decision.detail =
        R"(condition 1 is false: state.presence == "home" (presence is "away"))";
    EXPECT_EQ(
        lines_of(facts),
        (Lines{
            "porch_light is active and armed.",
            "Next due: 2026-11-23 16:57 (in 20h27m).",
            "It has never run.",
            "The last time it was asked, 17:00, it did not run.",
            R"(17:00: not run: condition 1 is false: state.presence == "home" (presence is "away"))"}));
}

TEST(ExplainWhy, tells_how_the_last_run_ended) {
    auto facts = porch_light();
    facts.rows.push_back(decision(8, "2026-11-21T16:01:00Z", model::Reason::none));
    facts.rows[0].end = storage::RunEnd{
        model::RunState::failed, utc("2026-11-21T16:01:05Z"), Milliseconds(5'000), "lamp: refused"};
    EXPECT_EQ(lines_of(facts),
              (Lines{"porch_light is active and armed.",
                     "Nothing is due by time; it waits for its triggers.",
                     "It last ran at 2026-11-21 17:01.",
                     "2026-11-21 17:01: run 8 (schedule) failed, 5s: lamp: refused"}));
}

TEST(ExplainWhy, tells_why_it_is_not_armed) {
    auto facts = porch_light();
    facts.armed = false;
    facts.status = model::DirectiveStatus::validated;
    facts.gate = "nobody has approved it: aifp approve porch_light";
    EXPECT_EQ(lines_of(facts)[0],
              "porch_light is validated and not armed: nobody has approved it: aifp approve "
              "porch_light.");
    facts.gate.clear();
    facts.status = model::DirectiveStatus::paused;
    facts.status_reason = "by uid 1000";
    EXPECT_EQ(lines_of(facts)[0], "porch_light is paused and not armed: by uid 1000.");
    facts.enabled = false;
    EXPECT_EQ(lines_of(facts)[0],
              "porch_light is paused and not armed: its file says enabled: false.");
}

TEST(ExplainWhy, tells_since_when_a_directive_waits_for_a_yes_and_what_it_takes) {
    auto facts = porch_light();
    facts.armed = false;
    facts.armed_since = WallTime();
    facts.status = model::DirectiveStatus::implemented;
    facts.gate = "not_approved";
    facts.step = "a look at it, then aifp approve porch_light";
    facts.standing_since = utc("2026-11-21T07:00:00Z");
    facts.triggers = {{"sun", "sun: sunset", true}, {"state", "state: lux", true}};
    EXPECT_EQ(lines_of(facts),
              (Lines{"porch_light is implemented and not armed: not_approved.",
                     "It stands so since 2026-11-21 08:00.",
                     "What it takes: a look at it, then aifp approve porch_light.",
                     "sun: sunset has never fired: its first instant is still to come.",
                     "state: lux has never fired: nothing watches it as long as that is so."}));
    const auto view = explain_why(facts);
    EXPECT_EQ(view.at("not_armed_since"), "2026-11-21T08:00:00+01:00");
    EXPECT_EQ(view.at("needed"), "a look at it, then aifp approve porch_light");

    facts.status = model::DirectiveStatus::draft;
    EXPECT_EQ(lines_of(facts)[3],
              "sun: sunset has never fired: nothing watches it as long as that is so.");
}

TEST(ExplainWhy, tells_the_first_mistake_of_a_file_whose_version_before_is_in_force) {
    auto facts = porch_light();
    EXPECT_TRUE(explain_why(facts).at("file_mistakes").is_null());
    facts.mistakes.emplace();
    facts.mistakes->first = {"directives/porch.yaml",
                             3,
                             11,
                             model::Severity::error,
                             "unknown action \"htp_request\"",
                             "did you mean http_request?",
                             ""};
    facts.mistakes->count = 2;
    EXPECT_EQ(lines_of(facts)[1],
              "The last edit of its file has 2 mistakes, so the version before it is in force: "
              "directives/porch.yaml:3: unknown action \"htp_request\"; did you mean "
              "http_request?.");
    const auto told = explain_why(facts).at("file_mistakes");
    EXPECT_EQ(told.at("line"), 3);
    EXPECT_EQ(told.at("column"), 11);
    EXPECT_EQ(told.at("count"), 2);
}

TEST(ExplainWhy, a_run_by_hand_is_what_a_manual_trigger_waits_for) {
    auto facts = porch_light();
    facts.triggers = {{"sun", "sun: sunset", true}, {"manual", "manual", true}};
    facts.rows.push_back(decision(8, "2026-11-21T16:01:00Z", model::Reason::none));
    facts.rows[0].decision.event.cause = "manual";
    facts.rows[0].decision.event.trigger_index = 0;
    const auto silent = explain_why(facts).at("silent").as_array();
    ASSERT_EQ(silent.size(), 1U);
    EXPECT_EQ(silent[0].at("trigger"), "sun: sunset");
}

struct Silence {
    const char* kind;
    const char* said;
};
class WhySilent : public ::testing::TestWithParam<Silence> {};

TEST_P(WhySilent, a_source_that_nothing_came_from_is_named) {
    auto facts = porch_light();
    facts.triggers = {{GetParam().kind, "the trigger", true}};
    facts.next_due = utc("2026-11-23T15:57:00Z");
    const auto lines = lines_of(facts);
    EXPECT_EQ(lines.back(), std::string("the trigger has never fired: ") + GetParam().said);
}
TEST(ExplainWhy, a_schedule_whose_instants_have_all_passed_is_not_waited_for) {
    auto facts = porch_light();
    facts.triggers = {{"at", "the trigger", true}};
    facts.next_due.reset();
    EXPECT_EQ(lines_of(facts).back(),
              "the trigger has never fired: no instant of it is left (armed since 2026-11-01 "
              "09:00).");
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    WhySilent,
    ::testing::Values(
        Silence{"webhook", "no request has come yet (armed since 2026-11-01 09:00)."},
        Silence{"event", "nothing has emitted that event yet (armed since 2026-11-01 09:00)."},
        Silence{"state", "that state has not changed yet (armed since 2026-11-01 09:00)."},
        Silence{"manual", "nobody has run it yet (armed since 2026-11-01 09:00)."},
        Silence{"cron", "its first instant is still to come (armed since 2026-11-01 09:00)."}));

TEST(ExplainWhy, a_trigger_that_was_seen_is_not_silent_and_one_switched_off_says_so) {
    auto facts = porch_light();
    facts.triggers.push_back({"webhook", "http: porch", false});
    facts.rows.push_back(decision(9, "2026-11-22T16:00:00Z", model::Reason::none));
    const auto view = explain_why(facts);
    ASSERT_EQ(view.at("silent").as_array().size(), 1U);
    EXPECT_EQ(view.at("silent").as_array()[0].at("text").as_string(),
              "it is switched off (enabled: false)");
}

TEST(ExplainWhy, shows_ten_decisions_or_all_since_then) {
    auto facts = porch_light();
    for (int i = 0; i < 15; ++i) {
        facts.rows.push_back(decision(100 - i, "2026-11-22T16:00:00Z", model::Reason::paused));
    }
    EXPECT_EQ(explain_why(facts).at("decisions").as_array().size(), 10U);
    facts.since = utc("2026-11-22T00:00:00Z");
    EXPECT_EQ(explain_why(facts).at("decisions").as_array().size(), 15U);
    facts.rows.clear();
    EXPECT_EQ(lines_of(facts).back(), "Nothing was decided since 01:00.");
}

TEST(WordsOf, every_reason_has_words_of_its_own) {
    for (int number = 1; number <= static_cast<int>(model::Reason::approval_expired); ++number) {
        const auto reason = static_cast<model::Reason>(number);
        auto row = decision(1, "2026-11-22T16:00:00Z", reason);
        row.decision.detail = "DETAIL";
        const auto words = words_of(row);
        EXPECT_TRUE(words.starts_with("not run: ") && words.ends_with("DETAIL")) << words;
        EXPECT_FALSE(words.starts_with("not run: " + std::string(model::name_of(reason)) + ":"))
            << "no words for " << words;
    }
}

TEST(ParseSince, takes_how_long_ago_and_instants) {
    const auto now = utc("2026-11-22T19:30:00Z");
    EXPECT_EQ(*parse_since("7d", now, TimeZone::utc()), now - std::chrono::days(7));
    EXPECT_EQ(*parse_since("2026-11-20T00:00:00", now, TimeZone::utc()),
              utc("2026-11-20T00:00:00Z"));
    EXPECT_FALSE(parse_since("lately", now, TimeZone::utc()));
}

}  // namespace
}  // namespace aifp::engine
