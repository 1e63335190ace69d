#include "model/directive.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/json/parse.hpp>
#include <set>
#include <utility>

namespace aifp::model {
namespace {

/// A directive from its canonical form.
Directive make(std::string_view text) {
    return directive_from_json(
        boost::json::parse(boost::json::string_view(text.data(), text.size())).as_object());
}

Directive with_triggers(const std::string& items) {
    return make(R"({"name":"a","triggers":[)" + items + R"(],"actions":[{"log":"x"}]})");
}

Directive with_actions(const std::string& items) {
    return make(R"({"name":"a","triggers":[{"manual":null}],"actions":[)" + items + "]}");
}

TEST(DeriveType, follows_the_first_trigger) {
    EXPECT_EQ(derive_type(with_triggers(R"({"cron":"0 7 * * *"})")), DirectiveType::schedule);
    EXPECT_EQ(derive_type(with_triggers(R"({"every":"10m"},{"webhook":"x"})")),
              DirectiveType::schedule);
    EXPECT_EQ(derive_type(with_triggers(R"({"webhook":"x"},{"every":"10m"})")), DirectiveType::api);
    EXPECT_EQ(derive_type(with_triggers(R"({"at":["18:00"]})")), DirectiveType::trigger);
    EXPECT_EQ(derive_type(with_triggers(R"({"event":"x"})")), DirectiveType::trigger);
    EXPECT_EQ(derive_type(with_triggers(R"({"manual":null})")), DirectiveType::trigger);
    EXPECT_EQ(derive_type(with_triggers("")), DirectiveType::trigger);
}

TEST(DeriveType, is_conditional_with_a_condition) {
    Directive directive = with_triggers(R"({"webhook":"x"})");
    directive.conditions.push_back({"expression", {{"expression", "true"}}});
    EXPECT_EQ(derive_type(directive), DirectiveType::conditional);
}

TEST(DeriveType, is_conditional_with_a_trigger_that_watches_a_value) {
    for (const auto* kind : {"condition", "template", "numeric_state"}) {
        const auto directive =
            with_triggers(R"({"manual":null},{")" + std::string(kind) + R"(":"x"})");
        EXPECT_EQ(derive_type(directive), DirectiveType::conditional) << kind;
    }
}

TEST(DeriveType, is_a_sequence_with_several_actions) {
    Directive directive = with_actions(R"({"log":"a"},{"log":"b"})");
    directive.conditions.push_back({"expression", {{"expression", "true"}}});
    EXPECT_EQ(derive_type(directive), DirectiveType::sequence);
}

TEST(ShortTriggers, uses_the_words_of_the_spec) {
    EXPECT_EQ(short_triggers(with_triggers(R"({"at":["18:00"]})")), "time: 18:00");
    EXPECT_EQ(short_triggers(with_triggers(R"({"at":["18:00","19:30"],"weekdays":["mon"]})")),
              "time: 18:00, 19:30");
    EXPECT_EQ(short_triggers(with_triggers(R"({"cron":"0 7 * * *"})")), "cron: 0 7 * * *");
    EXPECT_EQ(short_triggers(with_triggers(R"({"every":"10m"})")), "every: 10m");
    EXPECT_EQ(short_triggers(with_triggers(R"({"webhook":"porch","auth":"none"})")), "http: porch");
    EXPECT_EQ(short_triggers(with_triggers(R"({"event":"doorbell"})")), "event: doorbell");
    EXPECT_EQ(short_triggers(with_triggers(R"({"manual":null})")), "manual");
}

TEST(ShortTriggers, joins_several) {
    EXPECT_EQ(short_triggers(with_triggers(R"({"every":"1h"},{"manual":null})")),
              "every: 1h; manual");
    EXPECT_EQ(short_triggers(with_triggers("")), "");
}

TEST(ShortActions, uses_the_words_of_the_spec) {
    EXPECT_EQ(short_actions(with_actions(R"({"http_request":"POST /api/lights/on"})")),
              "http_request: POST /api/lights/on");
    EXPECT_EQ(short_actions(with_actions(R"({"command":["a","b c"]})")), "command: a b c");
    EXPECT_EQ(short_actions(with_actions(R"({"shell":"a | b"})")), "command: a | b");
    EXPECT_EQ(short_actions(with_actions(R"({"log":"text"})")), "log: text");
    EXPECT_EQ(short_actions(with_actions(R"({"set":{"a":1,"b":2}})")), "set: a, b");
    EXPECT_EQ(short_actions(with_actions(R"({"emit":"x"})")), "emit: x");
    EXPECT_EQ(short_actions(with_actions(R"({"notify":"text"})")), "notify: text");
    EXPECT_EQ(short_actions(with_actions(R"({"run":"src/a.py","entry":"f"})")), "run: src/a.py");
}

TEST(ShortActions, cuts_a_long_text) {
    const std::string long_text(1'000, 'x');
    const std::string shown = short_actions(with_actions(R"({"log":")" + long_text + "\"}"));
    EXPECT_EQ(shown, "log: " + std::string(200, 'x') + "\u2026");
}

TEST(ContentHash, is_the_same_when_only_the_description_changes) {
    Directive directive = with_triggers(R"({"every":"10m"})");
    const std::string before = content_hash(directive);
    directive.description = "what it is for";
    directive.domain = "home";
    directive.tags = {"light"};
    EXPECT_EQ(content_hash(directive), before);
    EXPECT_EQ(before.size(), 64U);
}

TEST(ContentHash, changes_with_everything_that_decides_what_runs) {
    const Directive original = with_triggers(R"({"every":"10m"})");
    std::set<std::string> hashes = {content_hash(original)};
    const auto add = [&](auto change) {
        Directive directive = original;
        change(directive);
        hashes.insert(content_hash(directive));
    };
    add([](Directive& d) { d.name = "b"; });
    add([](Directive& d) { d.priority = 1; });
    add([](Directive& d) { d.timezone = "UTC"; });
    add([](Directive& d) { d.enabled = false; });
    add([](Directive& d) { d.mode = RunMode::queued; });
    add([](Directive& d) { d.max = 2; });
    add([](Directive& d) { d.misfire = Misfire::all; });
    add([](Directive& d) { d.grace = Seconds(1); });
    add([](Directive& d) { d.dst.gap = DstRule::Gap::skip; });
    add([](Directive& d) { d.dst.overlap = DstRule::Overlap::both; });
    add([](Directive& d) { d.timeout = Seconds(1); });
    add([](Directive& d) { d.triggers[0].id = "first"; });
    add([](Directive& d) { d.actions[0].arguments["log"] = "y"; });
    add([](Directive& d) { d.actions[0].enabled = false; });
    add([](Directive& d) { d.on_error = d.actions; });
    EXPECT_EQ(hashes.size(), 16U);
}

// Approvals of older versions are bound to this value: it may change only on purpose.
TEST(ContentHash, is_the_hash_of_the_canonical_text) {
    // printf '{"name":"a","triggers":[{"every":"10m"}],"actions":[{"log":"x"}]}' | sha256sum
    EXPECT_EQ(content_hash(with_triggers(R"({"every":"10m"})")),
              "572473454d72b98f3c46d4a1275b6b4f4a4fbd90609002d39dd6a79b27c981c2");
}

using Step = std::pair<DirectiveStatus, DirectiveStatus>;

// reference/decisions.md, Transitions
TEST(MayBecome, allows_exactly_the_decided_steps) {
    using enum DirectiveStatus;
    constexpr std::array kAll = {draft, validated, implemented, active, paused, error, archived};
    const std::set<Step> allowed = {{draft, validated},
                                    {validated, implemented},
                                    {implemented, active},
                                    {active, paused},
                                    {paused, active},
                                    {error, active},
                                    {error, paused},
                                    {error, draft},
                                    {archived, draft}};
    for (const DirectiveStatus from : kAll) {
        for (const DirectiveStatus to : kAll) {
            const bool is_end = (to == error || to == archived) && from != to;
            EXPECT_EQ(may_become(from, to), is_end || allowed.contains(Step(from, to)))
                << name_of(from) << " -> " << name_of(to);
        }
    }
}

TEST(Names, are_read_back) {
    for (const auto* name :
         {"draft", "validated", "implemented", "active", "paused", "error", "archived"}) {
        EXPECT_EQ(name_of(directive_status_from(name).value()), name);
    }
    for (const auto* name : {"trigger", "schedule", "api", "conditional", "sequence"}) {
        EXPECT_EQ(name_of(directive_type_from(name).value()), name);
    }
    for (const auto* name : {"single", "restart", "queued", "parallel"}) {
        EXPECT_EQ(name_of(run_mode_from(name).value()), name);
    }
    for (const auto* name : {"skip", "once", "all"}) {
        EXPECT_EQ(name_of(misfire_from(name).value()), name);
    }
}

TEST(Names, belong_to_the_right_value) {
    EXPECT_EQ(name_of(DirectiveStatus::implemented), "implemented");
    EXPECT_EQ(name_of(DirectiveType::api), "api");
    EXPECT_EQ(name_of(RunMode::restart), "restart");
    EXPECT_EQ(name_of(Misfire::once), "once");
    EXPECT_EQ(directive_status_from("Active"), std::nullopt);
    EXPECT_EQ(directive_type_from(""), std::nullopt);
}

}  // namespace
}  // namespace aifp::model
