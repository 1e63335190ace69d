#include <gtest/gtest.h>

#include "document/node_json.hpp"
#include "tests/document/support.hpp"

namespace aifp::document {
namespace {

struct Case {
    const char* text;
    const char* expected;
};

TEST(ParseYaml, keeps_types_texts_and_quotes) {
    const auto document =
        parse_text("a: 08:00\nb: \"08:00\"\nc: |\n  x\nd: 0x1F\ne: !!str 12\n", Format::yaml);
    const Node& root = *document.root;

    EXPECT_EQ(root.find("a")->text, "08:00");
    EXPECT_FALSE(root.find("a")->quoted);
    EXPECT_TRUE(root.find("b")->quoted);
    EXPECT_TRUE(root.find("c")->quoted);
    EXPECT_EQ(root.find("c")->text, "x\n");
    EXPECT_EQ(root.find("d")->text, "0x1F");
    EXPECT_EQ(root.find("d")->type, Node::Type::integer);
    EXPECT_EQ(root.find("e")->type, Node::Type::string);
    EXPECT_EQ(root.find("x"), nullptr);
}

TEST(ParseYaml, marks_keys_and_values_in_code_points) {
    const auto document = parse_text("\xEF\xBB\xBF# ü\r\nä:   ö\r\n{é: [x]}: y", Format::yaml);
    const auto good = parse_text("# ü\näü: [ö, z]\n", Format::yaml);

    EXPECT_EQ(document.diagnostics.front().line, 3);
    const auto& member = good.root->members.front();
    EXPECT_EQ(member.key_mark.line, 2);
    EXPECT_EQ(member.key_mark.column, 1);
    EXPECT_EQ(member.value->mark.column, 5);
    EXPECT_EQ(member.value->items[1]->mark.column, 9);
}

TEST(ParseYaml, marks_a_missing_value_where_it_is_missing) {
    const auto document = parse_text("a:\n\n# c\nb: ~\nc:\n  -\n  - null\n", Format::yaml);
    const Node& root = *document.root;

    EXPECT_EQ(root.find("a")->mark.line, 1);
    EXPECT_EQ(root.find("a")->type, Node::Type::null);
    EXPECT_EQ(root.find("b")->mark.column, 4);
    EXPECT_EQ(root.find("b")->text, "~");
    EXPECT_EQ(root.find("c")->items[0]->mark.line, 6);
    EXPECT_EQ(root.find("c")->items[1]->mark.line, 7);
}

TEST(ParseYaml, shares_the_node_of_an_alias) {
    const auto document = parse_text("a: &x [1]\nb: *x\nc: &x 2\nd: *x\n", Format::yaml);
    const Node& root = *document.root;

    EXPECT_EQ(root.find("a"), root.find("b"));
    EXPECT_EQ(root.find("d")->text, "2");
    EXPECT_TRUE(document.diagnostics.empty());
}

TEST(ParseYaml, knows_local_tags) {
    const auto document = parse_text("a: !secret key\nb: !import x.yaml\n", Format::yaml);

    EXPECT_EQ(document.root->find("a")->tag, "!secret");
    EXPECT_EQ(document.root->find("a")->text, "key");
    EXPECT_EQ(document.root->find("b")->tag, "!import");
    EXPECT_TRUE(document.diagnostics.empty());
}

TEST(ParseYaml, takes_what_is_harmless) {
    for (const char* text : {"",
                             "\n",
                             "# only\n",
                             "---\n",
                             "--- a\n...\n",
                             "%YAML 1.2\n---\na\n",
                             "!!map {a: 1}",
                             "!!seq [a]",
                             "a:\tb",
                             "a:\n  \t# c\n",
                             " \t\na: b",
                             "a: |\n  x\n  \ty\n  \n\nb: c",
                             "- |\n \t x\n- >-  # c\n  \tx\n"}) {
        const auto document = parse_text(text, Format::yaml);
        EXPECT_NE(document.root, nullptr) << text;
        EXPECT_EQ(brief(document.diagnostics), "") << text;
    }
}

TEST(ParseYaml, reads_an_empty_text_as_null) {
    EXPECT_EQ(parse_text("# nothing\n", Format::yaml).root->type, Node::Type::null);
}

class YamlMistake : public testing::TestWithParam<Case> {};

TEST_P(YamlMistake, is_named_with_its_place) {
    const auto document = parse_text(GetParam().text, Format::yaml);

    EXPECT_EQ(brief(document.diagnostics), GetParam().expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Tree,
    YamlMistake,
    testing::Values(
        Case{"a: 1\nb: 2\na: 3",
             "3:1 error duplicate key \"a\" | it stands on line 1 already; keep one"},
        Case{"{x: {b: 1, 'b': 2}}",
             "1:12 error duplicate key \"b\" | it stands on line 1 already; keep one"},
        Case{"a: {{ x }}",
             "1:5 error a key must be a text, not a map | a value that begins with {{ needs "
             "quotes: \"{{ ... }}\""},
        Case{"[a]: b", "1:1 error a key must be a plain text | write it without brackets and tags"},
        Case{"!secret a: b",
             "1:1 error a key must be a plain text | write it without brackets and tags"},
        Case{"~: b", "1:1 error a key must be a text, not nothing | put the key in quotes"},
        Case{"a: &x {c: d}\n<<: *x",
             "2:1 error merge keys (<<) are not supported | write the keys out, or use an alias "
             "for a whole value: key: *name"},
        Case{"a: &lamp 1\nb: *lmap", "2:4 error unknown alias \"lmap\" | did you mean \"lamp\"?"},
        Case{"a: *x", "1:4 error unknown alias \"x\""},
        Case{"a: &x [*x]", "1:8 error this alias stands inside the very value that it names"},
        Case{"a: !secrt k", "1:4 error unknown tag \"!secrt\" | did you mean \"!secret\"?"},
        Case{"a: !!int 3",
             "1:4 error unknown tag \"tag:yaml.org,2002:int\" | known are: !secret, !import"},
        Case{"a: !secret [k]",
             "1:4 error \"!secret\" cannot stand before a list | remove it; !secret and !import "
             "take one name"},
        Case{"a: !secret\nb: 1", "1:4 error !secret needs a name | write !secret NAME"},
        Case{"a: 1\n---\nb: 2",
             "2:1 error a second YAML document begins here | keep one document in a file; remove "
             "the \"---\" line"},
        Case{"a: \"x\\0y\"",
             "1:4 error an escape in this text makes a character that is not allowed"}));

INSTANTIATE_TEST_SUITE_P(
    Syntax,
    YamlMistake,
    testing::Values(
        Case{"a: b: c",
             "1:5 error a \":\" is not possible here | check the indentation; a value that holds "
             "\": \" needs quotes"},
        Case{"a: [1, 2\n",
             "1:4 error this \"[\" is never closed | write \"]\" behind the last item"},
        Case{"a: {b: 2\n",
             "1:4 error this \"{\" is never closed | write \"}\" behind the last key"},
        Case{"a: 'x\n",
             "1:4 error the quoted text that begins here is never closed | write the same quote "
             "behind its end"},
        Case{"a: &x \"b\\\"\n",
             "1:4 error the quoted text that begins here is never closed | write the same quote "
             "behind its end"},
        Case{"a: 'it''s",
             "1:10 error the file ends within a quoted text | look above for a quote without its "
             "partner"},
        Case{"a: @import x",
             "1:4 error a value cannot begin with \"@\" | put the whole value in quotes"},
        Case{"a: \"\\ud800\"", "1:11 error this escape names no character"},
        Case{"a: \"\\q\"",
             "1:7 error this \\ escape is not known | write \\\\ for a backslash, or use single "
             "quotes"},
        Case{"a: 1\n b: 2",
             "2:3 error a \":\" is not possible here | check the indentation; a value that holds "
             "\": \" needs quotes"},
        Case{"a: ]", "1:4 error this bracket closes nothing | remove it, or quote the value"},
        Case{"a:\n  b: 1\n c: 2",
             "3:2 error this line fits no level above | check the indentation of this line and the "
             "lines above"}));

INSTANTIATE_TEST_SUITE_P(
    Characters,
    YamlMistake,
    testing::Values(
        Case{"a:\n\tb: 1\n\tc: 2\n",
             "2:1 error a tab indents line 2, and 1 more lines | indent with spaces; YAML does not "
             "allow tabs there"},
        Case{"- a\n \t- b",
             "2:2 error a tab indents line 2 | indent with spaces; YAML does not allow tabs there"},
        Case{"a: |\n\tb\n",
             "2:1 error a tab indents line 2 | indent with spaces; YAML does not allow tabs there"},
        Case{"a: |\n  b\nc:\n\td",
             "4:1 error a tab indents line 4 | indent with spaces; YAML does not allow tabs there"},
        Case{"ä: \xff", "1:4 error byte 0xFF is not UTF-8 | save the file as UTF-8"},
        Case{"a\n\xc0\x80", "2:1 error byte 0xC0 is not UTF-8 | save the file as UTF-8"},
        Case{"a\x1b",
             "1:2 error control character 0x1B is not allowed here | remove it; a text file has "
             "only letters, line breaks and tabs"},
        Case{"a\x7f",
             "1:2 error control character 0x7F is not allowed here | remove it; a text file has "
             "only letters, line breaks and tabs"}));

TEST(ParseYaml, refuses_nul) {
    const auto document = parse_text(std::string("a: b\0c", 6), Format::yaml);

    EXPECT_EQ(document.root, nullptr);
    EXPECT_EQ(document.diagnostics.front().column, 5);
}

TEST(ParseYaml, tells_all_mistakes_and_keeps_the_rest_of_the_tree) {
    const auto document = parse_text("a: 1\na: 2\nb: {c: 1, c: 2, d: !x 3}\ne: 4\n", Format::yaml);

    EXPECT_EQ(document.diagnostics.size(), 3U);
    ASSERT_NE(document.root, nullptr);
    EXPECT_EQ(boost::json::serialize(to_json(*document.root)),
              R"({"a":1,"b":{"c":1,"d":"3"},"e":4})");
}

}  // namespace
}  // namespace aifp::document
