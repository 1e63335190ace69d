// Each kind stands in two tables: the grammar (what may be written) and a factory (what is built).
#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "actions/factory.hpp"
#include "directives/grammar.hpp"
#include "engine/compiled_steps.hpp"
#include "engine/conditions.hpp"
#include "triggers/kinds.hpp"

namespace aifp::engine {
namespace {

std::set<std::string_view> built_in_grammar(directives::Group group) {
    std::set<std::string_view> names;
    for (const auto& kind : directives::kinds_of(group)) {
        if (kind.built) {
            names.insert(kind.name);
        }
    }
    return names;
}

TEST(Tables, every_action_of_the_grammar_has_a_factory_and_no_other) {
    std::set<std::string_view> made;
    for (const auto& row : actions::action_rows()) {
        made.insert(row.kind);
    }
    for (const auto kind : flow_kinds()) {
        made.insert(kind);
    }
    EXPECT_EQ(made, built_in_grammar(directives::Group::action));
}

TEST(Tables, every_trigger_of_the_grammar_has_a_source_and_no_other) {
    std::set<std::string_view> made;
    for (const auto& row : triggers::kKinds) {
        made.insert(row.kind);
    }
    EXPECT_EQ(made, built_in_grammar(directives::Group::trigger));
}

TEST(Tables, every_condition_of_the_grammar_is_compiled_and_no_other) {
    const auto kinds = condition_kinds();
    EXPECT_EQ(std::set<std::string_view>(kinds.begin(), kinds.end()),
              built_in_grammar(directives::Group::condition));
}

}  // namespace
}  // namespace aifp::engine
