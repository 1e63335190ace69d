#include "mcp/message.hpp"

#include <gtest/gtest.h>

#include "mcp/result_text.hpp"

namespace aifp::mcp {
namespace {

Message read(std::string_view text) {
    auto message = read_message(*parse_json(text));
    EXPECT_TRUE(message);
    return message.value_or(Message());
}

TEST(Message, tells_requests_notifications_and_responses_apart) {
    EXPECT_EQ(read(R"({"jsonrpc":"2.0","id":1,"method":"m"})").kind, Message::Kind::request);
    EXPECT_EQ(read(R"({"jsonrpc":"2.0","method":"m"})").kind, Message::Kind::notification);
    EXPECT_EQ(read(R"({"jsonrpc":"2.0","id":1,"result":{}})").kind, Message::Kind::response);
}

TEST(Message, refuses_other_shapes_and_keeps_a_readable_id) {
    for (const auto* text : {R"({"jsonrpc":"2.0","id":7,"method":3})",
                             R"({"jsonrpc":"2.0","id":7,"method":"m","params":[]})",
                             R"({"jsonrpc":"2.0","id":7})",
                             R"({"jsonrpc":"2.0","id":7,"result":1,"error":{}})"}) {
        const auto refused = read_message(*parse_json(text));
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().error.code, codes::kNotAMessage);
        EXPECT_EQ(refused.error().id, 7);
    }
}

TEST(Message, bounds_the_depth) {
    const std::string deep(kMaxDepth + 2, '[');
    EXPECT_EQ(parse_json(deep + std::string(kMaxDepth + 2, ']')).error().code, codes::kNotJson);
}

TEST(Message, refuses_bytes_that_are_no_utf_8) {
    EXPECT_FALSE(parse_json("{\"a\":\"\xff\"}"));
}

TEST(ErrorText, leaves_out_what_is_not_known) {
    EXPECT_EQ(error_text(nullptr, RpcError{-1, "no"}),
              R"({"jsonrpc":"2.0","error":{"code":-1,"message":"no"}})");
}

TEST(ResultText, keeps_raw_json_as_it_is) {
    ResultText text;
    text.add_raw("schema", on_one_line("{\n\"z\": 1, \"a\": \"b\\n\"}"));
    text.add_if("nothing", "");
    EXPECT_EQ(std::move(text).take(), R"({"schema":{ "z": 1, "a": "b\n"}})");
}

}  // namespace
}  // namespace aifp::mcp
