#include "engine/held_events.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace aifp::engine {
namespace {

constexpr DirectiveId kLamp{1};

WallTime at(int seconds) {
    return WallTime(Seconds(1'000'000 + seconds));
}

HeldEvent debounced(std::int64_t id, int seen, const std::string& key = {}) {
    HeldEvent held;
    held.id = LedgerId{id};
    held.event.directive = kLamp;
    held.event.key = key;
    held.event.seen_at = at(seen);
    held.first_seen = at(seen);
    held.wait = WaitId{id + 100};
    held.deadline = at(seen + 10);
    return held;
}

TEST(HeldEvents, a_debounced_event_takes_the_place_of_the_one_before) {
    HeldEvents held;
    EXPECT_FALSE(held.hold(debounced(1, 0)));
    const auto before = held.hold(debounced(2, 4));
    ASSERT_TRUE(before);
    EXPECT_EQ(before->id, LedgerId{1});
    EXPECT_EQ(held.size(), 1U);
    const auto* now = held.find(LedgerId{2});
    ASSERT_NE(now, nullptr);
    EXPECT_EQ(now->count, 2U);
    EXPECT_EQ(now->first_seen, at(0));
    EXPECT_EQ(now->wait, WaitId{101}) << "the row goes on";
}

TEST(HeldEvents, keys_are_apart) {
    HeldEvents held;
    EXPECT_FALSE(held.hold(debounced(1, 0, "hall")));
    EXPECT_FALSE(held.hold(debounced(2, 1, "porch")));
    EXPECT_EQ(held.of(kLamp).size(), 2U);
}

TEST(HeldEvents, only_what_is_stored_falls_due) {
    HeldEvents held;
    held.hold(debounced(1, 0));
    EXPECT_EQ(held.next_due(), std::nullopt);
    ASSERT_NE(held.stored(LedgerId{1}), nullptr);
    EXPECT_EQ(held.next_due(), at(10));
    EXPECT_TRUE(held.due(at(9)).empty());
    EXPECT_EQ(held.due(at(10)), std::vector{LedgerId{1}});
}

TEST(HeldEvents, what_was_replaced_by_nothing_is_held_again) {
    HeldEvents held;
    auto first = debounced(1, 0);
    first.is_stored = true;
    held.hold(first);
    held.refused(LedgerId{2}, held.hold(debounced(2, 4)));
    EXPECT_EQ(held.next_due(), at(10));
    EXPECT_EQ(held.find(LedgerId{1})->count, 1U);
}

TEST(HeldEvents, what_two_refused_ones_replaced_is_held_again) {
    HeldEvents held;
    auto first = debounced(1, 0);
    first.is_stored = true;
    held.hold(first);
    auto before_second = held.hold(debounced(2, 4));
    auto before_third = held.hold(debounced(3, 6));
    held.refused(LedgerId{2}, std::move(before_second));
    EXPECT_EQ(held.of(kLamp), std::vector{LedgerId{3}});
    held.refused(LedgerId{3}, std::move(before_third));
    EXPECT_EQ(held.of(kLamp), std::vector{LedgerId{1}});
    EXPECT_EQ(held.next_due(), at(10));
}

TEST(HeldEvents, what_was_stored_after_it_was_replaced_falls_due_when_it_is_held_again) {
    HeldEvents held;
    held.hold(debounced(1, 0));
    auto before = held.hold(debounced(2, 4));
    EXPECT_EQ(held.stored(LedgerId{1}), nullptr);
    held.refused(LedgerId{2}, std::move(before));
    EXPECT_EQ(held.next_due(), at(10));
}

TEST(HeldEvents, what_a_refused_one_replaced_is_over_with_it) {
    HeldEvents held;
    auto first = debounced(1, 0);
    first.is_stored = true;
    held.hold(first);
    auto before_second = held.hold(debounced(2, 4));
    const auto before_third = held.hold(debounced(3, 6));
    held.refused(LedgerId{2}, std::move(before_second));
    ASSERT_NE(held.stored(LedgerId{3}), nullptr);
    const auto over = held.settle(*before_third);
    ASSERT_TRUE(over);
    EXPECT_EQ(over->id, LedgerId{1});
}

TEST(HeldEvents, one_that_is_stored_after_the_one_that_replaced_it_is_told_once) {
    HeldEvents held;
    held.hold(debounced(1, 0));
    const auto before = held.hold(debounced(2, 4));
    ASSERT_NE(held.stored(LedgerId{2}), nullptr);
    EXPECT_FALSE(held.settle(*before));
    EXPECT_TRUE(held.was_overtaken(LedgerId{1}));
    EXPECT_FALSE(held.was_overtaken(LedgerId{1}));
}

TEST(HeldEvents, come_back_from_their_row) {
    HeldEvents held;
    held.hold(debounced(1, 0, "hall"));
    held.hold(debounced(2, 4, "hall"));
    const auto row = row_of(*held.find(LedgerId{2}));
    EXPECT_EQ(row.kind, model::WaitKind::flow);
    EXPECT_EQ(row.deadline, at(14));
    EXPECT_EQ(held_decision_of(row), LedgerId{2});
    EXPECT_LT(row.data.size(), 200U);

    model::DecisionRecord decision;
    decision.id = LedgerId{2};
    decision.event = held.find(LedgerId{2})->event;
    const auto again = held_from(row, decision);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->kind, HoldKind::debounce);
    EXPECT_EQ(again->count, 2U);
    EXPECT_EQ(again->first_seen, at(0));
    EXPECT_EQ(again->wait, WaitId{101});
    EXPECT_TRUE(again->is_stored);
}

TEST(HeldEvents, a_broken_row_is_told) {
    model::Wait row;
    row.kind = model::WaitKind::flow;
    row.data = "{\"held\":{\"decision\":1,\"kind\":\"later\"}}";
    EXPECT_FALSE(held_from(row, {}));
    row.data = "{\"snooze\":\"me\"}";
    EXPECT_EQ(held_decision_of(row), std::nullopt);
}

TEST(ReleasedPayload, tells_how_many_and_over_how_long) {
    auto held = debounced(2, 4);
    held.count = 3;
    held.first_seen = at(0);
    held.event.payload = R"({"event":"bell"})";
    const auto payload = boost::json::parse(released_payload(held)).as_object();
    EXPECT_EQ(payload.at("event"), "bell");
    EXPECT_EQ(payload.at("count"), 3);
    EXPECT_EQ(payload.at("span").to_number<double>(), 4.0);
}

TEST(ReleasedPayload, leaves_others_alone) {
    auto held = debounced(1, 0);
    held.kind = HoldKind::jitter;
    EXPECT_EQ(released_payload(held), "");
}

}  // namespace
}  // namespace aifp::engine
