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
            provider_ = create_wordpress_site(settings_, resolver_, *client_);
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

TEST_F(WordPress, fails_when_the_site_does) {
    site_.set("/wp-json/wp/v2/types", {500, "oops"});
    const auto got = fetch();
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().detail(), HasSubstr("answered 500 to wp/v2/types"));
}

}  // namespace
}  // namespace aifp::briefing
