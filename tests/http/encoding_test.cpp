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

}  // namespace
}  // namespace aifp::http
