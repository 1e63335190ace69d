#include "briefing/wordpress_answers.hpp"

#include <gtest/gtest.h>

namespace aifp::briefing {
namespace {

TEST(WithoutReferences, reads_what_is_one_and_leaves_the_rest) {
    EXPECT_EQ(without_references("Q&amp;A"), "Q&A");
    EXPECT_EQ(without_references("It&#8217;s &#x20ac;5"), "It\u2019s \u20ac5");
    EXPECT_EQ(without_references("a & b; &unknown; &#0; &"), "a & b; &unknown; &#0; &");
}

TEST(ReadWpIndex, writes_an_offset_where_the_site_names_no_zone) {
    const auto half = read_wp_index(R"({"home":"https://a","gmt_offset":5.5})");
    ASSERT_TRUE(half);
    EXPECT_EQ(half->timezone, "+05:30");
    EXPECT_EQ(read_wp_index(R"({"home":"https://a","gmt_offset":"-3"})")->timezone, "-03:00");
}

TEST(ReadWpIndex, takes_the_address_of_the_front_page_and_that_of_the_admin) {
    const auto site = read_wp_index(R"({"home":"https://a","url":"https://a/wp"})");
    ASSERT_TRUE(site);
    EXPECT_EQ(site->url, "https://a");
    EXPECT_EQ(site->admin_url, "https://a/wp/wp-admin");
}

TEST(ReadWpTypes, takes_an_empty_list_for_an_empty_map) {
    const auto types = read_wp_types("[]");
    ASSERT_TRUE(types);
    EXPECT_TRUE(types->empty());
}

TEST(ReadWpTypes, knows_where_items_of_other_plugins_are) {
    const auto types = read_wp_types(
        R"({"product":{"name":"Products","rest_base":"products","rest_namespace":"wc/v3"}})");
    ASSERT_TRUE(types);
    EXPECT_EQ(types->at(0).route, "wc/v3/products");
}

TEST(ReadWpTerms, refuses_what_is_no_list) {
    EXPECT_FALSE(read_wp_terms(R"({"code":"oops"})"));
}

TEST(LanguageInFeed, becomes_a_locale) {
    EXPECT_EQ(language_in_feed("<channel><language>de-DE</language>"), "de_DE");
    EXPECT_EQ(language_in_feed("<html>no feed</html>"), "");
}

}  // namespace
}  // namespace aifp::briefing
