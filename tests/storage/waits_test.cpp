#include "storage/waits.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/storage/ledger_fixture.hpp"

namespace aifp::storage {
namespace {

model::Wait make_wait(std::int64_t id) {
    model::Wait wait;
    wait.id = WaitId{id};
    wait.directive = DirectiveId{7};
    wait.run = LedgerId{40 + id};
    wait.deadline = kNoon;
    wait.data = R"({"step":[2]})";
    return wait;
}

std::vector<model::Wait> all_waits(Database& database, bool with_data = true) {
    std::vector<model::Wait> waits;
    load_waits(database, with_data, [&](model::Wait wait) { waits.push_back(std::move(wait)); });
    return waits;
}

WriteGroup group_of_waits(std::vector<model::Wait> waits) {
    WriteGroup group;
    group.waits = std::move(waits);
    return group;
}

TEST(Waits, of_a_run_come_back_whole) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of_waits({make_wait(1)}));
    const auto found = find_wait(*database, WaitId{1});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, model::WaitKind::run);
    EXPECT_EQ(found->directive, DirectiveId{7});
    EXPECT_EQ(found->run, LedgerId{41});
    EXPECT_EQ(found->deadline, kNoon);
    EXPECT_EQ(found->data, R"({"step":[2]})");
}

TEST(Waits, of_a_trigger_come_back_with_index_and_key) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    auto wait = make_wait(1);
    wait.kind = model::WaitKind::trigger;
    wait.trigger_index = 3;
    wait.key = "presence";
    wait.deadline.reset();
    commit(*database, writer, group_of_waits({wait}));
    const auto found = find_wait(*database, WaitId{1});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, model::WaitKind::trigger);
    EXPECT_EQ(found->trigger_index, 3U);
    EXPECT_EQ(found->key, "presence");
    EXPECT_EQ(found->run, LedgerId{});
    EXPECT_FALSE(found->deadline);
}

TEST(Waits, a_new_version_takes_the_place_of_the_old) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of_waits({make_wait(1), make_wait(2)}));
    auto later = make_wait(1);
    later.deadline = kNoon + Seconds(5);
    commit(*database, writer, group_of_waits({later}));
    const auto waits = all_waits(*database);
    ASSERT_EQ(waits.size(), 2U);
    EXPECT_EQ(waits[0].deadline, kNoon + Seconds(5));
}

TEST(Waits, that_are_over_are_gone) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of_waits({make_wait(1), make_wait(2)}));
    WriteGroup over;
    over.waits_over = {WaitId{1}, WaitId{99}};
    commit(*database, writer, over);
    EXPECT_FALSE(find_wait(*database, WaitId{1}));
    EXPECT_EQ(all_waits(*database).size(), 1U);
}

TEST(Waits, can_be_read_without_what_they_hold) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    commit(*database, writer, group_of_waits({make_wait(1)}));
    const auto waits = all_waits(*database, false);
    ASSERT_EQ(waits.size(), 1U);
    EXPECT_EQ(waits[0].data, "");
    EXPECT_EQ(waits[0].deadline, kNoon);
}

TEST(Waits, tell_their_highest_id) {
    const auto database = memory_database();
    GroupWriter writer(*database, {});
    EXPECT_EQ(last_wait_id(*database), WaitId{0});
    commit(*database, writer, group_of_waits({make_wait(2), make_wait(9)}));
    EXPECT_EQ(last_wait_id(*database), WaitId{9});
}

}  // namespace
}  // namespace aifp::storage
