#include "base/json_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json/parse.hpp>
#include <charconv>
#include <limits>

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

TEST(JsonText, writes_numbers_as_people_do) {
    EXPECT_EQ(json_text(boost::json::value(21.5)), "21.5");
    EXPECT_EQ(json_text(boost::json::value(-0.1)), "-0.1");
    EXPECT_EQ(json_text(boost::json::value(100'000.0)), "100000.0");
    EXPECT_EQ(json_text(boost::json::value(0.0)), "0.0");
    EXPECT_EQ(json_text(boost::json::value(0.00001)), "0.00001");
    EXPECT_EQ(json_text(boost::json::value(0.000001)), "1e-06");
    EXPECT_EQ(json_text(boost::json::value(1e300)), "1e+300");
    EXPECT_EQ(json_text(boost::json::value(100'000)), "100000");
    EXPECT_EQ(json_text(boost::json::value(std::numeric_limits<std::uint64_t>::max())),
              "18446744073709551615");
}

TEST(JsonText, has_no_number_that_json_has_not) {
    EXPECT_EQ(json_text(boost::json::value(std::numeric_limits<double>::infinity())), "null");
    EXPECT_EQ(json_text(boost::json::value(std::numeric_limits<double>::quiet_NaN())), "null");
}

TEST(JsonText, writes_lists_and_objects_in_their_order) {
    const std::string text = R"({"b":[1,2.5,null,{"x":[]}],"a":{},"c":true,"d\"":"e\n"})";
    const auto value = boost::json::parse(text);
    EXPECT_EQ(json_text(value), text);
    EXPECT_EQ(json_text(value.get_object()), text);
    EXPECT_EQ(json_text(value.at("b").get_array()), R"([1,2.5,null,{"x":[]}])");
}

RC_GTEST_PROP(JsonText, a_double_comes_back_as_the_same_double, (double number)) {
    const auto text = json_text(boost::json::value(number));
    RC_ASSERT(boost::json::parse(text).is_double());
    double read = 0;  // not by Boost's parser, which may be off by the last bit
    std::from_chars(text.data(), text.data() + text.size(), read);
    RC_ASSERT(read == number);
}

}  // namespace
}  // namespace aifp
