#include "daemon/project_name.hpp"

#include <gtest/gtest.h>

namespace aifp::daemon {
namespace {

using Names = std::vector<std::string>;

TEST(UrlName, keeps_what_a_url_can_hold) {
    EXPECT_EQ(url_name("home"), "home");
    EXPECT_EQ(url_name("Summer House 2"), "summer-house-2");
    EXPECT_EQ(url_name("Küche"), "kueche");
    EXPECT_EQ(url_name("кухня 2"), "2");
    EXPECT_EQ(url_name(".hidden_one"), "hidden_one");
}

TEST(UrlName, is_never_empty_nor_long) {
    EXPECT_EQ(url_name(""), "project");
    EXPECT_EQ(url_name("???"), "project");
    EXPECT_EQ(url_name(std::string(200, 'a')).size(), 64U);
}

TEST(ChooseNames, numbers_folders_of_the_same_name) {
    EXPECT_EQ(choose_names({{"", "/a/home"}, {"", "/b/home"}, {"", "/c/Home"}}),
              (Names{"home", "home-2", "home-3"}));
}

TEST(ChooseNames, gives_way_to_a_name_from_the_settings) {
    EXPECT_EQ(choose_names({{"", "/a/home"}, {"home", "/b/other"}}), (Names{"home-2", "home"}));
    EXPECT_EQ(choose_names({{"home", "/a/x"}, {"home", "/b/y"}}), (Names{"home", "home-2"}));
}

TEST(ChooseNames, does_not_take_a_number_that_is_taken) {
    EXPECT_EQ(choose_names({{"", "/a/home-2"}, {"", "/b/home"}, {"", "/c/home"}}),
              (Names{"home-2", "home", "home-3"}));
}

TEST(SplitTarget, takes_the_prefix_off) {
    const auto target = split_target("/p/home/api/v1/status?limit=3");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->project, "home");
    EXPECT_EQ(target->rest, "/api/v1/status?limit=3");
}

TEST(SplitTarget, gives_a_bare_prefix_the_root) {
    EXPECT_EQ(split_target("/p/home")->rest, "/");
    EXPECT_EQ(split_target("/p/home?x=1")->rest, "/?x=1");
    EXPECT_EQ(split_target("/p/")->project, "");
}

TEST(SplitTarget, leaves_other_targets_alone) {
    for (const char* target : {"/", "/api/v1/status", "/hooks/p/home", "/pp/home", "*", "/p"}) {
        EXPECT_FALSE(split_target(target)) << target;
    }
}

}  // namespace
}  // namespace aifp::daemon
