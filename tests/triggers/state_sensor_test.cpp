// The table of reference/semantics.md 3.2 and 3.3, row by row.
#include "triggers/state_sensor.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>

#include "tests/support/fake_clock.hpp"

namespace aifp::triggers {
namespace {

namespace json = boost::json;

constexpr WallTime kNow = testing::FakeClock::kStart;

/// A sensor and the states that it sees; `set` answers what it says to the change.
class World {
public:
    explicit World(const std::string& arguments) {
        trigger_.arguments = json::parse(arguments).as_object();
        trigger_.kind = std::string(trigger_.arguments.begin()->key());
        begin(std::nullopt);
    }

    /// A new engine on the same states.
    Verdict begin(std::optional<Held> stored) {
        const ReadState read = [this](std::string_view name) {
            const auto found = states.find(std::string(name));
            return found == states.end() ? std::nullopt : std::optional(found->second);
        };
        auto made = trigger_.kind == "state" ? make_state_sensor(trigger_, read)
                                             : make_numeric_sensor(trigger_, read);
        sensor = std::move(*made);
        return sensor->begin(now, std::move(stored));
    }

    Verdict set(const std::string& name, json::value value, json::object attributes = {}) {
        model::StateChange change;
        change.name = name;
        change.at = now;
        if (const auto found = states.find(name); found != states.end()) {
            change.before = found->second;
        }
        states[name] = model::StateView{std::move(value), std::move(attributes)};
        change.after = states[name];
        return sensor->on_change(change, now);
    }
    Verdict forget(const std::string& name) {
        model::StateChange change;
        change.name = name;
        change.before = states.at(name);
        states.erase(name);
        return sensor->on_change(change, now);
    }

    std::map<std::string, model::StateView> states;
    std::unique_ptr<Sensor> sensor;
    WallTime now = kNow;

private:
    model::Trigger trigger_;
};

struct Row {
    const char* trigger;
    json::value from;
    json::value to;
    bool fires;
};

class StateTable : public ::testing::TestWithParam<Row> {};

TEST_P(StateTable, fires_as_it_says) {
    World world(GetParam().trigger);
    static_cast<void>(world.set("door", GetParam().from));
    EXPECT_EQ(world.set("door", GetParam().to).fire.has_value(), GetParam().fires);
}

INSTANTIATE_TEST_SUITE_P(
    Rules,
    StateTable,
    ::testing::Values(Row{R"({"state": "door"})", "a", "b", true},
                      Row{R"({"state": "door", "to": ["open"]})", "closed", "open", true},
                      Row{R"({"state": "door", "to": ["open"]})", "closed", "ajar", false},
                      Row{R"({"state": "door", "to": ["open", "ajar"]})", "closed", "ajar", true},
                      Row{R"({"state": "door", "from": ["closed"]})", "closed", "ajar", true},
                      Row{R"({"state": "door", "from": ["closed"]})", "open", "ajar", false},
                      Row{R"({"state": "door", "from": ["a"], "to": ["b"]})", "a", "b", true},
                      Row{R"({"state": "door", "from": ["a"], "to": ["b"]})", "c", "b", false},
                      Row{R"({"state": "door", "not_to": ["unknown"]})", "a", "b", true},
                      Row{R"({"state": "door", "not_from": ["a"]})", "a", "b", false},
                      Row{R"({"state": "door", "to": ["2"]})", 1, 2, true},
                      Row{R"({"state": "door", "to": ["true"]})", false, true, true},
                      Row{R"({"state": "door", "to": null})", "a", "b", true}));

TEST(StateSensor, sees_attributes_only_when_nothing_is_said_of_values) {
    World any(R"({"state": "door"})");
    World value(R"({"state": "door", "to": null})");
    for (auto* world : {&any, &value}) {
        static_cast<void>(world->set("door", "open"));
    }
    EXPECT_TRUE(any.set("door", "open", {{"battery", 1}}).fire);
    EXPECT_FALSE(value.set("door", "open", {{"battery", 1}}).fire);
}

TEST(StateSensor, watches_an_attribute) {
    World world(R"({"state": "door", "attribute": "battery", "to": ["low"]})");
    static_cast<void>(world.set("door", "open", {{"battery", "full"}}));
    EXPECT_FALSE(world.set("door", "closed", {{"battery", "full"}}).fire);
    EXPECT_TRUE(world.set("door", "closed", {{"battery", "low"}}).fire);
}

TEST(StateSensor, with_to_only_leaving_it_ends_the_wait) {
    World world(R"({"state": "door", "to": ["open", "ajar"], "for": "5m"})");
    static_cast<void>(world.set("door", "closed"));
    const auto armed = world.set("door", "open");
    ASSERT_TRUE(armed.hold);
    EXPECT_EQ(armed.hold->deadline, kNow + Seconds(300));

    world.now += Seconds(60);
    const auto moved = world.set("door", "ajar");
    EXPECT_FALSE(moved.hold);
    EXPECT_FALSE(moved.release);

    const auto left = world.set("door", "closed");
    EXPECT_TRUE(left.release);
    EXPECT_EQ(left.refused, model::Reason::for_not_held);
    EXPECT_EQ(left.detail, "door became closed after 1m of 5m");
}

TEST(StateSensor, with_from_only_going_back_ends_the_wait) {
    World world(R"({"state": "door", "from": ["closed"], "for": "5m"})");
    static_cast<void>(world.set("door", "closed"));
    ASSERT_TRUE(world.set("door", "open").hold);
    EXPECT_FALSE(world.set("door", "ajar").release);
    EXPECT_TRUE(world.set("door", "closed").release);
}

TEST(StateSensor, with_neither_any_change_begins_anew) {
    World world(R"({"state": "door", "for": "5m"})");
    ASSERT_TRUE(world.set("door", "open").hold);
    world.now += Seconds(60);
    const auto changed = world.set("door", "ajar");
    EXPECT_EQ(changed.refused, model::Reason::for_not_held);
    ASSERT_TRUE(changed.hold);
    EXPECT_EQ(changed.hold->deadline, world.now + Seconds(300));
    EXPECT_FALSE(world.set("door", "ajar", {{"battery", 1}}).release);
}

TEST(StateSensor, fires_with_the_change_that_began_it) {
    World world(R"({"state": "door", "to": ["open"], "for": "5m"})");
    static_cast<void>(world.set("door", "closed"));
    static_cast<void>(world.set("door", "open"));
    const auto over = world.sensor->on_deadline(kNow + Seconds(300));
    ASSERT_TRUE(over.fire);
    EXPECT_EQ(over.fire->at("from"), "closed");
    EXPECT_EQ(over.fire->at("to"), "open");
    EXPECT_EQ(over.fire->at("for"), "5m");
    EXPECT_TRUE(over.release);
}

TEST(StateSensor, a_state_that_goes_leaves_to) {
    World world(R"({"state": "door", "to": ["open"], "for": "5m"})");
    static_cast<void>(world.set("door", "open"));
    EXPECT_TRUE(world.forget("door").release);
}

class Restored : public ::testing::Test {
protected:
    World world{R"({"state": "door", "to": ["open"], "for": "5m"})"};
    Held held = *world.set("door", "open").hold;
};

TEST_F(Restored, goes_on_with_what_is_left) {
    world.now += Seconds(100);
    const auto begun = world.begin(held);
    EXPECT_FALSE(begun.fire || begun.release || begun.hold);
    EXPECT_TRUE(world.sensor->on_deadline(*held.deadline).fire);
}

TEST_F(Restored, fires_with_its_due_time_when_that_passed_meanwhile) {
    world.now += Seconds(400);
    const auto begun = world.begin(held);
    ASSERT_TRUE(begun.fire);
    EXPECT_EQ(begun.due, held.deadline);
}

TEST_F(Restored, did_not_hold_when_the_value_is_another) {
    world.states["door"].value = "closed";
    EXPECT_EQ(world.begin(held).refused, model::Reason::for_not_held);
}

TEST_F(Restored, waits_for_the_first_value) {
    world.states.clear();
    world.now += Seconds(400);
    const auto begun = world.begin(held);
    EXPECT_FALSE(begun.fire);
    EXPECT_NE(begun.problem.find("door is not known yet"), std::string::npos);
    EXPECT_FALSE(world.sensor->on_deadline(world.now).fire);
    EXPECT_TRUE(world.set("door", "open").fire);
}

TEST_F(Restored, gives_up_on_a_value_that_never_comes) {
    world.states.clear();
    const auto begun = world.begin(held);
    ASSERT_TRUE(begun.check_at);
    EXPECT_EQ(world.sensor->on_check(*begun.check_at).refused, model::Reason::for_not_held);
}

TEST(NumericSensor, fires_on_entering_and_is_armed_outside) {
    World world(R"({"numeric_state": "heat", "above": 25})");
    EXPECT_FALSE(world.set("heat", 25).fire);
    EXPECT_TRUE(world.set("heat", 26).fire);
    EXPECT_FALSE(world.set("heat", 27).fire);
    EXPECT_FALSE(world.set("heat", "20").fire);
    EXPECT_TRUE(world.set("heat", "26.5").fire);
}

TEST(NumericSensor, inside_at_the_start_is_no_entry) {
    World world(R"({"numeric_state": "heat", "above": 25})");
    static_cast<void>(world.set("heat", 30));
    static_cast<void>(world.begin(std::nullopt));
    EXPECT_FALSE(world.set("heat", 31).fire);
}

TEST(NumericSensor, what_is_no_number_neither_fires_nor_arms_and_is_told_once) {
    World world(R"({"numeric_state": "heat", "above": 25})");
    ASSERT_TRUE(world.set("heat", 26).fire);
    EXPECT_FALSE(world.set("heat", "broken").problem.empty());
    EXPECT_TRUE(world.set("heat", "still").problem.empty());
    EXPECT_FALSE(world.set("heat", 26).fire);
}

TEST(NumericSensor, hysteresis_holds_it_back) {
    World world(R"({"numeric_state": "heat", "above": 25, "reset_below": 24})");
    ASSERT_TRUE(world.set("heat", 26).fire);
    EXPECT_FALSE(world.set("heat", 24.5).fire);
    EXPECT_FALSE(world.set("heat", 26).fire);
    EXPECT_FALSE(world.set("heat", 23).fire);
    EXPECT_TRUE(world.set("heat", 26).fire);
}

TEST(NumericSensor, bounds_may_be_states) {
    World world(R"({"numeric_state": "lux", "below": "limit"})");
    EXPECT_FALSE(world.set("lux", 10).fire);
    world.states["limit"] = {40, {}};
    EXPECT_TRUE(world.set("lux", 11).fire);
}

TEST(NumericSensor, leaving_ends_the_wait_and_arms_again) {
    World world(R"({"numeric_state": "heat", "above": 25, "reset_below": 20, "for": "1m"})");
    ASSERT_TRUE(world.set("heat", 26).hold);
    const auto left = world.set("heat", 24);
    EXPECT_EQ(left.refused, model::Reason::for_not_held);
    EXPECT_TRUE(world.set("heat", 26).hold);
}

}  // namespace
}  // namespace aifp::triggers
