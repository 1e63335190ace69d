#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>

#include "briefing/site_provider.hpp"
#include "tests/support/run_coroutine.hpp"
#include "wordpress_site.hpp"

namespace aifp::briefing {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::WordPressStub;

/// The provider, and the site that it asks.
class WordPress : public ::testing::Test {
protected:
    void sign_in() {
        settings_.user = "editor";
        settings_.password = "app pass word";
    }
    Result<boost::json::object> fetch() {
        settings_.url = site_.url();
        if (!provider_) {
            provider_ = create_wordpress_site(settings_, resolver_, *client_, limits_);
        }
        return testing::run_coroutine(loop_, fetch_once(provider_.get()));
    }
    std::string fetched_text() {
        const auto got = fetch();
        return got ? boost::json::serialize(*got) : got.error().detail();
    }

    // How many the provider has told since it was asked last.
    std::ptrdiff_t warnings() {
        const auto notices = provider_->take_notices();
        return std::count_if(notices.begin(), notices.end(), [](const auto& notice) {
            return notice.level == logging::Level::warning;
        });
    }

    WordPressStub site_;
    config::WordPress settings_;
    WordPressLimits limits_;

private:
    // The client keeps connections and their timers: the loop ends when they are let go of.
    boost::asio::awaitable<Result<boost::json::object>> fetch_once(SiteProvider* provider) {
        Result<boost::json::object> got = co_await provider->fetch();
        co_return got;
    }

    static http::ClientOptions keeping_nothing() {
        http::ClientOptions options;
        options.max_idle = 0;
        return options;
    }

    SystemClock clock_;
    boost::asio::io_context loop_{1};
    config::Secrets secrets_;
    config::Resolver resolver_{secrets_};
    std::unique_ptr<http::Client> client_ = http::create_client(loop_, clock_, keeping_nothing());

protected:
    std::unique_ptr<SiteProvider> provider_;
};

TEST_F(WordPress, gives_the_structure_of_the_document) {
    sign_in();
    EXPECT_EQ(fetched_text(), WordPressStub::sample_json());
}

TEST_F(WordPress, gives_what_everybody_may_know_without_signing_in) {
    const std::string text = fetched_text();
    EXPECT_THAT(text, HasSubstr(R"("label":"Posts","singular_label":"Posts","count":150)"));
    EXPECT_THAT(text, HasSubstr(R"("language":"en_US")")) << "from the feed";
    EXPECT_THAT(site_.asked(), Each(Not(HasSubstr("context=edit"))));
}

TEST_F(WordPress, counts_what_is_published) {
    sign_in();
    const auto got = fetch();
    ASSERT_TRUE(got) << got.error().detail();
    EXPECT_EQ(got->at("post_types").at("post").at("count"), 150);
    // Without signing in, and without a status: WordPress then counts what everybody can read.
    EXPECT_THAT(site_.asked(), ::testing::Contains("/wp-json/wp/v2/posts?per_page=1&_fields=id"));
}

TEST_F(WordPress, falls_back_to_public_data_when_signing_in_is_refused) {
    sign_in();
    site_.refuse_sign_in();
    const std::string text = fetched_text();
    EXPECT_THAT(text, HasSubstr(R"("count":150)"));
    EXPECT_THAT(text, HasSubstr(R"("language":"en_US")"));
    EXPECT_EQ(warnings(), 1);
    fetched_text();
    EXPECT_EQ(warnings(), 0) << "told once per change";
}

TEST_F(WordPress, finds_the_api_of_a_site_without_pretty_addresses) {
    site_.set("/wp-json/", {404, "<html>not found</html>"});
    site_.set("/", {200, R"({"name": "Plain", "home": "https://example.com"})"});
    const std::string text = fetched_text();
    EXPECT_THAT(site_.asked(), ::testing::Contains(HasSubstr("/?rest_route=/&")));
    EXPECT_THAT(text, Not(HasSubstr("is no WordPress"))) << text;
}

TEST_F(WordPress, says_that_something_else_answers) {
    site_.set("/wp-json/", {200, "<html>hello</html>"});
    site_.set("/", {200, "<html>hello</html>"});
    EXPECT_EQ(fetched_text(), "what answers there is no WordPress REST API");
}

TEST_F(WordPress, counts_the_terms_that_it_did_not_read) {
    site_.set(
        "/wp-json/wp/v2/categories",
        {200, R"([{"count": 9, "name": "Q&amp;A", "slug": "q-a"}])", {{"X-WP-Total", "101"}}});
    const std::string text = fetched_text();
    EXPECT_THAT(text, HasSubstr(R"("terms":{"Q&A":9})"));
    EXPECT_THAT(text, HasSubstr(R"("terms_omitted":100)"));
}

TEST_F(WordPress, asks_four_things_at_a_time) {
    const std::vector<std::string> paths = {
        "/wp-json/wp/v2/a", "/wp-json/wp/v2/b", "/wp-json/wp/v2/c", "/wp-json/wp/v2/d"};
    site_.set("/wp-json/wp/v2/types",
              {200,
               R"({"a": {"name": "A"}, "b": {"name": "B"}, "c": {"name": "C"},)"
               R"( "d": {"name": "D"}})"});
    for (const auto& path : paths) {
        site_.set(path, {200, "[]", {{"X-WP-Total", "7"}}});
    }
    site_.wait_for_all(paths);
    const auto got = fetch();
    ASSERT_TRUE(got) << got.error().detail();
    EXPECT_FALSE(got->contains("incomplete"));
    EXPECT_EQ(got->at("post_types").at("d").at("count"), 7);
}

TEST_F(WordPress, leaves_out_and_names_what_one_route_does_not_give) {
    site_.set("/wp-json/wp/v2/posts", {500, "oops"});
    const std::string text = fetched_text();
    EXPECT_THAT(text, HasSubstr(R"("singular_label":"Posts","hierarchical":false)"));
    EXPECT_THAT(text, HasSubstr(R"("terms":{"news":45,"updates":23})"));
    EXPECT_THAT(text, HasSubstr(R"("incomplete":["post_types.post.count"])"));
    EXPECT_EQ(warnings(), 1);
    fetched_text();
    EXPECT_EQ(warnings(), 0) << "told once per change";
}

TEST_F(WordPress, takes_garbage_for_no_answer) {
    site_.set("/wp-json/wp/v2/categories", {200, "<html>maintenance</html>"});
    site_.set("/wp-json/wp/v2/posts", {200, "<html>maintenance</html>"});
    const std::string text = fetched_text();
    EXPECT_THAT(text,
                HasSubstr(R"("incomplete":["post_types.post.count","taxonomies.category.terms"])"));
    EXPECT_THAT(text,
                HasSubstr(R"("label":"Categories","singular_label":"Category",)"
                          R"("hierarchical":true)"));
}

TEST_F(WordPress, does_not_wait_longer_than_a_call_may_take) {
    limits_.call = Milliseconds(100);
    site_.hold("/wp-json/wp/v2/categories");
    const std::string text = fetched_text();
    EXPECT_THAT(text, HasSubstr(R"("count":150)"));
    EXPECT_THAT(text, HasSubstr(R"("incomplete":["taxonomies.category.terms"])"));
}

TEST_F(WordPress, gives_what_came_in_time_when_the_whole_takes_too_long) {
    limits_.whole = Milliseconds(500);
    limits_.call = Seconds(60);
    site_.hold("/wp-json/wp/v2/posts");
    const std::string text = fetched_text();
    EXPECT_THAT(text, HasSubstr(R"("terms":{"news":45,"updates":23})"));
    EXPECT_THAT(text, HasSubstr(R"("incomplete":["post_types.post.count"])"));
}

TEST_F(WordPress, gives_nothing_when_the_lists_are_not_there_in_time) {
    limits_.whole = Milliseconds(100);
    site_.hold("/wp-json/wp/v2/types");
    const auto got = fetch();
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code(), ErrorCode::timed_out);
}

TEST_F(WordPress, fails_when_the_site_does) {
    site_.set("/wp-json/wp/v2/types", {500, "oops"});
    const auto got = fetch();
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().detail(), HasSubstr("answered 500 to wp/v2/types"));
}

}  // namespace
}  // namespace aifp::briefing
