#include <gtest/gtest.h>

#include "tests/document/support.hpp"

namespace aifp::document {
namespace {

TEST(FormatDiagnostic, shows_the_line_and_a_caret) {
    const SourceText source("directives/a.yaml", "x\n  trigers: y\n");

    const auto text = format_diagnostic(source.diagnostic(Mark{2, 3},
                                                          model::Severity::error,
                                                          "unknown key \"trigers\"",
                                                          "did you mean \"triggers\"?"));

    EXPECT_EQ(text,
              "directives/a.yaml:2:3: error: unknown key \"trigers\"\n"
              "    2 |   trigers: y\n"
              "      |   ^\n"
              "    hint: did you mean \"triggers\"?\n");
}

TEST(FormatDiagnostic, leaves_out_what_is_empty) {
    const SourceText source("a", "");

    EXPECT_EQ(format_diagnostic(source.diagnostic(Mark{1, 1}, model::Severity::note, "m")),
              "a:1:1: note: m\n");
}

TEST(FormatDiagnostic, keeps_tabs_and_counts_code_points_before_the_caret) {
    const SourceText source("a", "\tä: x");

    EXPECT_EQ(format_diagnostic(source.diagnostic(Mark{1, 4}, model::Severity::warning, "m")),
              "a:1:4: warning: m\n    1 | \tä: x\n      | \t  ^\n");
}

TEST(DiagnosticsToJson, has_six_members_each) {
    const SourceText source("a", "xy");
    const model::Diagnostics diagnostics = {
        source.diagnostic(Mark{1, 2}, model::Severity::error, "m", "h")};

    EXPECT_EQ(boost::json::serialize(to_json(diagnostics)),
              R"([{"file":"a","line":1,"column":2,"severity":"error","message":"m","hint":"h"}])");
}

TEST(Report, takes_in_the_order_of_the_text) {
    const SourceText source("a", "1\n2\n3");
    Report report(source);
    report.error(Mark{3, 1}, "third");
    report.warning(Mark{1, 2}, "first");
    report.note(Mark{2, 1}, "second");

    EXPECT_EQ(report.error_count(), 1U);
    EXPECT_EQ(brief(report.take()), "1:2 warning first\n2:1 note second\n3:1 error third");
    EXPECT_FALSE(report.has_errors());
}

TEST(Report, counts_what_is_beyond_its_bound) {
    const SourceText source("a", "1");
    Report report(source);
    for (std::size_t i = 0; i < Report::kMaxDiagnostics + 3; ++i) {
        report.error(Mark{1, 1}, "m");
    }

    EXPECT_EQ(report.error_count(), Report::kMaxDiagnostics + 3);
    const auto taken = report.take();
    EXPECT_EQ(taken.size(), Report::kMaxDiagnostics + 1);
    EXPECT_EQ(taken.back().message, "3 more findings are not shown");
}

TEST(Report, takes_over_what_the_parser_found) {
    const SourceText source("a", "{a: 1, a: 2}");
    Report report(source);

    report.add(parse(source, Format::yaml, {}).diagnostics);

    EXPECT_TRUE(report.has_errors());
}

TEST(Quoted, bounds_and_cleans) {
    EXPECT_EQ(document::quoted("a\nb"), "\"a b\"");
    EXPECT_EQ(document::quoted(std::string(100, 'x')), "\"" + std::string(60, 'x') + "…\"");
}

}  // namespace
}  // namespace aifp::document
