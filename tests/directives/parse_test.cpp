#include "directives/parse.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace aifp::directives {
namespace {

using document::Format;
using document::SourceText;

ParsedFile parse_yaml(const std::string& text, const ParseContext& context = {}) {
    return parse_directives(SourceText("a.yaml", text), Format::yaml, context);
}

std::string good(const std::string& name) {
    return "{name: " + name + ", trigger: manual, action: 'log: hi'}";
}

TEST(ParseDirectives, reads_one_a_list_and_a_wrapped_list) {
    EXPECT_EQ(parse_yaml(good("a")).directives.size(), 1U);
    EXPECT_EQ(parse_yaml("- " + good("a") + "\n- " + good("b")).directives.size(), 2U);
    EXPECT_EQ(parse_yaml("directives:\n  - " + good("a") + "\n  - " + good("b")).directives.size(),
              2U);
    EXPECT_EQ(parse_yaml("directives: " + good("a")).directives.size(), 1U);
}

TEST(ParseDirectives, keeps_good_directives_beside_a_broken_one) {
    const ParsedFile file =
        parse_yaml("- " + good("a") + "\n- {name: b, trigger: 'crn: x'}\n- " + good("c"));

    ASSERT_EQ(file.directives.size(), 2U);
    EXPECT_EQ(file.directives[1].directive.name, "c");
    ASSERT_EQ(file.broken.size(), 1U);
    EXPECT_EQ(file.broken[0].name, "b");
    EXPECT_TRUE(file.has_errors());
}

TEST(ParseDirectives, refuses_only_the_directive_whose_text_is_wrong) {
    const ParsedFile file = parse_yaml("- " + good("a") +
                                       "\n- name: b\n  trigger: manual\n  action:\n"
                                       "    log: hi\n    log: twice\n- " +
                                       good("c"));

    ASSERT_EQ(file.directives.size(), 2U);
    EXPECT_EQ(file.directives[0].directive.name, "a");
    EXPECT_EQ(file.directives[1].directive.name, "c");
    ASSERT_EQ(file.broken.size(), 1U);
    EXPECT_EQ(file.broken[0].name, "b");
    EXPECT_FALSE(file.unreadable);
}

TEST(ParseDirectives, gives_a_name_to_the_first_in_the_file) {
    const ParsedFile file = parse_yaml("- " + good("a") + "\n- " + good("a"));

    EXPECT_EQ(file.directives.size(), 1U);
    ASSERT_EQ(file.diagnostics.size(), 1U);
    EXPECT_EQ(file.diagnostics[0].line, 2);
}

TEST(ParseDirectives, says_where_a_directive_begins_and_ends) {
    const std::string text =
        "- name: a\n  trigger: manual\n  action:\n    log: hi\n\n- " + good("b") + "\n";
    const SourceText source("a.yaml", text);
    const ParsedFile file = parse_directives(source, Format::yaml, {});

    ASSERT_EQ(file.directives.size(), 2U);
    EXPECT_EQ(file.directives[0].mark.line, 1);
    EXPECT_EQ(file.directives[0].last_line, 4);
    EXPECT_EQ(slice(source, file.directives[1]), "- " + good("b") + "\n");
}

TEST(ParseDirectives, marks_an_unreadable_file) {
    const ParsedFile file = parse_yaml("name: [a");

    EXPECT_TRUE(file.unreadable);
    EXPECT_TRUE(file.has_errors());
    EXPECT_TRUE(file.directives.empty());
}

TEST(ParseDirectives, survives_hostile_bytes) {
    const std::string nul("name: a\0b", 9);
    for (const std::string& text : {std::string(),
                                    nul,
                                    std::string("name: \xff\xfe"),
                                    std::string("\xef\xbb\xbf"),
                                    std::string("---\n---\n")}) {
        for (const Format format : {Format::yaml, Format::json}) {
            const ParsedFile file = parse_directives(SourceText("a", text), format, {});
            EXPECT_TRUE(file.directives.empty());
            EXPECT_FALSE(file.diagnostics.empty());
        }
    }
}

TEST(ParseDirectives, survives_deep_nests) {
    const std::string deep(10'000, '[');
    EXPECT_TRUE(parse_yaml(deep).unreadable);
    EXPECT_TRUE(parse_directives(SourceText("a", deep), Format::json, {}).unreadable);

    std::string text = "{name: a, trigger: manual, action: log, conditions: \"";
    for (int level = 0; level < 10'000; ++level) {
        text += "not: ";
    }
    EXPECT_TRUE(parse_yaml(text + "x\"}").directives.empty());
}

TEST(ParseDirectives, survives_an_alias_bomb) {
    std::string text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c <= 'k'; ++c) {
        const std::string last(1, static_cast<char>(c - 1));
        text += std::string(1, c) + ": &" + c + " [*" + last;
        for (int i = 0; i < 9; ++i) {
            text += ",*" + last;
        }
        text += "]\n";
    }
    const ParsedFile file = parse_yaml(text);

    EXPECT_TRUE(file.has_errors());
    EXPECT_TRUE(file.directives.empty());
}

TEST(ParseDirectives, bounds_diagnostics_and_directives) {
    std::string text;
    for (int i = 0; i < 500; ++i) {
        text += "- {nam: x}\n";
    }
    EXPECT_LE(parse_yaml(text).diagnostics.size(), 102U);

    ParseContext context;
    context.max_directives = 2;
    const ParsedFile file =
        parse_yaml("- " + good("a") + "\n- " + good("b") + "\n- " + good("c"), context);
    EXPECT_EQ(file.directives.size(), 2U);
    EXPECT_TRUE(file.has_errors());
}

TEST(ParseDirectives, maps_statuses_of_older_files) {
    const std::string text = "name: a\ntrigger: manual\naction: 'log: hi'\nstatus: ";
    EXPECT_EQ(parse_yaml(text + "pending_validation").directives.at(0).written_status,
              model::DirectiveStatus::draft);
    EXPECT_EQ(parse_yaml(text + "implementing").directives.at(0).written_status,
              model::DirectiveStatus::validated);
    EXPECT_EQ(parse_yaml(text + "deprecated").directives.at(0).written_status,
              model::DirectiveStatus::archived);
    EXPECT_EQ(parse_yaml(text + "active").directives.at(0).written_status,
              model::DirectiveStatus::active);
    EXPECT_TRUE(parse_yaml(text + "sleeping").has_errors());
}

TEST(ParseDirectives, warns_of_a_missing_zone_only_if_the_project_has_none) {
    const std::string text = "{name: a, trigger: 'time: 18:00', action: 'log: hi'}";
    EXPECT_EQ(parse_yaml(text).diagnostics.size(), 1U);

    ParseContext context;
    context.project_has_timezone = true;
    EXPECT_TRUE(parse_yaml(text, context).diagnostics.empty());
}

TEST(ParseTriggerText, reads_short_and_flow_forms) {
    for (const std::string_view text : {"cron: 0 7 * * 1-5",
                                        "time: 18:00",
                                        "every: 10m",
                                        "every 10m",
                                        "0 7 * * *",
                                        "@daily",
                                        "5:00 PM",
                                        "{at: \"17:00\", weekdays: [mon]}",
                                        "{type: time, time: \"17:00\"}"}) {
        EXPECT_TRUE(parse_trigger_text(text)) << text;
    }
    EXPECT_EQ(parse_trigger_text("schedule: 0 7 * * *")->kind, "cron");
}

TEST(ParseTriggerText, says_what_is_wrong) {
    EXPECT_NE(parse_trigger_text("cron: 0 25 * * *").error().detail().find("25"),
              std::string::npos);
    for (const std::string_view text : {"", "{", "{}", "[]", "{a: [", "nonsense", "sun: moonset"}) {
        EXPECT_FALSE(parse_trigger_text(text)) << text;
    }
}

TEST(FormOf, goes_by_the_extension) {
    EXPECT_EQ(*form_of("directives/a.yaml"), FileForm::yaml);
    EXPECT_EQ(*form_of("A.YML"), FileForm::yaml);
    EXPECT_EQ(*form_of("x/y.z/a.json"), FileForm::json);
    for (const char* path : {"a.txt", "A.TXT", "a", "x.y/a", ".hidden"}) {
        EXPECT_EQ(*form_of(path), FileForm::any) << path;
    }
    for (const char* path : {"a.yaml.bak", "a.md", "a."}) {
        EXPECT_FALSE(form_of(path)) << path;
    }
    EXPECT_NE(form_of("a.md").error().detail().find(".md"), std::string::npos);
}

FileForm look(const std::string& text) {
    return look_at_form(SourceText("a", text), {});
}

TEST(LookAtForm, knows_json_yaml_and_sentences) {
    EXPECT_EQ(look(" {\"name\": \"a\"}"), FileForm::json);
    EXPECT_EQ(look("name: a\ntrigger: manual\naction: \"log: hi\"\n"), FileForm::yaml);
    EXPECT_EQ(look("- name: a\n  trigger: manual\n"), FileForm::yaml);
    EXPECT_EQ(look("directives:\n\t- broken"), FileForm::yaml);
    EXPECT_EQ(look("Every night at 2am, run backup.sh"), FileForm::sentences);
    EXPECT_EQ(look("backup: Every night at 2am, run backup.sh"), FileForm::sentences);
    EXPECT_EQ(look(""), FileForm::sentences);
}

TEST(ParseDirectives, refuses_what_would_be_stored_too_deep) {
    ParseContext context;
    context.limits.max_depth = 200;
    const std::string value = std::string(70, '[') + "1" + std::string(70, ']');

    const ParsedFile file = parse_yaml(
        "- {name: a, trigger: manual, action: {set: {x: " + value + "}}}\n- " + good("b"), context);

    ASSERT_EQ(file.directives.size(), 1U);
    ASSERT_EQ(file.broken.size(), 1U);
    EXPECT_EQ(file.broken[0].name, "a");
    EXPECT_EQ(file.diagnostics.at(0).message, "the directive is nested deeper than 64 levels");
}

}  // namespace
}  // namespace aifp::directives
