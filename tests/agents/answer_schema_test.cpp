#include "agents/answer_schema.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace aifp::agents {
namespace {

std::string mismatch(const char* schema, const char* value) {
    const auto object = boost::json::parse(schema).as_object();
    EXPECT_TRUE(check_schema(object)) << schema;
    return find_mismatch(object, boost::json::parse(value)).value_or("fits");
}

std::string refused(const char* schema) {
    const auto checked = check_schema(boost::json::parse(schema).as_object());
    return checked ? "fine" : checked.error().detail();
}

TEST(FindMismatch, tells_the_place_and_what_it_must_be) {
    constexpr const char* kItems =
        R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object",
            "properties":{"price":{"type":"number"}},"required":["price"]}}}})";
    EXPECT_EQ(mismatch(kItems, R"({"items":[{"price":1},{"price":"x"}]})"),
              "items[1].price must be of type number, not \"x\"");
    EXPECT_EQ(mismatch(kItems, R"({"items":[{}]})"), "items[0].price is missing");
    EXPECT_EQ(mismatch(kItems, R"({"items":[{"price":1.5}]})"), "fits");
}

TEST(FindMismatch, holds_every_keyword) {
    EXPECT_NE(mismatch(R"({"enum":["a","b"]})", R"("c")"), "fits");
    EXPECT_NE(mismatch(R"({"const":3})", "4"), "fits");
    EXPECT_NE(mismatch(R"({"minimum":3})", "2"), "fits");
    EXPECT_NE(mismatch(R"({"maximum":3})", "4"), "fits");
    EXPECT_NE(mismatch(R"({"exclusiveMinimum":3})", "3"), "fits");
    EXPECT_NE(mismatch(R"({"exclusiveMaximum":3})", "3"), "fits");
    EXPECT_NE(mismatch(R"({"minLength":2})", R"("ü")"), "fits");
    EXPECT_NE(mismatch(R"({"maxLength":1})", R"("ab")"), "fits");
    EXPECT_NE(mismatch(R"({"minItems":1})", "[]"), "fits");
    EXPECT_NE(mismatch(R"({"maxItems":1})", "[1,2]"), "fits");
    EXPECT_NE(mismatch(R"({"additionalProperties":false})", R"({"a":1})"), "fits");
    EXPECT_NE(mismatch(R"({"additionalProperties":{"type":"string"}})", R"({"a":1})"), "fits");
    EXPECT_NE(mismatch(R"({"anyOf":[{"type":"null"},{"type":"string"}]})", "1"), "fits");
    EXPECT_NE(mismatch(R"({"allOf":[{"type":"number"},{"minimum":2}]})", "1"), "fits");
    EXPECT_EQ(mismatch(R"({"type":["integer","null"]})", "1.0"), "fits");
    EXPECT_NE(mismatch(R"({"type":"integer"})", "1.5"), "fits");
}

TEST(CheckSchema, refuses_what_it_would_not_check) {
    EXPECT_NE(refused(R"({"type":"objekt"})").find("type has to be of"), std::string::npos);
    EXPECT_NE(refused(R"({"properties":{"a":{"patern":"x"}}})").find("output_schema at a"),
              std::string::npos);
    EXPECT_NE(refused(R"({"items":{"$ref":"http://x/y"}})").find("$ref"), std::string::npos);
    EXPECT_NE(refused(R"({"minimum":"3"})"), "fine");
    EXPECT_EQ(refused(R"({"$schema":"x","title":"t","description":"d","type":"object"})"), "fine");
}

TEST(JsonInAnswer, takes_the_text_or_its_one_fence) {
    EXPECT_EQ(*json_in_answer(" {\"a\":1}\n"), boost::json::parse(R"({"a":1})"));
    EXPECT_EQ(*json_in_answer("Here:\n```json\n[1]\n```\nDone."), boost::json::parse("[1]"));
    EXPECT_FALSE(json_in_answer("It is 3 o'clock."));
    EXPECT_FALSE(json_in_answer("```\n1\n```\n```\n2\n```"));
}

}  // namespace
}  // namespace aifp::agents
