#include "expression/names_read.hpp"

#include <gtest/gtest.h>

namespace aifp::expression {
namespace {

using Names = std::vector<std::string>;

TEST(NamesRead, are_dotted_paths_each_once) {
    EXPECT_EQ(names_read(R"(state.presence == "home" and lux < 40 or state.presence != "x.y")"),
              (Names{"state.presence", "lux"}));
    EXPECT_EQ(names_read("trigger.payload.level > steps.a.b"),
              (Names{"trigger.payload.level", "steps.a.b"}));
}

TEST(NamesRead, leave_out_functions_words_and_what_is_computed) {
    EXPECT_EQ(names_read("time.hour() > 5 and text.matches(state.door, 'a*')"),
              (Names{"state.door"}));
    EXPECT_EQ(names_read("not (list[1] == true) AND name:upper() == nil"), Names{});
}

TEST(NamesRead, give_nothing_for_what_cannot_be_read) {
    EXPECT_EQ(names_read("state.x == 'open"), Names{});
    EXPECT_EQ(names_read(""), Names{});
}

}  // namespace
}  // namespace aifp::expression
