#include "base/json_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json/parse.hpp>

namespace aifp {
namespace {

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(AppendJsonString, leaves_printable_ascii_alone) {
    EXPECT_EQ(json_string("application/json; a=1~"), "\"application/json; a=1~\"");
    EXPECT_EQ(json_string(""), "\"\"");
}

TEST(AppendJsonString, escapes_wherever_the_byte_stands) {
    for (std::size_t place = 0; place < 20; ++place) {
        const std::string before(place, 'x');
        EXPECT_EQ(json_string(before + "\"" + "yz"), "\"" + before + "\\\"yz\"");
        EXPECT_EQ(json_string(before + "\\"), "\"" + before + "\\\\\"");
        EXPECT_EQ(json_string(before + "\x1F"), "\"" + before + "\\u001f\"");
        EXPECT_EQ(json_string(before + "\x7F"), "\"" + before + "\\u007f\"");
        EXPECT_EQ(json_string(before + "\n\r\t"), "\"" + before + "\\n\\r\\t\"");
    }
}

TEST(AppendJsonString, escapes_what_json_wants_escaped) {
    EXPECT_EQ(json_string("plain"), "\"plain\"");
    EXPECT_EQ(json_string("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
    EXPECT_EQ(json_string(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
}

TEST(AppendJsonString, keeps_utf8_and_replaces_what_is_none) {
    EXPECT_EQ(json_string("gr\xC3\xBC n"), "\"gr\xC3\xBC n\"");
    EXPECT_EQ(json_string("Küche 💡"), "\"Küche 💡\"");
    EXPECT_EQ(json_string("a\xC3(\xFF\xE2\x82"), "\"a\uFFFD(\uFFFD\uFFFD\uFFFD\"");
    EXPECT_EQ(json_string("a\xFF\xFE\"z"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\\\"z\"");
}

TEST(AppendJsonEscaped, leaves_the_quotes_to_the_caller_and_what_is_there) {
    std::string out = "\"so ";
    append_json_escaped(out, "\"it\" is");
    EXPECT_EQ(out, R"("so \"it\" is)");
}

RC_GTEST_PROP(AppendJsonString, ascii_comes_back_from_a_json_parser, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
    const auto parsed = boost::json::parse(json_string(text));
    RC_ASSERT(std::string_view(parsed.as_string()) == text);
}

}  // namespace
}  // namespace aifp
