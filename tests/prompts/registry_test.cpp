#include "prompts/registry.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "prompts/builtin.hpp"

namespace aifp::prompts {
namespace {

PromptDirective named(std::string id) {
    PromptDirective directive;
    directive.id = std::move(id);
    directive.produce = [](const Context&) -> Result<Produced> { return Produced(); };
    return directive;
}

TEST(Registry, refuses_what_has_no_good_id) {
    Registry registry;
    for (const char* wrong : {"", "With Capitals", "a/b"}) {
        EXPECT_EQ(registry.add(named(wrong)).at(0).message, "Directive: invalid registration");
    }
    EXPECT_TRUE(registry.snapshot()->empty());
}

TEST(Registry, keeps_the_place_of_one_that_is_replaced) {
    Registry registry;
    registry.add(named("a"));
    registry.add(named("b"));
    PromptDirective again = named("a");
    again.priority = 7;
    registry.add(again);

    EXPECT_EQ(registry.snapshot()->size(), 2U);
    EXPECT_EQ(registry.snapshot()->at(0).priority, 7);
}

TEST(Registry, removes_by_id) {
    Registry registry;
    registry.add(named("a"));

    EXPECT_TRUE(registry.remove("a"));
    EXPECT_FALSE(registry.remove("a"));
    EXPECT_TRUE(registry.snapshot()->empty());
}

TEST(Registry, assigns_all_at_once) {
    Registry registry;
    registry.add(named("old"));

    const Notices notices = registry.assign({named("a"), named("b"), named("a"), named("!")});

    EXPECT_EQ(registry.snapshot()->size(), 2U);
    EXPECT_EQ(notices.size(), 2U);  // one replaced, one refused
}

TEST(Registry, is_bounded) {
    std::vector<PromptDirective> many;
    for (std::size_t i = 0; i <= Registry::kMaxDirectives; ++i) {
        many.push_back(named("d" + std::to_string(i)));
    }
    Registry registry;

    EXPECT_EQ(registry.assign(std::move(many)).size(), 1U);
    EXPECT_EQ(registry.snapshot()->size(), Registry::kMaxDirectives);
}

TEST(Registry, gives_readers_whole_lists_while_others_write) {
    Registry registry;
    std::thread writer([&registry] {
        for (int i = 0; i < 200; ++i) {
            registry.assign({named("a"), named("b")});
            registry.assign({named("a"), named("b"), named("c"), named("d")});
        }
    });
    for (int i = 0; i < 200; ++i) {
        const std::size_t size = registry.snapshot()->size();
        EXPECT_TRUE(size == 0 || size == 2 || size == 4) << size;
    }
    writer.join();
}

TEST(BuiltinDirectives, are_the_seven_of_the_document) {
    std::string all;
    for (const PromptDirective& directive : builtin_directives()) {
        all += directive.id + " " + std::to_string(directive.priority) + "; ";
        EXPECT_TRUE(Registry().add(directive).empty()) << directive.id;
    }
    EXPECT_EQ(all,
              "core 10; chat_agent 15; global_system_prompt 20; pipeline_system_prompt 30; "
              "pipeline_context_files 35; tool_definitions 40; site_context 50; ");
}

// A provider's cache holds the longest beginning that did not change.
TEST(BuiltinDirectives, stand_from_the_steadiest_to_the_most_changing) {
    Volatility former = Volatility::fixed;
    for (const PromptDirective& directive : builtin_directives()) {
        EXPECT_GE(directive.volatility, former) << directive.id;
        former = directive.volatility;
    }
}

}  // namespace
}  // namespace aifp::prompts
