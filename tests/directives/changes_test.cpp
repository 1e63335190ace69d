#include "directives/changes.hpp"

#include <gtest/gtest.h>

namespace aifp::directives {
namespace {

model::Directive directive(const std::string& name, const std::string& message = "hello") {
    model::Directive result;
    result.name = name;
    result.triggers.push_back({"manual", "0", {{"manual", nullptr}}});
    result.actions.push_back({"log", {}, {}, false, true, {{"log", message}}});
    return result;
}

KnownDirective known(int id, const std::string& path, const std::string& name) {
    return {DirectiveId{id}, path, directive(name)};
}

TEST(Reconcile, adds_what_is_new) {
    const Changes changes = reconcile({{"a.yaml", {directive("x")}}}, {});

    ASSERT_EQ(changes.added.size(), 1U);
    EXPECT_EQ(changes.added[0].file, 0U);
    EXPECT_TRUE(changes.changed.empty());
}

TEST(Reconcile, leaves_equal_directives_unchanged) {
    const Changes changes = reconcile({{"a.yaml", {directive("x")}}}, {known(1, "a.yaml", "x")});

    ASSERT_EQ(changes.unchanged.size(), 1U);
    EXPECT_EQ(changes.unchanged[0], DirectiveId{1});
    EXPECT_TRUE(changes.changed.empty());
}

TEST(Reconcile, removes_what_no_file_wants) {
    const Changes changes = reconcile({{"a.yaml", {}}}, {known(1, "a.yaml", "x")});

    ASSERT_EQ(changes.removed.size(), 1U);
    EXPECT_EQ(changes.removed[0], DirectiveId{1});
}

TEST(Reconcile, tells_a_change_of_content) {
    const Changes changes =
        reconcile({{"a.yaml", {directive("x", "other")}}}, {known(1, "a.yaml", "x")});

    ASSERT_EQ(changes.changed.size(), 1U);
    EXPECT_TRUE(changes.changed[0].content);
    EXPECT_FALSE(changes.changed[0].description);
    EXPECT_FALSE(changes.changed[0].path);
}

TEST(Reconcile, tells_a_change_of_description_or_tags_alone) {
    model::Directive wanted = directive("x");
    wanted.tags = {"light"};
    const Changes changes = reconcile({{"a.yaml", {wanted}}}, {known(1, "a.yaml", "x")});

    ASSERT_EQ(changes.changed.size(), 1U);
    EXPECT_FALSE(changes.changed[0].content);
    EXPECT_TRUE(changes.changed[0].description);
}

TEST(Reconcile, sees_a_move_to_another_file) {
    const Changes changes =
        reconcile({{"a.yaml", {}}, {"b.yaml", {directive("x")}}}, {known(1, "a.yaml", "x")});

    ASSERT_EQ(changes.changed.size(), 1U);
    EXPECT_TRUE(changes.changed[0].path);
    EXPECT_FALSE(changes.changed[0].content);
    EXPECT_TRUE(changes.removed.empty());
}

TEST(Reconcile, keeps_the_last_good_version_of_a_broken_directive) {
    const Changes changes = reconcile({{"a.yaml", {}, {"x"}}}, {known(1, "a.yaml", "x")});

    ASSERT_EQ(changes.kept.size(), 1U);
    EXPECT_EQ(changes.kept[0], DirectiveId{1});
    EXPECT_TRUE(changes.removed.empty());
}

TEST(Reconcile, keeps_everything_known_from_an_unreadable_file) {
    const Changes changes = reconcile({{"a.yaml", {}, {}, true}, {"b.yaml", {directive("y")}}},
                                      {known(1, "a.yaml", "x"), known(2, "a.yaml", "y")});

    EXPECT_EQ(changes.kept.size(), 2U);
    ASSERT_EQ(changes.duplicates.size(), 1U);
    EXPECT_EQ(changes.duplicates[0].refused.file, 1U);
    EXPECT_EQ(changes.duplicates[0].kept_by, "a.yaml");
}

TEST(Reconcile, gives_a_name_to_the_file_it_is_known_from) {
    const Changes changes = reconcile({{"a.yaml", {directive("x")}}, {"b.yaml", {directive("x")}}},
                                      {known(1, "b.yaml", "x")});

    EXPECT_EQ(changes.unchanged.size(), 1U);
    ASSERT_EQ(changes.duplicates.size(), 1U);
    EXPECT_EQ(changes.duplicates[0].refused.file, 0U);
    EXPECT_EQ(changes.duplicates[0].kept_by, "b.yaml");
}

TEST(Reconcile, gives_a_new_name_to_the_first_file_by_path_whatever_the_order) {
    const Changes changes =
        reconcile({{"b.yaml", {directive("x")}}, {"a.yaml", {directive("x")}}}, {});

    ASSERT_EQ(changes.added.size(), 1U);
    EXPECT_EQ(changes.added[0].file, 1U);
    ASSERT_EQ(changes.duplicates.size(), 1U);
    EXPECT_EQ(changes.duplicates[0].kept_by, "a.yaml");
}

TEST(Reconcile, lets_a_broken_owner_keep_its_name) {
    const Changes changes =
        reconcile({{"a.yaml", {directive("x")}}, {"b.yaml", {}, {"x"}}}, {known(1, "b.yaml", "x")});

    EXPECT_EQ(changes.kept.size(), 1U);
    EXPECT_EQ(changes.duplicates.size(), 1U);
    EXPECT_TRUE(changes.added.empty());
}

TEST(Reconcile, prefers_a_good_new_directive_to_a_broken_one) {
    const Changes changes = reconcile({{"a.yaml", {}, {"x"}}, {"b.yaml", {directive("x")}}}, {});

    ASSERT_EQ(changes.added.size(), 1U);
    EXPECT_EQ(changes.added[0].file, 1U);
    EXPECT_TRUE(changes.duplicates.empty());
}

}  // namespace
}  // namespace aifp::directives
