#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "prompts/builtin.hpp"
#include "prompts/site_cache.hpp"
#include "prompts/site_context.hpp"

namespace aifp::prompts {
namespace {

namespace json = boost::json;
using Step = SiteCache::Step;

constexpr MonoTime kStart{std::chrono::hours(1)};

json::object site_named(std::string_view name) {
    return {{"site", {{"name", name}}}};
}

SiteCache filled(std::optional<Milliseconds> max_age = {}) {
    SiteCache cache("tests", max_age);
    EXPECT_EQ(cache.read(kStart).step, Step::fetch);
    EXPECT_TRUE(cache.finish(site_named("old"), kStart).is_current);
    return cache;
}

TEST(SiteCache, does_not_ask_a_failed_provider_again_at_once) {
    SiteCache cache("tests");
    EXPECT_EQ(cache.read(kStart).step, Step::fetch);
    const auto finished = cache.finish(fail(ErrorCode::unreachable, "no route"), kStart);

    EXPECT_EQ(finished.answer.value, nullptr);
    EXPECT_EQ(cache.read(kStart + Seconds(29)).step, Step::use);
    EXPECT_EQ(cache.read(kStart + Seconds(30)).step, Step::fetch);
}

TEST(SiteCache, asks_a_failed_provider_at_once_when_something_happened_there) {
    SiteCache cache = filled();
    EXPECT_TRUE(!cache.invalidate("post.updated", kStart).empty());
    EXPECT_EQ(cache.read(kStart).step, Step::fetch);
    EXPECT_TRUE(cache.finish(fail(ErrorCode::unreachable, "no route"), kStart).answer.is_stale);
    EXPECT_EQ(cache.read(kStart).step, Step::use);

    EXPECT_TRUE(cache.invalidate("post.updated", kStart).empty());  // told once
    EXPECT_EQ(cache.read(kStart).step, Step::fetch);
}

TEST(SiteCache, ages_only_where_the_provider_tells_of_no_changes) {
    SiteCache cache = filled(std::chrono::hours(1));

    EXPECT_EQ(cache.read(kStart + std::chrono::minutes(59)).step, Step::use);
    const auto answer = cache.read(kStart + std::chrono::hours(1));
    EXPECT_EQ(answer.step, Step::fetch);
    EXPECT_TRUE(answer.is_stale);
    EXPECT_NE(answer.value, nullptr);
}

TEST(SiteCache, lets_others_wait_with_the_old_value_in_hand) {
    SiteCache cache = filled();
    EXPECT_FALSE(cache.invalidate("clear", kStart).empty());
    EXPECT_EQ(cache.read(kStart).step, Step::fetch);

    const auto answer = cache.read(kStart);
    EXPECT_EQ(answer.step, Step::wait);
    EXPECT_NE(answer.value, nullptr);
}

TEST(SiteCache, says_that_an_answer_is_old_when_something_happened_meanwhile) {
    SiteCache cache("tests");
    EXPECT_EQ(cache.read(kStart).step, Step::fetch);
    EXPECT_TRUE(cache.invalidate("post.updated", kStart).empty());

    const auto finished = cache.finish(site_named("before"), kStart);

    EXPECT_TRUE(finished.answer.is_stale);
    EXPECT_FALSE(finished.is_current);
    EXPECT_EQ(cache.read(kStart).step, Step::fetch);
}

TEST(SiteCache, refreshes_once_and_not_while_somebody_asks) {
    SiteCache cache = filled();
    EXPECT_FALSE(cache.invalidate("post.updated", kStart).empty());
    EXPECT_FALSE(cache.begin_refresh(kStart + Milliseconds(1'999)));
    EXPECT_TRUE(cache.begin_refresh(kStart + SiteCache::kDebounce));
    EXPECT_FALSE(cache.begin_refresh(kStart + SiteCache::kDebounce));
    EXPECT_EQ(cache.read(kStart).step, Step::wait);
}

TEST(SiteCache, needs_no_refresh_after_a_request_has_asked) {
    SiteCache cache = filled();
    EXPECT_FALSE(cache.invalidate("post.updated", kStart).empty());
    EXPECT_EQ(cache.read(kStart).step, Step::fetch);
    EXPECT_FALSE(cache.refresh_at());
}

TEST(SiteCache, asks_again_soon_when_it_was_given_a_part) {
    SiteCache cache("tests");
    EXPECT_EQ(cache.read(kStart).step, Step::fetch);
    EXPECT_TRUE(
        cache.finish(json::object{{"incomplete", {"post_types.post.count"}}}, kStart).is_current);
    EXPECT_EQ(cache.read(kStart + SiteCache::kHolesPause - Milliseconds(1)).step, Step::use);
    EXPECT_EQ(cache.read(kStart + SiteCache::kHolesPause).step, Step::fetch);
    static_cast<void>(cache.finish(site_named("whole"), kStart + SiteCache::kHolesPause));
    EXPECT_EQ(cache.read(kStart + std::chrono::hours(24 * 7)).step, Step::use);
}

json::object with_terms(std::size_t count) {
    SiteContext context;
    context.taxonomies.resize(1);
    context.taxonomies[0].slug = "tag";
    for (std::size_t i = 0; i < count; ++i) {
        const std::string name = std::string(500, 'n') + std::to_string(i);
        context.taxonomies[0].terms.push_back({name, name, static_cast<std::int64_t>(i + 1)});
    }
    return to_json(context);
}

TEST(ShrunkTo, leaves_out_the_least_used_terms_and_counts_them) {
    const json::object shrunk = shrunk_to(with_terms(150), 10'000);

    EXPECT_LE(json::serialize(shrunk).size(), 10'000U);
    const json::object& tag = shrunk.at("taxonomies").at("tag").as_object();
    EXPECT_EQ(tag.at("terms").as_object().size() + tag.at("terms_omitted").to_number<unsigned>(),
              150U);
    EXPECT_EQ(tag.at("terms").as_object().begin()->value(), 150);
}

TEST(ShrunkTo, gives_up_where_there_are_no_terms_left) {
    EXPECT_EQ(shrunk_to(site_named("a long name"), 5), site_named("a long name"));
    const json::object odd{{"taxonomies", {{"tag", {{"terms", "none"}}}, {"more", 5}}}};
    EXPECT_EQ(shrunk_to(odd, 5), odd);
}

TEST(SiteJson, names_what_is_not_known) {
    SiteContext context;
    context.post_types.push_back({"post", "Posts", "Post", std::nullopt, false});
    context.taxonomies.resize(2);
    context.taxonomies[0].slug = "tag";
    context.taxonomies[1].slug = "nav_menu";
    context.taxonomies[0].has_terms = context.taxonomies[1].has_terms = false;

    const json::object shown = to_json(context);

    EXPECT_EQ(json::serialize(shown.at("incomplete")),
              R"(["post_types.post.count","taxonomies.tag.terms"])");
    EXPECT_FALSE(shown.at("post_types").at("post").as_object().contains("count"));
    EXPECT_FALSE(shown.at("taxonomies").at("tag").as_object().contains("terms"));
    EXPECT_EQ(count_holes(shown), 2U);
}

TEST(SiteJson, keeps_three_terms_of_one_name_and_slug) {
    SiteContext context;
    context.taxonomies.resize(1);
    context.taxonomies[0].slug = "tag";
    context.taxonomies[0].terms = {{"n", "news", 3}, {"n", "news", 2}, {"n", "news", 1}};

    EXPECT_EQ(json::serialize(to_json(context).at("taxonomies").at("tag").at("terms")),
              R"-({"news":3,"news (n)":2,"news (n, 2)":1})-");
}

}  // namespace
}  // namespace aifp::prompts
