#include "helpers/workflow/python_text.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>

#include "tests/helpers/real_process.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr const char* kReadBack =
    "import ast, json, sys\n"
    "for line in sys.stdin:\n"
    "    print(json.dumps(ast.literal_eval(line)))\n";

boost::json::value read_back(const std::vector<std::string>& literals) {
    std::string input;
    for (const auto& literal : literals) {
        input += literal + "\n";
    }
    const auto ended = testing::run_program({"python3", "-c", kReadBack}, "/tmp", input);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    boost::json::array values;
    std::string_view rest = ended.out;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        values.push_back(boost::json::parse(rest.substr(0, end)));
        rest.remove_prefix(end + 1);
    }
    return values;
}

// Text of the kinds that break quoting: quotes, backslashes, ends of lines, controls, all planes.
std::string random_text(std::mt19937& random) {
    constexpr const char* kPieces[] = {
        "\"",   "'",    "\"\"\"",   "\\",           "\n",       "\r",
        "\t",   "\x01", "\x7f",     "{{",           "}}",       "${",
        "#",    "a",    "\xc2\x85", "\xe2\x80\xa8", "\xc3\xa9", "\xf0\x9f\x92\xa1",
        "\\N{", "\\u",  "%s",       "{0}"};
    std::string text;
    std::uniform_int_distribution<std::size_t> piece(0, std::size(kPieces) - 1);
    const auto length = std::uniform_int_distribution<int>(0, 12)(random);
    for (int i = 0; i < length; ++i) {
        text += kPieces[piece(random)];
    }
    return text;
}

TEST(PythonText, comes_back_from_pythons_own_parser_whatever_it_holds) {
    std::mt19937 random(20261122);
    std::vector<std::string> literals;
    boost::json::array written;
    for (int i = 0; i < 400; ++i) {
        const auto text = random_text(random);
        literals.push_back(python_text(text));
        written.emplace_back(text);
    }
    EXPECT_EQ(read_back(literals), boost::json::value(written));
}

TEST(PythonText, is_ascii_on_one_line) {
    std::mt19937 random(7);
    for (int i = 0; i < 1'000; ++i) {
        for (const char letter : python_text(random_text(random))) {
            ASSERT_TRUE(letter >= ' ' && letter < 0x7f) << static_cast<int>(letter);
        }
    }
}

TEST(PythonText, replaces_bytes_that_are_no_utf8) {
    EXPECT_EQ(python_text("a\xff\xc3"), R"("a\ufffd\ufffd")");
}

TEST(PythonLiteral, keeps_every_kind_of_value) {
    const auto value = boost::json::parse(
        R"({"n": null, "t": true, "f": false, "i": -7, "u": 18446744073709551615, "d": 1.5,
            "e": 1e300, "z": 3.0, "l": [1, "x", {}], "o": {"k": []}})");
    EXPECT_EQ(read_back({python_literal(value)}).at(0).as_object().at("l"), value.at("l"));
    EXPECT_EQ(python_literal(value.at("z")), "3.0");
    EXPECT_EQ(python_literal(value.at("u")), "18446744073709551615");
    EXPECT_EQ(python_literal(value.at("n")), "None");
}

TEST(PythonDoc, never_ends_the_docstring) {
    const auto doc = python_doc("say \"\"\" and \\ then\nmore\\");
    const auto source = "\"\"\"" + doc + "\"\"\"\n";
    EXPECT_EQ(read_back({source.substr(0, source.size() - 1)}).at(0),
              "say \"\"\" and \\ then more\\");
}

TEST(PythonName, is_fit_for_a_function) {
    EXPECT_EQ(python_name("lights-off.v2"), "lights_off_v2");
}

}  // namespace
}  // namespace aifp::helpers::workflow
