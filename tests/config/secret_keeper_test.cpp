#include "config/secret_keeper.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>

namespace aifp::config {
namespace {

namespace json = boost::json;

constexpr std::string_view kOdd = "a\"b\\c\nd e/é";

TEST(SecretKeeper, gives_back_what_a_writer_made_of_it_that_keeps_to_ascii) {
    SecretKeeper keeper;
    keeper.remember_secret("odd", "é€😀 word");
    const std::string text = R"({"k":"\u00e9\u20ac\ud83d\ude00 word"})";
    const auto sealed = keeper.sealed_json(text);
    EXPECT_EQ(sealed.find("word"), std::string::npos);
    EXPECT_EQ(keeper.opened(sealed), text);
}

TEST(SecretKeeper, takes_the_longest_of_those_that_begin_at_one_place) {
    SecretKeeper keeper;
    keeper.remember(Secrets({{"a", "abcd"}, {"b", "abcdef"}, {"short", "xyz"}}));
    EXPECT_EQ(keeper.redacted("abcdef abcd xyz abcdabcd"), "*** *** xyz ******");
}

TEST(SecretKeeper, leaves_numbers_and_short_names_of_json_alone) {
    SecretKeeper keeper;
    keeper.remember(Secrets({{"pin", "1234"}, {"word", "state"}}));
    EXPECT_EQ(keeper.redacted_json(R"({"state":"state 1234","id":12345})"),
              R"({"state":"*** ***","id":12345})");
}

TEST(SecretKeeper, cuts_no_escape_of_json_in_two) {
    SecretKeeper keeper;
    keeper.remember_secret("night", "nightly");
    const auto clean = keeper.redacted_json(R"({"a":"\nightly nightly \\nightly"})");
    EXPECT_EQ(clean, R"({"a":"\nightly *** \\***"})");
    EXPECT_NO_THROW(json::parse(clean));
}

TEST(SecretKeeper, cleans_the_lines_of_an_event_stream) {
    SecretKeeper keeper;
    keeper.remember_secret("key", "lamp-key");
    EXPECT_EQ(keeper.redacted_json("event: change\ndata: {\"v\":\"lamp-key\"}\n\n"),
              "event: change\ndata: {\"v\":\"***\"}\n\n");
}

TEST(SecretKeeper, seals_with_names_and_opens_with_values) {
    SecretKeeper keeper;
    keeper.remember_secret("odd", kOdd);
    keeper.remember_variable("LAMP_HOST", "lamp.example");
    const std::string text =
        json::serialize(json::object{{"t", "Bearer " + std::string(kOdd)}, {"h", "lamp.example"}});
    const auto sealed = keeper.sealed_json(text);
    EXPECT_EQ(sealed.find("lamp.example"), std::string::npos);
    EXPECT_EQ(sealed.find("é"), std::string::npos);
    EXPECT_NO_THROW(json::parse(sealed));
    EXPECT_EQ(keeper.opened(sealed), text);
}

TEST(SecretKeeper, seals_what_is_no_json_too) {
    SecretKeeper keeper;
    keeper.remember_secret("odd", kOdd);
    const std::string key = "kitchen/" + std::string(kOdd);
    EXPECT_EQ(keeper.sealed_text(key).find("é"), std::string::npos);
    EXPECT_EQ(keeper.opened(keeper.sealed_text(key)), key);
}

TEST(SecretKeeper, opens_with_the_value_of_now) {
    SecretKeeper before;
    before.remember_secret("key", "old-value");
    const auto sealed = before.sealed_json(R"({"k":"old-value"})");
    before.remember_secret("key", "new-value");
    EXPECT_EQ(before.opened(sealed), R"({"k":"new-value"})");
    EXPECT_EQ(before.redacted("old-value new-value"), "*** ***") << "a run may still hold the old";
    SecretKeeper without;
    EXPECT_EQ(without.opened(sealed), R"({"k":"***"})");
}

TEST(SecretKeeper, reads_a_variable_that_was_not_resolved_yet) {
    SecretKeeper before;
    before.remember_variable("AIFP_TEST_LAMP", "lamp.example");
    const auto sealed = before.sealed_json(R"({"h":"lamp.example"})");
    ASSERT_EQ(::setenv("AIFP_TEST_LAMP", "other.example", 1), 0);
    SecretKeeper keeper;
    EXPECT_EQ(keeper.opened(sealed), R"({"h":"other.example"})");
    ::unsetenv("AIFP_TEST_LAMP");
}

TEST(SecretKeeper, nobody_can_ask_for_a_secret_by_its_mark) {
    SecretKeeper keeper;
    keeper.remember_secret("key", "lamp-key");
    const auto mark = keeper.sealed_json(R"("lamp-key")");
    EXPECT_EQ(keeper.opened(keeper.sealed_json(mark)).find("lamp-key"), std::string::npos);
    const std::string literal = R"({"a":"\\u001Asecret:key\\u001A"})";
    EXPECT_EQ(keeper.opened(keeper.sealed_json(literal)), literal);
}

TEST(SecretKeeper, is_bounded) {
    SecretKeeper keeper;
    keeper.remember_variable("OLDEST", "oldest-value");
    for (std::size_t i = 0; i < SecretKeeper::kMaxValues; ++i) {
        keeper.remember_variable("N" + std::to_string(i), "another-" + std::to_string(i));
    }
    EXPECT_EQ(keeper.redacted("oldest-value"), "oldest-value");
    keeper.remember_variable("HUGE", std::string(SecretKeeper::kMaxBytes, 'x'));
    EXPECT_EQ(keeper.redacted("another-1000"), "another-1000");
}

TEST(SecretKeeper, leaves_short_values_readable) {
    SecretKeeper keeper;
    keeper.remember_secret("pin", "123");
    keeper.remember_variable("PORT", "8080");
    EXPECT_EQ(keeper.redacted("123 8080"), "123 8080");
    EXPECT_EQ(keeper.cleaned("123 8080"), std::nullopt);
}

TEST(SecretKeeper, knows_what_was_changed_and_changed_back) {
    SecretKeeper keeper;
    for (const auto* value : {"first-value", "second-value", "first-value"}) {
        keeper.remember_secret("key", value);
    }
    EXPECT_EQ(keeper.redacted("first-value second-value"), "*** ***");
    EXPECT_EQ(keeper.opened(keeper.sealed_text("second-value")), "first-value");
}

TEST(SecretKeeper, leaves_the_name_of_one_alone_that_is_the_value_of_another) {
    SecretKeeper keeper;
    keeper.remember_secret("lamp-key", "one-value");
    keeper.remember_secret("other", "lamp-key");
    const std::string text = R"({"a":"one-value lamp-key \/"})";
    EXPECT_EQ(keeper.opened(keeper.sealed_json(text)), text);
}

}  // namespace
}  // namespace aifp::config
