#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/support/fake_clock.hpp"
#include "triggers/signal_sensors.hpp"
#include "triggers/truth_sensor.hpp"

namespace aifp::triggers {
namespace {

namespace json = boost::json;

constexpr WallTime kNow = testing::FakeClock::kStart;

model::Trigger trigger_of(const std::string& arguments) {
    model::Trigger trigger;
    trigger.arguments = json::parse(arguments).as_object();
    trigger.kind = std::string(trigger.arguments.begin()->key());
    return trigger;
}

json::object run_of(const std::string& directive, const std::string& status) {
    return {{"directive", directive}, {"status", status}};
}

struct Truth {
    Result<bool> holds = false;
    Watched watched() {
        return {[this] { return holds; }, {}};
    }
};

TEST(TruthSensor, fires_on_the_way_from_false_to_true) {
    Truth truth;
    const auto sensor = make_truth_sensor(trigger_of(R"({"template": "x"})"), truth.watched());
    static_cast<void>(sensor->begin(kNow, std::nullopt));
    truth.holds = true;
    EXPECT_TRUE(sensor->on_change({}, kNow).fire);
    EXPECT_FALSE(sensor->on_change({}, kNow).fire);
    truth.holds = false;
    EXPECT_FALSE(sensor->on_change({}, kNow).fire);
    truth.holds = true;
    EXPECT_TRUE(sensor->on_change({}, kNow).fire);
}

TEST(TruthSensor, what_cannot_be_decided_is_false_and_told_once) {
    Truth truth;
    truth.holds = fail(ErrorCode::not_found, "no x");
    const auto sensor = make_truth_sensor(trigger_of(R"({"template": "x"})"), truth.watched());
    EXPECT_EQ(sensor->begin(kNow, std::nullopt).problem, "no x");
    EXPECT_TRUE(sensor->on_change({}, kNow).problem.empty());
    truth.holds = true;
    EXPECT_TRUE(sensor->on_change({}, kNow).fire);
}

TEST(TruthSensor, becoming_false_ends_the_wait) {
    Truth truth;
    const auto sensor =
        make_truth_sensor(trigger_of(R"({"template": "x", "for": "1m"})"), truth.watched());
    static_cast<void>(sensor->begin(kNow, std::nullopt));
    truth.holds = true;
    ASSERT_TRUE(sensor->on_change({}, kNow).hold);
    truth.holds = false;
    const auto ended = sensor->on_change({}, kNow + Seconds(10));
    EXPECT_EQ(ended.refused, model::Reason::for_not_held);
    EXPECT_EQ(ended.detail, "it became false after 10s of 1m");
}

TEST(TruthSensor, a_condition_asks_to_be_looked_at_again) {
    Truth truth;
    const auto sensor = make_truth_sensor(
        trigger_of(R"({"condition": "x", "check_interval": "10s"})"), truth.watched());
    EXPECT_EQ(sensor->begin(kNow, std::nullopt).check_at, kNow + Seconds(10));
    truth.holds = true;
    const auto looked = sensor->on_check(kNow + Seconds(10));
    EXPECT_TRUE(looked.fire);
    EXPECT_EQ(looked.check_at, kNow + Seconds(20));
}

TEST(WhileSensor, fires_at_its_distance_and_stops_without_a_word) {
    Truth truth;
    const auto sensor =
        make_while_sensor(trigger_of(R"({"while": [], "every": "1m"})"), truth.watched());
    static_cast<void>(sensor->begin(kNow, std::nullopt));
    truth.holds = true;
    const auto begun = sensor->on_change({}, kNow);
    ASSERT_TRUE(begun.hold);
    EXPECT_FALSE(begun.fire);
    const auto first = sensor->on_deadline(kNow + Seconds(60));
    ASSERT_TRUE(first.fire);
    EXPECT_EQ(first.fire->at("count"), 1);
    EXPECT_EQ(first.hold->deadline, kNow + Seconds(120));
    truth.holds = false;
    const auto ended = sensor->on_change({}, kNow + Seconds(90));
    EXPECT_TRUE(ended.release);
    EXPECT_EQ(ended.refused, model::Reason::none);
}

TEST(WhileSensor, does_not_make_up_for_what_it_missed) {
    Truth truth{true};
    const auto sensor =
        make_while_sensor(trigger_of(R"({"while": [], "every": "1m"})"), truth.watched());
    const auto begun = sensor->begin(kNow + Seconds(600), Held{kNow, {}});
    ASSERT_TRUE(begun.fire);
    EXPECT_EQ(begun.due, kNow);
    EXPECT_EQ(begun.hold->deadline, kNow + Seconds(660));
}

TEST(AfterSensor, waits_for_all_since_it_last_fired) {
    const auto made = make_after_sensor(trigger_of(R"({"after": ["a", "b"]})"));
    ASSERT_TRUE(made);
    const auto& sensor = *made;
    static_cast<void>(sensor->begin(kNow, std::nullopt));
    EXPECT_TRUE(sensor->on_signal("", run_of("a", "success"), kNow).hold);
    EXPECT_TRUE(sensor->on_signal("", run_of("b", "success"), kNow).fire);
    EXPECT_FALSE(sensor->on_signal("", run_of("b", "success"), kNow).fire);
}

TEST(AfterSensor, says_who_ended_otherwise_or_too_late) {
    const auto made = make_after_sensor(trigger_of(R"({"after": ["a", "b"], "within": "1h"})"));
    ASSERT_TRUE(made);
    const auto& sensor = *made;
    const auto failed = sensor->on_signal("", run_of("a", "failure"), kNow);
    EXPECT_EQ(failed.refused, model::Reason::dependency_not_met);
    const auto held = sensor->on_signal("", run_of("a", "success"), kNow);
    ASSERT_TRUE(held.hold);
    EXPECT_EQ(held.hold->deadline, kNow + Seconds(3600));
    const auto late = sensor->on_deadline(kNow + Seconds(3600));
    EXPECT_EQ(late.detail, "b did not end within 1h of the first");
    EXPECT_TRUE(late.release);
}

TEST(AfterSensor, remembers_over_a_restart) {
    const auto made = make_after_sensor(trigger_of(R"({"after": ["a", "b"]})"));
    ASSERT_TRUE(made);
    const auto held = (*made)->on_signal("", run_of("a", "success"), kNow).hold;
    const auto again = make_after_sensor(trigger_of(R"({"after": ["a", "b"]})"));
    static_cast<void>((*again)->begin(kNow, held));
    const auto fired = (*again)->on_signal("", run_of("b", "success"), kNow);
    EXPECT_TRUE(fired.fire);
    EXPECT_TRUE(fired.release);
}

TEST(AfterSensor, any_takes_the_first_and_failure_takes_timeouts) {
    const auto made =
        make_after_sensor(trigger_of(R"({"after": ["a", "b"], "match": "any", "on": "failure"})"));
    ASSERT_TRUE(made);
    EXPECT_TRUE((*made)->on_signal("", run_of("b", "timeout"), kNow).fire);
}

class Watchdog : public ::testing::Test {
protected:
    Watchdog() {
        std::vector<WatchdogMember> members;
        members.push_back({make_event_sensor(trigger_of(R"({"event": "begin"})")), false});
        members.push_back({make_event_sensor(trigger_of(R"({"event": "end"})")), true});
        sensor =
            std::move(*make_watchdog_sensor(trigger_of(R"({"within": "5m"})"), std::move(members)));
        static_cast<void>(sensor->begin(kNow, std::nullopt));
    }
    Verdict tell(const char* event, WallTime now) {
        return sensor->on_signal(signal_of_event(event), {}, now);
    }
    std::unique_ptr<Sensor> sensor;
};

TEST_F(Watchdog, fires_once_at_the_end_of_its_time) {
    ASSERT_TRUE(tell("begin", kNow).hold);
    const auto over = sensor->on_deadline(kNow + Seconds(300));
    EXPECT_TRUE(over.fire);
    EXPECT_TRUE(over.release);
    EXPECT_FALSE(sensor->on_deadline(kNow + Seconds(300)).fire);
}

TEST_F(Watchdog, what_is_expected_ends_it_and_is_nothing_when_idle) {
    EXPECT_FALSE(tell("end", kNow).release);
    static_cast<void>(tell("begin", kNow));
    EXPECT_TRUE(tell("end", kNow).release);
}

TEST_F(Watchdog, arming_again_starts_the_time_anew) {
    static_cast<void>(tell("begin", kNow));
    EXPECT_EQ(tell("begin", kNow + Seconds(60)).hold->deadline, kNow + Seconds(360));
}

TEST_F(Watchdog, needs_both_halves) {
    std::vector<WatchdogMember> members;
    members.push_back({make_event_sensor(trigger_of(R"({"event": "begin"})")), false});
    EXPECT_FALSE(make_watchdog_sensor(trigger_of(R"({"within": "5m"})"), std::move(members)));
}

}  // namespace
}  // namespace aifp::triggers
