#include "config/resolver.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace aifp::config {
namespace {

class ResolverOf : public testing::Test {
protected:
    const Secrets secrets_{{{"key", "s3cret ${LAMP}"}}};
    const Resolver resolver_{secrets_, [](const std::string& name) -> std::optional<std::string> {
                                 return name == "LAMP" ? std::optional<std::string>("lamp.local")
                                                       : std::nullopt;
                             }};
};

TEST_F(ResolverOf, expands_variables) {
    EXPECT_EQ(resolver_.expand("http://${LAMP}/${LAMP}!").value(), "http://lamp.local/lamp.local!");
    EXPECT_EQ(resolver_.expand("").value(), "");
}

TEST_F(ResolverOf, leaves_other_dollars_alone) {
    for (const char* text :
         {"$LAMP", "${}", "${LAMP", "${LAMP:-x}", "$", "cost: 5$", "${ LAMP }"}) {
        EXPECT_EQ(resolver_.expand(text).value(), text);
    }
}

TEST_F(ResolverOf, expands_behind_what_is_no_variable) {
    EXPECT_EQ(resolver_.expand("${X:-${LAMP}}").value(), "${X:-lamp.local}");
}

TEST_F(ResolverOf, keeps_an_escaped_variable) {
    EXPECT_EQ(resolver_.expand("$${LAMP} ${LAMP} $${MISSING}").value(),
              "${LAMP} lamp.local ${MISSING}");
}

TEST_F(ResolverOf, names_the_variable_that_is_missing) {
    const auto expanded = resolver_.expand("a ${NOT_SET}");

    EXPECT_EQ(expanded.error().code(), ErrorCode::not_found);
    EXPECT_EQ(expanded.error().detail(),
              "the environment variable NOT_SET is not set; set it for the daemon, or write "
              "$${NOT_SET} for the text itself");
}

TEST_F(ResolverOf, takes_a_secret_as_it_is) {
    EXPECT_EQ(resolver_.text(boost::json::object{{"$secret", "key"}}).value(), "s3cret ${LAMP}");
    EXPECT_EQ(resolver_.text(boost::json::object{{"$secret", "kye"}}).error().detail(),
              "no secret \"kye\" in secrets.yaml; did you mean \"key\"?");
}

TEST_F(ResolverOf, wants_a_text_or_a_secret) {
    for (const char* text : {"1",
                             "null",
                             "[]",
                             "{}",
                             R"({"$secret": 1})",
                             R"({"a": "b"})",
                             R"({"$secret": "key", "a": "b"})"}) {
        EXPECT_EQ(resolver_.text(boost::json::parse(text)).error().code(),
                  ErrorCode::invalid_input);
    }
}

TEST_F(ResolverOf, resolves_within_a_value) {
    const auto value = resolver_.value(boost::json::parse(
        R"({"a": ["${LAMP}", 1, {"$secret": "key"}], "${LAMP}": true, "n": null})"));

    EXPECT_EQ(boost::json::serialize(value.value()),
              R"({"a":["lamp.local",1,"s3cret ${LAMP}"],"${LAMP}":true,"n":null})");
}

TEST_F(ResolverOf, says_where_within_a_value_something_is_missing) {
    const auto value = resolver_.value(boost::json::parse(R"({"a": [1, {"$secret": "zzzzzz"}]})"));

    EXPECT_EQ(value.error().code(), ErrorCode::not_found);
    EXPECT_EQ(value.error().detail(), "a: item 2: no secret \"zzzzzz\" in secrets.yaml");
}

TEST_F(ResolverOf, bounds_the_depth) {
    boost::json::value deep = 1;
    for (int i = 0; i < 64; ++i) {
        deep = boost::json::array{deep};
    }
    EXPECT_TRUE(resolver_.value(deep).has_value());

    deep = boost::json::array{deep};
    EXPECT_EQ(resolver_.value(deep).error().code(), ErrorCode::invalid_input);
}

TEST_F(ResolverOf, tells_its_keeper_what_it_resolved) {
    ASSERT_TRUE(resolver_.text(boost::json::object{{"$secret", "key"}}));
    ASSERT_TRUE(resolver_.expand("http://${LAMP}/"));

    EXPECT_EQ(resolver_.keeper().redacted("s3cret ${LAMP} at lamp.local, lamp"),
              "*** at ***, lamp");
}

TEST(ReadEnvironment, reads_the_process_environment) {
    EXPECT_TRUE(read_environment("PATH").has_value());
    EXPECT_EQ(read_environment("AIFP_SURELY_NOT_SET"), std::nullopt);
}

}  // namespace
}  // namespace aifp::config
