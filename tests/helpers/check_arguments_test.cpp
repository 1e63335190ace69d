#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "helpers/json_text.hpp"
#include "helpers/schema.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;

const std::string kSchema = object_schema({{"directive_id", row_id("The directive")},
                                           {"status", one_of({"passing", "failing"}), false},
                                           {"limit", whole_number({1, 100}, 50, "How many"), false},
                                           {"name", short_text(4, "Name"), false},
                                           {"values", typed("object"), false},
                                           {"enabled", typed("boolean"), false}});

/// The arguments as JSON, or the error's text.
std::string checked(const std::string& arguments) {
    auto result = check_arguments(kSchema, json::parse(arguments).as_object());
    return result ? json::serialize(json::value(*result)) : result.error().detail();
}

TEST(CheckArguments, fills_in_defaults) {
    EXPECT_EQ(checked(R"({"directive_id":1})"), R"({"directive_id":1,"limit":50})");
}

TEST(CheckArguments, takes_null_for_an_optional_argument_as_absent) {
    EXPECT_EQ(checked(R"({"directive_id":1,"limit":7,"name":null})"),
              R"({"directive_id":1,"limit":7})");
}

TEST(CheckArguments, says_what_is_missing) {
    EXPECT_EQ(checked("{}"), "the argument directive_id is missing");
    EXPECT_EQ(checked(R"({"directive_id":null})"), "directive_id must be a whole number, not null");
}

TEST(CheckArguments, names_the_allowed_values_and_the_nearest) {
    EXPECT_EQ(checked(R"({"directive_id":1,"status":"pasing"})"),
              R"(status must be one of passing, failing, not "pasing"; did you mean passing?)");
}

TEST(CheckArguments, names_the_allowed_values_for_another_type_too) {
    EXPECT_EQ(checked(R"({"directive_id":1,"status":7})"),
              "status must be one of passing, failing, not 7");
}

TEST(CheckArguments, names_the_arguments_when_one_is_unknown) {
    EXPECT_EQ(checked(R"({"directive_id":1,"limits":3})"),
              "there is no argument limits; the arguments are directive_id, status, limit, name, "
              "values, enabled; did you mean limit?");
}

TEST(CheckArguments, holds_numbers_to_their_range) {
    EXPECT_EQ(checked(R"({"directive_id":1,"limit":0})"), "limit must be from 1 to 100, not 0");
    EXPECT_EQ(checked(R"({"directive_id":1,"limit":1e300})"),
              "limit must be a whole number, not 1e+300");
    EXPECT_NE(checked(R"({"directive_id":18446744073709551615})").find("from 1 to"),
              std::string::npos);
    EXPECT_EQ(checked(R"({"directive_id":1.5})"), "directive_id must be a whole number, not 1.5");
}

TEST(CheckArguments, takes_a_double_without_a_fraction_as_a_whole_number) {
    EXPECT_EQ(checked(R"({"directive_id":2.0})"), R"({"directive_id":2,"limit":50})");
}

TEST(CheckArguments, holds_each_type) {
    EXPECT_EQ(checked(R"({"directive_id":"1"})"),
              R"(directive_id must be a whole number, not "1")");
    EXPECT_EQ(checked(R"({"directive_id":1,"name":5})"), "name must be a text in quotes, not 5");
    EXPECT_EQ(checked(R"({"directive_id":1,"enabled":"yes"})"),
              R"(enabled must be true or false, not "yes")");
    EXPECT_EQ(checked(R"({"directive_id":1,"values":[]})"),
              "values must be an object, {...}, not []");
}

TEST(CheckArguments, counts_characters_and_not_bytes) {
    EXPECT_EQ(checked(R"({"directive_id":1,"limit":1,"name":"äöüß"})"),
              R"({"directive_id":1,"limit":1,"name":"äöüß"})");
    EXPECT_EQ(checked(R"({"directive_id":1,"name":"abcde"})"),
              R"(name must be a text of at most 4 characters, not "abcde")");
}

TEST(JsonText, writes_numbers_as_people_do) {
    const auto value =
        json::parse(R"({"rate": 0.93, "whole": 235.0, "big": 1, "list": [0.5, null]})");
    EXPECT_EQ(to_json_text(value), R"({"rate":0.93,"whole":235.0,"big":1,"list":[0.5,null]})");
}

}  // namespace
}  // namespace aifp::helpers
