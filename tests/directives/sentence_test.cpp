#include <gtest/gtest.h>

#include "directives/parse.hpp"

namespace aifp::directives {
namespace {

ParsedFile parse(const std::string& text, ParseContext context = {}) {
    context.project_has_timezone = true;
    return parse_file(document::SourceText("a.txt", text), FileForm::sentences, context);
}

std::string names_of(const ParsedFile& file) {
    std::string names;
    for (const auto* list : {&file.directives, &file.drafts}) {
        for (const ParsedDirective& parsed : *list) {
            names += (names.empty() ? "" : " ") + parsed.directive.name;
        }
    }
    return names;
}

TEST(Sentences, are_named_after_what_they_do) {
    EXPECT_EQ(names_of(parse("Every night at 2am, run backup.sh")), "run_backup_sh");
    EXPECT_EQ(names_of(parse("At 17:00 turn off the living room lights")),
              "turn_off_living_room_lights");
}

TEST(Sentences, a_name_of_another_file_gets_a_number_and_a_warning) {
    ParseContext context;
    context.taken_names = {{"backup", "b.yaml"}, {"own", "a.txt"}};
    const auto file =
        parse("backup: Every hour, log one\nown: Every hour, log two", std::move(context));
    EXPECT_EQ(names_of(file), "backup_2 own");
    ASSERT_EQ(file.diagnostics.size(), 1U);
    EXPECT_EQ(file.diagnostics[0].severity, model::Severity::warning);
    EXPECT_EQ(file.diagnostics[0].message,
              R"(the name "backup" is taken by b.yaml; this directive is called "backup_2")");
}

TEST(Sentences, one_bad_sentence_harms_no_other) {
    const auto file = parse("Evry hour, log one\nEvery hour, log two");
    EXPECT_EQ(names_of(file), "log_two");
    EXPECT_EQ(file.broken.size(), 1U);
}

TEST(Sentences, a_mistake_points_at_its_word) {
    const auto file = parse("# first\n\u00fc: x\nEvery hour, nofity me \"x\"");
    const auto& last = file.diagnostics.back();
    EXPECT_EQ(last.line, 3);
    EXPECT_EQ(last.column, 13);
    EXPECT_EQ(last.hint, R"(did you mean "notify"?)");
    EXPECT_EQ(last.source, "Every hour, nofity me \"x\"");
}

TEST(Sentences, remember_where_they_end) {
    const document::SourceText source("a.txt",
                                      "# c\na: Every hour,\n  log one\nEvery day at noon, log b");
    const auto file = parse_file(source, FileForm::sentences, {});
    ASSERT_EQ(file.directives.size(), 2U);
    EXPECT_EQ(slice(source, file.directives[0]), "a: Every hour,\n  log one\n");
}

TEST(Sentences, an_empty_file_is_a_warning) {
    const auto file = parse("# nothing\n\n");
    EXPECT_FALSE(file.unreadable);
    ASSERT_EQ(file.diagnostics.size(), 1U);
    EXPECT_EQ(file.diagnostics[0].severity, model::Severity::warning);
}

TEST(Sentences, bytes_that_are_no_text_are_refused) {
    EXPECT_TRUE(parse(std::string("Every hour, log \0", 17)).unreadable);
    EXPECT_TRUE(parse("Every hour, log \xff").unreadable);
    EXPECT_TRUE(parse(std::string(2 << 20, 'a')).unreadable);
}

TEST(Sentences, are_bounded_in_number) {
    ParseContext context;
    context.max_directives = 2;
    const auto file = parse("a: Hourly, log a\nb: Hourly, log b\nc: Hourly, log c\n", context);
    EXPECT_EQ(file.directives.size(), 2U);
    EXPECT_TRUE(file.has_errors());
}

TEST(Sentences, a_long_line_does_not_stall) {
    std::string text = "Every hour, log";
    for (int i = 0; i < 2'000; ++i) {
        text += " at 5 and when if only";
    }
    EXPECT_EQ(parse(text).directives.size() + parse(text).drafts.size(), 1U);
}

}  // namespace
}  // namespace aifp::directives
