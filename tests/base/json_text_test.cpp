#include "base/json_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json/parse.hpp>

namespace aifp {
namespace {

std::string as_json(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(AppendJsonString, leaves_printable_ascii_alone) {
    EXPECT_EQ(as_json("application/json; a=1~"), "\"application/json; a=1~\"");
    EXPECT_EQ(as_json(""), "\"\"");
}

TEST(AppendJsonString, escapes_wherever_the_byte_stands) {
    for (std::size_t place = 0; place < 20; ++place) {
        const std::string before(place, 'x');
        EXPECT_EQ(as_json(before + "\"" + "yz"), "\"" + before + "\\\"yz\"");
        EXPECT_EQ(as_json(before + "\\"), "\"" + before + "\\\\\"");
        EXPECT_EQ(as_json(before + "\x1F"), "\"" + before + "\\u001f\"");
        EXPECT_EQ(as_json(before + "\x7F"), "\"" + before + "\\u007f\"");
        EXPECT_EQ(as_json(before + "\n\r\t"), "\"" + before + "\\n\\r\\t\"");
    }
}

TEST(AppendJsonString, escapes_what_json_wants_escaped) {
    EXPECT_EQ(as_json("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
    EXPECT_EQ(as_json(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
}

TEST(AppendJsonString, keeps_utf8_and_replaces_what_is_none) {
    EXPECT_EQ(as_json("Küche 💡"), "\"Küche 💡\"");
    EXPECT_EQ(as_json("a\xC3(\xFF\xE2\x82"), "\"a\uFFFD(\uFFFD\uFFFD\uFFFD\"");
    EXPECT_EQ(as_json("a\xFF\xFE\"z"), "\"a\uFFFD\uFFFD\\\"z\"");
}

TEST(AppendJsonText, has_no_quotes_and_appends) {
    std::string out = "x";
    append_json_text(out, "y\"");
    EXPECT_EQ(out, "xy\\\"");
}

RC_GTEST_PROP(AppendJsonString, ascii_comes_back_from_a_json_parser, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
    const auto parsed = boost::json::parse(as_json(text));
    RC_ASSERT(std::string_view(parsed.as_string()) == text);
}

}  // namespace
}  // namespace aifp
