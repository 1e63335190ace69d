#include "model/definition.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace aifp::model {
namespace {

std::string nested(int levels) {
    const auto count = static_cast<std::size_t>(levels);
    return std::string(count, '[') + std::string(count, ']');
}

TEST(ReadDefinition, reads_what_is_deeper_than_a_document_may_be) {
    const auto read = read_definition(R"({"name":"a","actions":[{"set":"x","value":)" +
                                      nested(kMaxDefinitionDepth) + "}]}");
    ASSERT_TRUE(read) << read.error().detail();
    EXPECT_EQ(boost::json::serialize(read->actions.at(0).arguments.at("value")),
              nested(kMaxDefinitionDepth));
}

TEST(ReadDefinition, tells_a_text_that_is_none) {
    for (const auto* text : {"", "{", "[]", "3"}) {
        const auto read = read_definition(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code(), ErrorCode::invalid_input);
        EXPECT_NE(read.error().detail().find("save its file again"), std::string::npos);
    }
}

TEST(ParseStored, is_bounded) {
    EXPECT_TRUE(parse_stored(nested(kMaxStoredDepth)));
    EXPECT_FALSE(parse_stored(nested(kMaxStoredDepth + 1)));
    EXPECT_TRUE(parse_stored_or_null("{").is_null());
}

TEST(DepthOf, counts_lists_and_objects) {
    EXPECT_EQ(depth_of(3), 0);
    EXPECT_EQ(depth_of(boost::json::object()), 1);
    EXPECT_EQ(depth_of(*parse_stored(R"({"a": [1, {"b": 2}], "c": []})")), 3);
}

}  // namespace
}  // namespace aifp::model
