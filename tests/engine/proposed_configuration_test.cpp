#include "engine/proposed_configuration.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace aifp::engine {
namespace {

boost::json::object object(const char* text) {
    return boost::json::parse(text).as_object();
}

TEST(MergeConfiguration, lays_changes_over_what_is_there) {
    EXPECT_EQ(merge_configuration(object(R"({"name": "a", "rate": "1/1m", "mode": "single"})"),
                                  object(R"({"mode": "queued", "rate": null})")),
              object(R"({"name": "a", "mode": "queued"})"));
}

TEST(MergeConfiguration, takes_a_short_form_for_the_list_it_stands_for) {
    EXPECT_EQ(merge_configuration(object(R"({"triggers": [1], "actions": [2]})"),
                                  object(R"({"trigger": "time: 18:00", "action": null})")),
              object(R"({"trigger": "time: 18:00"})"));
}

TEST(ChangedMembers, are_named_whichever_side_has_them) {
    EXPECT_EQ(changed_members(object(R"({"a": 1, "b": 2, "c": 3})"),
                              object(R"({"a": 1, "b": 5, "d": 4})")),
              (std::vector<std::string>{"b", "d", "c"}));
}

TEST(StoredConfiguration, that_cannot_be_read_is_empty) {
    EXPECT_TRUE(stored_configuration("{").empty());
    EXPECT_TRUE(stored_configuration("[]").empty());
    EXPECT_EQ(stored_configuration(R"({"a": 1})"), object(R"({"a": 1})"));
}

TEST(ReadConfiguration, tells_what_is_wrong_and_what_to_write) {
    const auto read = read_configuration(
        object(R"({"name": "a", "triggers": [{"manual": null}], "actions": [{"lgo": "x"}]})"), {});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), ErrorCode::invalid_input);
    EXPECT_NE(read.error().detail().find("log"), std::string::npos) << read.error().detail();
}

}  // namespace
}  // namespace aifp::engine
