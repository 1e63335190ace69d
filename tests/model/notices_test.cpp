#include "model/notices.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "model/directive.hpp"

namespace aifp::model {
namespace {

NoticeRules rules_of_phone() {
    NoticeRules rules;
    rules.events.emplace().set(static_cast<std::size_t>(NoticeEvent::stuck));
    rules.channel = "phone";
    rules.to = "eva";
    rules.digest = Milliseconds(90'000);
    return rules;
}

TEST(NoticeRules, come_back_from_their_canonical_form) {
    const auto form = to_json(rules_of_phone());

    EXPECT_EQ(boost::json::serialize(form),
              R"({"events":["stuck"],"channel":"phone","to":"eva","digest":"1m30s"})");
    EXPECT_EQ(notice_rules_from_json(form), rules_of_phone());
}

TEST(NoticeRules, of_nobody_are_not_those_that_say_nothing) {
    NoticeRules nobody;
    nobody.events.emplace();

    EXPECT_EQ(notice_rules_from_json(to_json(nobody)), nobody);
    EXPECT_NE(nobody, NoticeRules());
    EXPECT_TRUE(to_json(NoticeRules()).empty());
}

TEST(NoticeRules, of_a_directive_stand_above_the_general_ones) {
    NoticeRules general;
    general.events.emplace().set();
    general.channel = "alerts";
    general.to = "home";
    general.stuck_after = Milliseconds(5'000);

    const auto own = notice_rules_over(general, rules_of_phone());
    const auto plain = notice_rules_over(general, {});

    EXPECT_EQ(own.channel, "phone");
    EXPECT_EQ(own.to, "eva");
    EXPECT_FALSE(has(*own.events, NoticeEvent::failure));
    EXPECT_EQ(own.stuck_after, Milliseconds(5'000));
    EXPECT_EQ(plain, general);
}

TEST(NoticeRules, the_receiver_of_one_channel_is_not_that_of_another) {
    NoticeRules general;
    general.channel = "alerts";
    general.to = "home";
    NoticeRules own;
    own.channel = "phone";

    EXPECT_EQ(notice_rules_over(general, own).to, "");
}

TEST(NoticeRules, are_part_of_what_a_yes_is_given_for) {
    Directive directive;
    directive.name = "lamp";
    auto other = directive;
    other.notices = rules_of_phone();

    EXPECT_NE(content_hash(directive), content_hash(other));
    EXPECT_EQ(directive_from_json(to_json(other)).notices, other.notices);
}

TEST(NoticeEvent, each_has_a_name_that_leads_back) {
    for (std::size_t i = 0; i < kNoticeEvents; ++i) {
        const auto event = static_cast<NoticeEvent>(i);
        EXPECT_EQ(notice_event_from(name_of(event)), event);
    }
    EXPECT_EQ(notice_event_from("failures"), std::nullopt);
}

}  // namespace
}  // namespace aifp::model
