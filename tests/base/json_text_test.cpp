#include "base/json_text.hpp"

#include <gtest/gtest.h>

namespace aifp {
namespace {

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

TEST(AppendJsonEscaped, leaves_the_quotes_to_the_caller_and_what_is_there) {
    std::string out = "\"so ";
    append_json_escaped(out, "\"it\" is");
    EXPECT_EQ(out, R"("so \"it\" is)");
}

}  // namespace
}  // namespace aifp
