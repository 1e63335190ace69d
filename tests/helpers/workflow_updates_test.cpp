#include "helpers/workflow/updates.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace aifp::helpers::workflow {
namespace {

directives::ParsedFile parse(const std::string& text) {
    return directives::parse_file(document::SourceText("directives/a.txt", text),
                                  directives::FileForm::sentences,
                                  {.project_has_timezone = true});
}

std::vector<directives::KnownDirective> known_from(const std::string& text,
                                                   const std::string& path = "directives/a.txt") {
    std::vector<directives::KnownDirective> known;
    for (const auto& parsed : parse(text).directives) {
        const auto id =
            static_cast<std::int64_t>(known.size() + (path.ends_with("a.txt") ? 1 : 100));
        known.push_back({DirectiveId{id}, path, parsed.directive});
    }
    return known;
}

TEST(UpdateDirective, tells_apart_changed_new_removed_and_unchanged) {
    const auto known =
        known_from("same: Hourly, log a\nedited: Hourly, log b\ngone: Hourly, log c");
    const auto report = update_directive(
        parse("same: Hourly, log a\nedited: Daily at 9:00, log b\nnew: Hourly, log d"), known);
    EXPECT_EQ(report.unchanged, std::vector<std::string>{"same"});
    EXPECT_EQ(report.added, std::vector<std::string>{"new"});
    EXPECT_EQ(report.removed, std::vector<std::string>{"gone"});
    ASSERT_EQ(report.changed.size(), 1U);
    EXPECT_EQ(report.changed[0].name, "edited");
    EXPECT_TRUE(report.changed[0].needs_approval);
}

TEST(UpdateDirective, keeps_what_is_broken_or_unfinished_now) {
    const auto known = known_from("a: Hourly, log a\nb: Hourly, log b");
    const auto report =
        update_directive(parse("a: Evry hour, log a\nb: Hourly, water the plants"), known);
    EXPECT_EQ(report.kept, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(report.removed.empty());
}

TEST(UpdateDirective, leaves_other_files_alone) {
    const auto known = known_from("a: Hourly, log a", "directives/b.txt");
    const auto report = update_directive(parse("a: Hourly, log x\nb: Hourly, log b"), known);
    EXPECT_EQ(report.refused, std::vector<std::string>{"a"});
    EXPECT_EQ(report.added, std::vector<std::string>{"b"});
    EXPECT_TRUE(report.removed.empty());
    EXPECT_TRUE(report.kept.empty());
}

TEST(UpdateDirective, is_json_for_programs) {
    EXPECT_EQ(boost::json::serialize(to_json(update_directive(parse("a: Hourly, log a"), {}))),
              R"({"changed":[],"added":["a"],"removed":[],"unchanged":[],"kept":[],"refused":[]})");
}

}  // namespace
}  // namespace aifp::helpers::workflow
