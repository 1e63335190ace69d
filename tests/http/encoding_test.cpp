#include "http/encoding.hpp"

#include <gtest/gtest.h>

namespace aifp::http {
namespace {

TEST(PercentDecode, decodes_or_refuses) {
    EXPECT_EQ(percent_decode("a%20b%C3%a9"), "a b\xC3\xA9");
    EXPECT_EQ(percent_decode(""), "");
    for (const char* broken : {"%", "a%2", "%zz", "%2g"}) {
        EXPECT_FALSE(percent_decode(broken)) << broken;
    }
}

TEST(ParseParameters, reads_names_and_values_in_order) {
    const auto parsed = parse_parameters("a=1&b=x+y%26&flag&=v&&a=2=3");
    ASSERT_TRUE(parsed);
    const std::vector<Parameter> expected = {
        {"a", "1"}, {"b", "x y&"}, {"flag", ""}, {"", "v"}, {"a", "2=3"}};
    EXPECT_EQ(*parsed, expected);
    EXPECT_TRUE(parse_parameters("")->empty());
    EXPECT_FALSE(parse_parameters("a=%"));
    EXPECT_FALSE(parse_parameters("%=a"));
}

TEST(Base64Encode, matches_rfc_4648) {
    const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : cases) {
        EXPECT_EQ(base64_encode(plain), encoded);
    }
    EXPECT_EQ(base64_encode("\xff\xfe"), "//4=");
}

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(AppendJsonString, escapes_what_json_wants_escaped) {
    EXPECT_EQ(json_string("plain"), "\"plain\"");
    EXPECT_EQ(json_string("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
    EXPECT_EQ(json_string(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
    EXPECT_EQ(json_string("gr\xC3\xBC n"), "\"gr\xC3\xBC n\"");
}

TEST(AppendJsonString, replaces_what_is_not_utf8) {
    EXPECT_EQ(json_string("a\xFF\xFE\"z"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\\\"z\"");
}

}  // namespace
}  // namespace aifp::http
