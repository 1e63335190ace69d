#include "config/redactor.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "config/resolver.hpp"

namespace aifp::config {
namespace {

TEST(Redactor, takes_out_what_writers_make_of_it_that_keep_to_ascii) {
    Redactor redactor;
    redactor.remember("café key");
    EXPECT_EQ(redactor.redacted(R"({"k":"caf\u00e9 key","K":"caf\u00E9 key"})"),
              R"({"k":"***","K":"***"})");
}

TEST(Redactor, blots_out_what_it_remembers_wherever_it_stands) {
    Redactor redactor;
    redactor.remember("s3cr\"t key");
    EXPECT_EQ(redactor.redacted("a s3cr\"t key, s3cr\"t key"), "a ***, ***");
    EXPECT_EQ(redactor.redacted("http://a/?k=s3cr%22t%20key"), "http://a/?k=***");
    EXPECT_EQ(redactor.redacted(R"({"k":"s3cr\"t key"})"), R"({"k":"***"})");
    EXPECT_EQ(redactor.redacted("nothing"), "nothing");
}

TEST(Redactor, takes_the_longest_first) {
    Redactor redactor;
    redactor.remember("abcdef");
    redactor.remember("abcdefgh");
    EXPECT_EQ(redactor.redacted("abcdefgh abcdef"), "*** ***");
}

TEST(Redactor, leaves_short_values_readable) {
    Redactor redactor;
    redactor.remember("8080");
    EXPECT_EQ(redactor.redacted("port 8080"), "port 8080");
}

TEST(Redactor, is_bounded) {
    Redactor redactor;
    redactor.remember("oldest-value");
    for (std::size_t i = 0; i < Redactor::kMaxValues; ++i) {
        redactor.remember("another-value-" + std::to_string(i));
    }
    EXPECT_EQ(redactor.redacted("oldest-value"), "oldest-value");
    const std::string huge(2 * Redactor::kMaxValueBytes, 'x');
    redactor.remember(huge);
    EXPECT_EQ(redactor.redacted(huge), "******");
}

TEST(Redactor, learns_from_the_resolver) {
    const Secrets secrets{{{"key", "from-the-file"}}};
    const Resolver resolver{
        secrets, [](const std::string&) { return std::optional<std::string>("from-outside"); }};
    boost::json::object secret;
    secret["$secret"] = "key";
    ASSERT_TRUE(resolver.text(secret));
    ASSERT_TRUE(resolver.expand("http://lamp/${TOKEN}"));
    EXPECT_EQ(resolver.redactor().redacted("from-the-file from-outside lamp"), "*** *** lamp");
}

}  // namespace
}  // namespace aifp::config
