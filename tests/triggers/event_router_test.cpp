#include "triggers/event_router.hpp"

#include <gtest/gtest.h>

namespace aifp::triggers {
namespace {

model::Trigger on_event(const char* name, const char* filter = nullptr) {
    model::Trigger trigger;
    trigger.kind = "event";
    trigger.arguments["event"] = name;
    if (filter != nullptr) {
        trigger.arguments["filter"] = filter;
    }
    return trigger;
}

TEST(EventRouter, tells_who_listens_in_order) {
    EventRouter router;
    ASSERT_TRUE(router.add(DirectiveId{2}, 0, on_event("bell", "trigger.x > 1")));
    ASSERT_TRUE(router.add(DirectiveId{1}, 3, on_event("bell")));
    const auto listeners = router.subscribers("bell");
    ASSERT_EQ(listeners.size(), 2U);
    EXPECT_EQ(listeners[0], (Subscription{DirectiveId{2}, 0, "trigger.x > 1"}));
    EXPECT_EQ(listeners[1], (Subscription{DirectiveId{1}, 3, ""}));
    EXPECT_TRUE(router.subscribers("other").empty());
}

TEST(EventRouter, forgets_a_directive_and_only_that) {
    EventRouter router;
    ASSERT_TRUE(router.add(DirectiveId{1}, 0, on_event("bell")));
    ASSERT_TRUE(router.add(DirectiveId{1}, 1, on_event("bell")));
    ASSERT_TRUE(router.add(DirectiveId{1}, 2, on_event("door")));
    ASSERT_TRUE(router.add(DirectiveId{2}, 0, on_event("door")));
    router.remove(DirectiveId{1});
    router.remove(DirectiveId{9});
    EXPECT_TRUE(router.subscribers("bell").empty());
    ASSERT_EQ(router.subscribers("door").size(), 1U);
    EXPECT_EQ(router.subscribers("door")[0].directive, DirectiveId{2});
}

TEST(EventRouter, refuses_a_nameless_event) {
    EventRouter router;
    EXPECT_FALSE(router.add(DirectiveId{1}, 0, on_event("")));
    EXPECT_FALSE(router.add(DirectiveId{1}, 0, model::Trigger()));
    model::Trigger bad_filter = on_event("bell");
    bad_filter.arguments["filter"] = 7;
    EXPECT_FALSE(router.add(DirectiveId{1}, 0, bad_filter));
}

}  // namespace
}  // namespace aifp::triggers
