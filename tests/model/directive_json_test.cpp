#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "model/directive.hpp"

namespace aifp::model {
namespace {

namespace json = boost::json;

std::string text_of(const Directive& directive) {
    return json::serialize(to_json(directive));
}

Directive read(std::string_view text) {
    return directive_from_json(
        json::parse(json::string_view(text.data(), text.size())).as_object());
}

constexpr std::string_view kFull =
    R"({"name":"porch.light","description":"On at dusk","domain":"home","tags":["light","b"],)"
    R"("priority":-3,"timezone":"Europe/Berlin","enabled":false,"mode":"restart","max":3,)"
    R"("misfire":"once","grace":"1h30m","dst":{"gap":"skip","overlap":"both"},"timeout":"250ms",)"
    R"("triggers":[{"at":["18:00"],"weekdays":["mon"],"enabled":false,"id":"night"},)"
    R"({"cron":"0 7 * * 1-5"}],)"
    R"("conditions":[{"expression":"state.a == 1"},{"any":[{"time":{"after":"16:00"}}]}],)"
    R"("actions":[{"http_request":"POST http://x/","json":{"level":[1,null,2.5E0]},)"
    R"("enabled":false,"as":"lamp","timeout":"5s","continue_on_error":true}],)"
    R"("on_error":[{"log":"it broke","level":"error"}]})";

TEST(DirectiveJson, writes_every_key_in_the_fixed_order) {
    EXPECT_EQ(text_of(read(kFull)), kFull);
}

TEST(DirectiveJson, reads_every_member) {
    const Directive directive = read(kFull);
    EXPECT_EQ(directive.tags, (std::vector<std::string>{"light", "b"}));
    EXPECT_EQ(directive.priority, -3);
    EXPECT_FALSE(directive.enabled);
    EXPECT_EQ(directive.mode, RunMode::restart);
    EXPECT_EQ(directive.max, 3);
    EXPECT_EQ(directive.misfire, Misfire::once);
    EXPECT_EQ(directive.grace, Milliseconds(5'400'000));
    EXPECT_EQ(directive.dst.gap, DstRule::Gap::skip);
    EXPECT_EQ(directive.dst.overlap, DstRule::Overlap::both);
    EXPECT_EQ(directive.timeout, Milliseconds(250));
    EXPECT_EQ(directive.conditions[1].kind, "any");
    EXPECT_EQ(directive.on_error[0].kind, "log");
}

TEST(DirectiveJson, takes_the_first_key_of_an_item_as_its_kind) {
    const Directive directive = read(kFull);
    const Trigger& trigger = directive.triggers[0];
    EXPECT_EQ(trigger.kind, "at");
    EXPECT_EQ(trigger.id, "night");
    EXPECT_EQ(json::serialize(trigger.arguments),
              R"({"at":["18:00"],"weekdays":["mon"],"enabled":false})");
}

TEST(DirectiveJson, takes_the_modifiers_out_of_an_action) {
    const Directive directive = read(kFull);
    const Action& action = directive.actions[0];
    EXPECT_EQ(action.kind, "http_request");
    EXPECT_EQ(action.as, "lamp");
    EXPECT_EQ(action.timeout, Seconds(5));
    EXPECT_TRUE(action.continue_on_error);
    EXPECT_FALSE(action.enabled);
    EXPECT_EQ(json::serialize(action.arguments),
              R"({"http_request":"POST http://x/","json":{"level":[1,null,2.5E0]}})");
}

TEST(DirectiveJson, gives_a_trigger_without_id_its_index) {
    EXPECT_EQ(read(kFull).triggers[1].id, "1");
}

TEST(DirectiveJson, leaves_defaults_out) {
    Directive directive;
    directive.name = "a";
    EXPECT_EQ(text_of(directive), R"({"name":"a"})");
    EXPECT_EQ(text_of(read(R"({"name":"a"})")), R"({"name":"a"})");
}

TEST(DirectiveJson, takes_defaults_for_what_it_does_not_understand) {
    const Directive directive =
        read(R"({"name":1,"tags":[1],"mode":"x","max":"y","dst":2,"grace":"z","triggers":[3]})");
    EXPECT_EQ(text_of(directive), R"({"name":""})");
}

// Directives are made from the canonical form's own building blocks, each present or not.
Directive any_directive() {
    const auto flip = [] { return *rc::gen::arbitrary<bool>(); };
    const auto words = rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
    const auto word = [&words] { return *words; };
    const auto duration = [] { return Milliseconds(*rc::gen::inRange(0, 2'000'000'000)); };
    Directive directive;
    directive.name = word();
    directive.description = word();
    directive.tags = *rc::gen::container<std::vector<std::string>>(words);
    directive.priority = *rc::gen::arbitrary<int>();
    directive.enabled = flip();
    directive.mode = static_cast<RunMode>(*rc::gen::inRange(0, 4));
    directive.max = *rc::gen::inRange(1, 100);
    directive.misfire = static_cast<Misfire>(*rc::gen::inRange(0, 3));
    directive.dst.gap = static_cast<DstRule::Gap>(*rc::gen::inRange(0, 2));
    directive.dst.overlap = static_cast<DstRule::Overlap>(*rc::gen::inRange(0, 3));
    if (flip()) {
        directive.grace = duration();
    }
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        const std::string written = *rc::gen::element<std::string>("night", "7", "0", "");
        const std::string index = std::to_string(directive.triggers.size());
        directive.triggers.push_back(
            {"event", written.empty() ? index : written, {{"event", word()}, {"x", flip()}}});
        directive.actions.push_back(
            {"log", flip() ? word() : "", std::nullopt, flip(), flip(), {{"log", word()}}});
        if (flip()) {
            directive.actions.back().timeout = duration();
        }
    }
    return directive;
}

RC_GTEST_PROP(DirectiveJson, is_read_back_from_its_text, ()) {
    const Directive directive = any_directive();
    const std::string text = text_of(directive);
    const Directive back = read(text);
    RC_ASSERT(text_of(back) == text);
    RC_ASSERT(content_hash(back) == content_hash(directive));
    RC_ASSERT(back.triggers.size() == directive.triggers.size());
    for (std::size_t i = 0; i < back.triggers.size(); ++i) {
        RC_ASSERT(back.triggers[i].id == directive.triggers[i].id);
        RC_ASSERT(back.actions[i].timeout == directive.actions[i].timeout);
        RC_ASSERT(back.actions[i].enabled == directive.actions[i].enabled);
    }
}

}  // namespace
}  // namespace aifp::model
