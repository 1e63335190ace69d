#include "triggers/folder_diff.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.hpp"

namespace aifp::triggers {
namespace {

constexpr WallTime kNow = testing::FakeClock::kStart;
constexpr FileMark kFirst{1, 10, 7};
constexpr FileMark kSecond{2, 11, 8};

std::vector<std::string> told(const std::vector<FileEvent>& events) {
    std::vector<std::string> texts;
    for (const auto& event : events) {
        texts.push_back(std::string(event.what) + " " + event.name +
                        (event.from.empty() ? "" : " from " + event.from));
    }
    return texts;
}

using Texts = std::vector<std::string>;

TEST(FolderDiff, tells_what_came_changed_and_went) {
    FolderDiff diff{Milliseconds(0)};
    diff.begin({{"a", kFirst}, {"b", kFirst}});
    EXPECT_EQ(told(diff.look({{"a", kSecond}, {"c", {3, 1, 9}}}, kNow)),
              (Texts{"modify a", "create c", "delete b"}));
}

TEST(FolderDiff, a_file_is_told_when_it_has_been_left_alone) {
    FolderDiff diff{Milliseconds(500)};
    diff.begin({});
    EXPECT_TRUE(diff.look({{"a", kFirst}}, kNow).empty());
    EXPECT_EQ(diff.next_look(), kNow + Milliseconds(500));
    EXPECT_TRUE(diff.look({{"a", kSecond}}, kNow + Milliseconds(500)).empty());
    EXPECT_EQ(told(diff.look({{"a", kSecond}}, kNow + Milliseconds(1'000))), Texts{"create a"});
    EXPECT_EQ(diff.next_look(), std::nullopt);
}

TEST(FolderDiff, a_rename_on_saving_is_a_change) {
    FolderDiff diff{Milliseconds(0)};
    diff.begin({{"a", kFirst}});
    EXPECT_EQ(told(diff.look({{"a", kSecond}}, kNow)), Texts{"modify a"});
}

TEST(FolderDiff, the_same_file_under_another_name_has_moved) {
    FolderDiff diff{Milliseconds(500)};
    diff.begin({{"a", kFirst}});
    EXPECT_TRUE(diff.look({{"b", kFirst}}, kNow).empty());
    EXPECT_EQ(told(diff.look({{"b", kFirst}}, kNow + Milliseconds(500))), Texts{"move b from a"});
}

TEST(FolderDiff, a_new_file_with_the_inode_of_a_deleted_one_has_not) {
    FolderDiff diff{Milliseconds(0)};
    diff.begin({{"a", kFirst}});
    EXPECT_EQ(told(diff.look({{"b", {9, 10, 7}}}, kNow)), (Texts{"create b", "delete a"}));
}

/// What another one, which takes its place, tells when everything has settled.
Texts told_by_next(const FolderDiff& diff, const Listing& listing) {
    FolderDiff next{Milliseconds(500)};
    next.begin(listing, untold_from(to_json(diff.untold(), 100)));
    EXPECT_TRUE(next.look(listing, kNow).empty());
    return told(next.look(listing, kNow + Milliseconds(500)));
}

TEST(FolderDiff, leaves_what_has_not_settled_to_the_one_that_takes_its_place) {
    FolderDiff diff{Milliseconds(500)};
    diff.begin({{"a", kFirst}, {"old", {5, 5, 5}}, {"same", {6, 6, 6}}});
    const Listing listing{
        {"a", kSecond}, {"b", {3, 1, 9}}, {"new", {5, 5, 5}}, {"same", {6, 6, 6}}};
    EXPECT_TRUE(diff.look(listing, kNow).empty());
    EXPECT_EQ(told_by_next(diff, listing), (Texts{"modify a", "create b", "move new from old"}));
}

TEST(FolderDiff, what_went_meanwhile_was_never_there) {
    FolderDiff diff{Milliseconds(500)};
    diff.begin({{"a", kFirst}, {"old", {5, 5, 5}}});
    EXPECT_TRUE(diff.look({{"a", kSecond}, {"b", {3, 1, 9}}, {"new", {5, 5, 5}}}, kNow).empty());
    EXPECT_EQ(told_by_next(diff, {}), Texts());
}

TEST(FolderDiff, keeps_nothing_of_what_has_settled) {
    FolderDiff diff{Milliseconds(0)};
    diff.begin({});
    EXPECT_EQ(diff.look({{"a", kFirst}}, kNow).size(), 1U);
    EXPECT_TRUE(diff.untold().empty());
}

TEST(FolderDiff, reads_rows_of_any_form) {
    EXPECT_TRUE(untold_from({{"untold", 1}}).empty());
    EXPECT_TRUE(untold_from({{"untold", {{"a", {1, 2}}, {"b", {"x", 1, 2}}, {"c", 1.5}}}}).empty());
    EXPECT_EQ(to_json({{"a", std::nullopt}, {"b", kFirst}}, 1).at("untold").as_object().size(), 1U);
}

TEST(MatchesPattern, knows_stars_and_question_marks) {
    EXPECT_TRUE(matches_pattern("a.csv", "*.csv"));
    EXPECT_TRUE(matches_pattern("a.csv", "?.c*v"));
    EXPECT_TRUE(matches_pattern("", "*"));
    EXPECT_TRUE(matches_pattern("*", "*"));
    EXPECT_FALSE(matches_pattern("a.csv.tmp", "*.csv"));
    EXPECT_FALSE(matches_pattern("ab.csv", "?.csv"));
}

}  // namespace
}  // namespace aifp::triggers
