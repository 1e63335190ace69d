#include <gtest/gtest.h>

#include "document/node_json.hpp"
#include "tests/document/support.hpp"

namespace aifp::document {
namespace {

struct Case {
    const char* text;
    const char* expected;
};

std::string round_trip(const char* text) {
    const auto document = parse_text(text, Format::json);
    return document.root ? boost::json::serialize(to_json(*document.root))
                         : brief(document.diagnostics);
}

TEST(ParseJson, takes_every_kind_of_value) {
    EXPECT_EQ(round_trip(" {\"a\" : [ ] , \"b\":{ }, \"c\":[1,-0,2.5,1e2,true,false,null]}\r\n"),
              R"({"a":[],"b":{},"c":[1,0,2.5E0,1E2,true,false,null]})");
    EXPECT_EQ(round_trip("\t\"x\"\n"), "\"x\"");
    EXPECT_EQ(round_trip("-1.5E+2"), "-1.5E2");
    EXPECT_EQ(round_trip("\xEF\xBB\xBF[1]"), "[1]");
}

TEST(ParseJson, reads_escapes) {
    const auto document = parse_text(R"("\"\\\/\b\f\n\r\t\u00e4\u20AC\ud83d\ude00")", Format::json);

    EXPECT_EQ(document.root->text, "\"\\/\b\f\n\r\tä€😀");
    EXPECT_TRUE(document.root->quoted);
}

TEST(ParseJson, marks_keys_and_values) {
    const auto document = parse_text("{\n  \"ä\": [1, true]\n}", Format::json);
    const auto& member = document.root->members.front();

    EXPECT_EQ(member.key_mark.line, 2);
    EXPECT_EQ(member.key_mark.column, 3);
    EXPECT_EQ(member.value->mark.column, 8);
    EXPECT_EQ(member.value->items[1]->mark.column, 12);
    EXPECT_EQ(member.value->items[1]->type, Node::Type::boolean);
}

TEST(ParseJson, keeps_the_first_of_a_duplicate_key) {
    const auto document = parse_text("{\"a\": 1,\n \"a\": {\"a\": 2}, \"b\": 3}", Format::json);

    EXPECT_EQ(brief(document.diagnostics),
              "2:2 error duplicate key \"a\" | it stands on line 1 already; keep one");
    EXPECT_EQ(boost::json::serialize(to_json(*document.root)), R"({"a":1,"b":3})");
}

class JsonMistake : public testing::TestWithParam<Case> {};

TEST_P(JsonMistake, is_named_with_its_place) {
    const auto document = parse_text(GetParam().text, Format::json);

    EXPECT_EQ(document.root, nullptr);
    EXPECT_EQ(brief(document.diagnostics), GetParam().expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Structure,
    JsonMistake,
    testing::Values(
        Case{"", "1:1 error the file is empty | write a JSON value, for example {}"},
        Case{" \n", "2:1 error the file is empty | write a JSON value, for example {}"},
        Case{"{\"a\": 1,\n}", "1:8 error a comma behind the last member | remove the comma"},
        Case{"[1, 2,]", "1:6 error a comma behind the last item | remove the comma"},
        Case{"[,]",
             "1:2 error a value is missing here | a text needs double quotes; the words are true, "
             "false and null"},
        Case{"[1 2]", "1:4 error a \",\" or \"]\" is missing here"},
        Case{"[1", "1:3 error the file ends within a list | a \"]\" is missing"},
        Case{"[1,", "1:4 error the file ends where a value is missing"},
        Case{"{\"a\": 1", "1:8 error the file ends within an object | a \"}\" is missing"},
        Case{"{\"a\": 1 \"b\": 2}", "1:9 error a \",\" or \"}\" is missing here"},
        Case{"{", "1:2 error the file ends within an object | a \"}\" is missing"},
        Case{"{a: 1}", "1:2 error a key in double quotes is missing | write \"key\": value"},
        Case{"{\"a\" 1}", "1:6 error a \":\" is missing behind the key | write \"key\": value"},
        Case{"{\"a\":}",
             "1:6 error a value is missing here | a text needs double quotes; the words are true, "
             "false and null"},
        Case{"{} x", "1:4 error text behind the end of the JSON value | remove it"},
        Case{"]",
             "1:1 error a value is missing here | a text needs double quotes; the words are true, "
             "false and null"}));

INSTANTIATE_TEST_SUITE_P(
    Values,
    JsonMistake,
    testing::Values(
        Case{"True",
             "1:1 error a value is missing here | a text needs double quotes; the words are true, "
             "false and null"},
        Case{"nullx",
             "1:1 error a value is missing here | a text needs double quotes; the words are true, "
             "false and null"},
        Case{"'a'", "1:1 error a text in single quotes | JSON wants double quotes"},
        Case{"[1] // c", "1:5 error text behind the end of the JSON value | remove it"},
        Case{"[/* c */]", "1:2 error a comment | JSON has no comments; a .yaml file has"},
        Case{"01", "1:1 error this is not a JSON number | write it like 12, -0.5 or 1e3"},
        Case{"-", "1:1 error this is not a JSON number | write it like 12, -0.5 or 1e3"},
        Case{"1.", "1:1 error this is not a JSON number | write it like 12, -0.5 or 1e3"},
        Case{"1e", "1:1 error this is not a JSON number | write it like 12, -0.5 or 1e3"},
        Case{"1e+-1", "1:1 error this is not a JSON number | write it like 12, -0.5 or 1e3"},
        Case{"+1",
             "1:1 error a value is missing here | a text needs double quotes; the words are true, "
             "false and null"},
        Case{"0x10", "1:2 error text behind the end of the JSON value | remove it"}));

INSTANTIATE_TEST_SUITE_P(
    Texts,
    JsonMistake,
    testing::Values(
        Case{"\"a",
             "1:1 error this text is never closed | write a \" behind it, or \\n for a line break"},
        Case{"\"a\nb\"",
             "1:1 error this text is never closed | write a \" behind it, or \\n for a line break"},
        Case{"\"a\tb\"", "1:3 error a tab within a text | write \\t"},
        Case{"\"\\x41\"", "1:2 error this \\ escape is not known | write \\\\ for a backslash"},
        Case{"\"\\", "1:2 error this \\ escape is not known | write \\\\ for a backslash"},
        Case{"\"\\u12g4\"", "1:2 error \\u needs four hexadecimal digits"},
        Case{"\"\\u12", "1:2 error \\u needs four hexadecimal digits"},
        Case{"\"\\u0000\"", "1:2 error \\u0000 is not allowed in a text"},
        Case{"\"\\ud800\"", "1:2 error half of a surrogate pair names no character"},
        Case{"\"\\ud800\\u0041\"", "1:2 error half of a surrogate pair names no character"},
        Case{"\"\\ud800\\n\"", "1:2 error half of a surrogate pair names no character"},
        Case{"\"\\ude00\"", "1:2 error half of a surrogate pair names no character"},
        Case{"\"\x01\"",
             "1:2 error control character 0x01 is not allowed here | remove it; a text file has "
             "only letters, line breaks and tabs"},
        Case{"\"\x80\"", "1:2 error byte 0x80 is not UTF-8 | save the file as UTF-8"}));

}  // namespace
}  // namespace aifp::document
