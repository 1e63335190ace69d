#include "expression/state_names.hpp"

#include <gtest/gtest.h>

namespace aifp::expression {
namespace {

StateNames read(std::string_view text) {
    StateNames states;
    add_states_read(text, states);
    return states;
}

TEST(StateNames, finds_members_texts_and_bare_names) {
    const auto states = read(R"(state.door == "open" and state["a.b"] > 1 and lux < 3)");
    EXPECT_FALSE(states.every);
    for (const char* name : {"door", "a.b", "lux"}) {
        EXPECT_TRUE(states.names.contains(name)) << name;
    }
    EXPECT_FALSE(states.names.contains("open"));
}

TEST(StateNames, finds_attributes_and_the_hosts_figures) {
    const auto states = read("attributes.door.battery < 5 or state.host.load_1 > 2");
    EXPECT_TRUE(states.names.contains("door"));
    EXPECT_TRUE(states.names.contains("host.load_1"));
    EXPECT_FALSE(states.names.contains("battery"));
}

TEST(StateNames, a_name_that_is_worked_out_means_all) {
    EXPECT_TRUE(read("state[room] == 1").every);
    EXPECT_TRUE(read("f(state)").every);
}

TEST(StateNames, no_expression_reads_nothing) {
    const auto states = read("a && b");
    EXPECT_TRUE(states.names.empty());
}

}  // namespace
}  // namespace aifp::expression
