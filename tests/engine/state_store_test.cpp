#include "engine/state_store.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.hpp"

namespace aifp::engine {
namespace {

constexpr WallTime kNow = testing::FakeClock::kStart;

struct Heard final : StateListener {
    explicit Heard(StateStore& store, const std::string& name = {}) { store.listen(*this, name); }
    void on_state_change(const model::StateChange& change) override {
        changes.push_back(change);
        if (react) {
            react(change);
        }
    }
    void on_changes_told() override { ++turns; }
    std::vector<model::StateChange> changes;
    std::function<void(const model::StateChange&)> react;
    int turns = 0;
};

model::StateUpdate setting(const std::string& name, boost::json::value value) {
    model::StateUpdate update;
    update.values[name] = std::move(value);
    update.by = "test";
    return update;
}

TEST(StateStore, tells_a_change_with_both_sides_and_who) {
    StateStore store(10);
    Heard all(store);
    ASSERT_TRUE(store.update(setting("door", "closed"), kNow));
    ASSERT_TRUE(store.update(setting("door", "open"), kNow + Seconds(1)));
    EXPECT_TRUE(all.changes.empty());

    store.deliver();

    ASSERT_EQ(all.changes.size(), 2U);
    EXPECT_FALSE(all.changes[0].before);
    EXPECT_EQ(all.changes[1].before->value, "closed");
    EXPECT_EQ(all.changes[1].after->value, "open");
    EXPECT_EQ(all.changes[1].by, "test");
    EXPECT_EQ(all.turns, 1);
}

TEST(StateStore, the_same_value_again_is_no_change_but_a_new_time) {
    StateStore store(10);
    ASSERT_TRUE(store.update(setting("door", 1), kNow));
    Heard all(store);
    store.deliver();
    all.changes.clear();

    ASSERT_TRUE(store.update(setting("door", 1), kNow + Seconds(5)));
    store.deliver();

    EXPECT_TRUE(all.changes.empty());
    EXPECT_EQ(store.last_changed("door"), kNow);
    const auto rows = store.take_changes();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].at, kNow + Seconds(5));
    EXPECT_EQ(rows[0].changed_at, kNow);
}

TEST(StateStore, what_a_listener_changes_comes_in_the_next_turn) {
    StateStore store(10);
    int wakes = 0;
    store.set_wake([&] { ++wakes; });
    Heard all(store);
    all.react = [&](const model::StateChange& change) {
        if (change.name == "a") {
            ASSERT_TRUE(store.update(setting("b", 1), kNow));
            store.deliver();
        }
    };
    ASSERT_TRUE(store.update(setting("a", 1), kNow));
    store.deliver();
    EXPECT_EQ(all.changes.size(), 1U);
    EXPECT_EQ(wakes, 2);

    store.deliver();

    EXPECT_EQ(all.changes.size(), 2U);
}

TEST(StateStore, a_listener_of_one_name_hears_of_no_other) {
    StateStore store(10);
    Heard door(store, "door");
    ASSERT_TRUE(store.update(setting("lamp", 1), kNow));
    ASSERT_TRUE(store.update(setting("door", 1), kNow));
    store.deliver();
    ASSERT_EQ(door.changes.size(), 1U);

    store.stop_listening(door);
    ASSERT_TRUE(store.update(setting("door", 2), kNow));
    store.deliver();

    EXPECT_EQ(door.changes.size(), 1U);
}

TEST(StateStore, increments_numbers_and_refuses_the_rest) {
    StateStore store(10);
    auto update = setting("n", 2);
    update.increment = true;
    ASSERT_TRUE(store.update(update, kNow));
    const auto twice = store.update(update, kNow);
    ASSERT_TRUE(twice);
    EXPECT_EQ(twice->values.at("n").as_int64(), 4);

    ASSERT_TRUE(store.update(setting("n", "many"), kNow));
    const auto refused = store.update(update, kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_input);
}

TEST(StateStore, compares_and_sets_all_or_nothing) {
    StateStore store(10);
    ASSERT_TRUE(store.update(setting("a", 1), kNow));
    auto update = setting("a", 2);
    update.values["b"] = 2;
    update.if_is = boost::json::value(1);
    const auto differs = store.update(update, kNow);
    ASSERT_TRUE(differs);
    EXPECT_FALSE(differs->done);
    EXPECT_EQ(differs->values.at("a").as_int64(), 1);
    EXPECT_TRUE(differs->values.at("b").is_null());

    update.values.erase("b");
    update.if_is = boost::json::value(1.0);
    const auto fits = store.update(update, kNow);
    ASSERT_TRUE(fits);
    EXPECT_TRUE(fits->done);
}

TEST(StateStore, a_value_with_a_time_to_live_goes_by_itself) {
    StateStore store(10);
    auto update = setting("door", "open");
    update.ttl = Seconds(10);
    ASSERT_TRUE(store.update(update, kNow));
    EXPECT_EQ(store.next_expiry(), kNow + Seconds(10));
    Heard all(store);
    store.expire(kNow + Seconds(9));
    EXPECT_TRUE(store.find("door"));

    store.expire(kNow + Seconds(10));
    store.deliver();

    EXPECT_FALSE(store.find("door"));
    EXPECT_EQ(all.changes.back().by, "ttl");
    const auto rows = store.take_changes();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows[0].value_json.empty());
}

TEST(StateStore, comes_back_with_attributes_times_and_expiry) {
    StateStore store(10);
    auto update = setting("door", "open");
    update.attributes = boost::json::object{{"battery", 80}};
    update.ttl = Seconds(10);
    ASSERT_TRUE(store.update(update, kNow));
    store.deliver();
    StateStore again(10);

    for (const auto& row : store.take_changes()) {
        again.restore(row);
    }

    EXPECT_EQ(again.find("door")->attributes.at("battery").as_int64(), 80);
    EXPECT_EQ(again.attributes().at("door").at("battery").as_int64(), 80);
    EXPECT_EQ(again.next_expiry(), kNow + Seconds(10));
    EXPECT_EQ(again.last_changed("door"), kNow);
}

TEST(StateStore, keeps_its_bounds) {
    StateStore store(1);
    ASSERT_TRUE(store.update(setting("a", 1), kNow));
    EXPECT_EQ(store.update(setting("b", 1), kNow).error().code(), ErrorCode::busy);
    const std::string large(StateStore::kMaxValueBytes + 1, 'x');
    EXPECT_EQ(store.update(setting("a", boost::json::string(large)), kNow).error().code(),
              ErrorCode::invalid_input);
    EXPECT_EQ(store.find("a")->value, 1);
}

TEST(StateStore, the_hosts_figures_are_told_and_never_stored) {
    StateStore store(10);
    Heard cpu(store, "host.cpu_percent");
    store.set_host({{"cpu_percent", 12.5}}, kNow);
    store.set_host({{"cpu_percent", 12.5}}, kNow);
    store.deliver();

    EXPECT_EQ(cpu.changes.size(), 1U);
    EXPECT_EQ(store.find("host.cpu_percent")->value, 12.5);
    EXPECT_FALSE(store.has_changes());
    EXPECT_FALSE(store.update(setting("host.cpu_percent", 1), kNow));
}

TEST(StateStore, what_could_not_be_stored_is_written_again_as_it_is_by_then) {
    StateStore store(10);
    ASSERT_TRUE(store.update(setting("a", 1), kNow));
    ASSERT_TRUE(store.update(setting("b", 1), kNow));
    store.deliver();
    const auto lost = store.take_changes();
    ASSERT_TRUE(store.update(setting("a", 2), kNow));
    store.deliver();
    const auto newer = store.take_changes();
    ASSERT_TRUE(store.update(setting("b", 3), kNow));  // not told yet: it comes by itself

    const auto again = store.changes_again(lost);

    ASSERT_EQ(newer.size(), 1U);
    ASSERT_EQ(again.states.size(), 1U);
    EXPECT_EQ(again.states[0].name, "a");
    EXPECT_EQ(again.states[0].value_json, "2");
}

TEST(StateStore, takes_back_a_value_as_deep_as_expressions_make_them) {
    std::string deep = "1";
    for (int i = 0; i < 60; ++i) {
        deep = "[" + deep + "]";
    }
    StateStore store(10);
    store.restore({"deep", deep, kNow});
    EXPECT_TRUE(store.find("deep"));
}

}  // namespace
}  // namespace aifp::engine
