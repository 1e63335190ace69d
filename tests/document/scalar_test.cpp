#include "document/scalar.hpp"

#include <gtest/gtest.h>

#include "document/node_json.hpp"
#include "tests/document/support.hpp"

namespace aifp::document {
namespace {

using Type = Node::Type;

Node plain(std::string text) {
    Node node;
    node.type = core_type(text);
    node.text = std::move(text);
    return node;
}

TEST(CoreType, follows_the_core_schema) {
    for (const char* text : {"", "~", "null", "Null", "NULL"}) {
        EXPECT_EQ(core_type(text), Type::null) << text;
    }
    for (const char* text : {"true", "True", "TRUE", "false", "False", "FALSE"}) {
        EXPECT_EQ(core_type(text), Type::boolean) << text;
    }
    for (const char* text : {"0", "-1", "+12", "123456789012345678901", "0x1F", "0o17"}) {
        EXPECT_EQ(core_type(text), Type::integer) << text;
    }
    for (const char* text : {"1.5", "-.5", "1.", "1e3", "1E-3", "0.1"}) {
        EXPECT_EQ(core_type(text), Type::real) << text;
    }
}

TEST(CoreType, keeps_what_yaml_1_1_would_change_as_text) {
    for (const char* text : {"on",   "Off",   "yes",  "no",   "y",    "12:30", "08:00:00", "08",
                             "-007", "1_000", "08.5", ".inf", ".nan", "0x",    "0xg",      "0o8",
                             "-0x1", "1e",    ".",    "-",    "+",    "1.2.3", "tRUE",     "e5"}) {
        EXPECT_EQ(core_type(text), Type::string) << text;
    }
}

TEST(Yaml11Trap, names_the_trap) {
    EXPECT_EQ(yaml11_trap(plain("On")), Yaml11Trap::boolean_word);
    EXPECT_EQ(yaml11_trap(plain("y")), Yaml11Trap::boolean_word);
    EXPECT_EQ(yaml11_trap(plain("08:00")), Yaml11Trap::sexagesimal);
    EXPECT_EQ(yaml11_trap(plain("12:30:00")), Yaml11Trap::sexagesimal);
    EXPECT_EQ(yaml11_trap(plain("08")), Yaml11Trap::leading_zero);
    EXPECT_EQ(yaml11_trap(plain("1_000")), Yaml11Trap::underscore);
    EXPECT_EQ(yaml11_trap(plain("a:b")), Yaml11Trap::none);
    EXPECT_EQ(yaml11_trap(plain("12:")), Yaml11Trap::none);
    EXPECT_EQ(yaml11_trap(plain("_1")), Yaml11Trap::none);
    EXPECT_EQ(yaml11_trap(plain("hello")), Yaml11Trap::none);
}

TEST(Yaml11Trap, leaves_quoted_texts_alone) {
    Node node = plain("08:00");
    node.quoted = true;

    EXPECT_EQ(yaml11_trap(node), Yaml11Trap::none);
}

TEST(IntegerValue, reads_all_notations_within_64_bits) {
    EXPECT_EQ(integer_value(plain("-12")), -12);
    EXPECT_EQ(integer_value(plain("+12")), 12);
    EXPECT_EQ(integer_value(plain("0x1F")), 31);
    EXPECT_EQ(integer_value(plain("0o17")), 15);
    EXPECT_EQ(integer_value(plain("9223372036854775808")), std::nullopt);
    EXPECT_EQ(integer_value(plain("1.0")), std::nullopt);
}

TEST(RealValue, reads_finite_numbers) {
    EXPECT_EQ(real_value(plain("1.5")), 1.5);
    EXPECT_EQ(real_value(plain("-.5")), -0.5);
    EXPECT_EQ(real_value(plain("+2.")), 2.0);
    EXPECT_EQ(real_value(plain("7")), 7.0);
    EXPECT_EQ(real_value(plain("0x10")), 16.0);
    EXPECT_EQ(real_value(plain("1e999")), std::nullopt);
    EXPECT_EQ(real_value(plain("x")), std::nullopt);
}

TEST(NodeToJson, keeps_values_and_order) {
    const auto document = parse_text(
        "{b: [1, 2.5, 0x10, true, ~, '1'], a: {c: on}, z: 18446744073709551615}", Format::yaml);

    EXPECT_EQ(boost::json::serialize(to_json(*document.root)),
              R"({"b":[1,2.5E0,16,true,null,"1"],"a":{"c":"on"},"z":18446744073709551615})");
}

TEST(NodeToJson, makes_text_of_what_is_no_finite_number) {
    const auto document = parse_text("[1e999, .inf, 123456789012345678901234567890]", Format::yaml);

    EXPECT_EQ(boost::json::serialize(to_json(*document.root)),
              R"(["1e999",".inf",1.2345678901234568E29])");
}

TEST(NodeToJson, writes_secrets_as_references_in_both_languages) {
    const auto yaml = parse_text("a: !secret key", Format::yaml);
    const auto json = parse_text(R"({"a": {"$secret": "key"}})", Format::json);

    EXPECT_EQ(boost::json::serialize(to_json(*yaml.root)), R"({"a":{"$secret":"key"}})");
    EXPECT_EQ(to_json(*yaml.root), to_json(*json.root));
}

TEST(SecretName, is_nothing_for_other_values) {
    const auto document =
        parse_text("[a, {$secret: [x]}, {$secret: a, b: c}, {b: c}]", Format::yaml);

    for (const auto& item : document.root->items) {
        EXPECT_EQ(secret_name(*item), std::nullopt);
    }
}

}  // namespace
}  // namespace aifp::document
