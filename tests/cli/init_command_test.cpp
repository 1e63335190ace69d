#include "cli/init_command.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <regex>

#include "cli/check_command.hpp"
#include "config/settings.hpp"
#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

TEST(RunInit, makes_a_project_that_checks_clean) {
    const testing::TempDir folder;
    FakeTerminal fake;
    EXPECT_EQ(run_init({.folder = folder / "new/home"}, fake.terminal), kDone);
    EXPECT_TRUE(std::filesystem::is_directory(folder / "new/home/src/automations"));
    EXPECT_TRUE(std::filesystem::exists(folder / "new/home/.gitignore"));

    FakeTerminal check;
    EXPECT_EQ(run_check({.paths = {folder / "new/home"}}, check.terminal), kDone);
    EXPECT_EQ(check.out.str(), "1 file, 1 directive: all is well\n");
}

TEST(RunInit, never_overwrites) {
    const testing::TempDir folder;
    write_text(folder / "directives/hello.yaml", "mine");
    write_text(folder / ".aifp-project/engine.yaml", "approval: required\n");
    FakeTerminal fake;
    EXPECT_EQ(run_init({.folder = folder.path()}, fake.terminal), kDone);
    EXPECT_EQ(read_text(folder / "directives/hello.yaml"), "mine");
    EXPECT_EQ(read_text(folder / ".aifp-project/engine.yaml"), "approval: required\n");
    EXPECT_NE(fake.out.str().find("kept  directives/hello.yaml"), std::string::npos);
    EXPECT_NE(fake.out.str().find("made  .gitignore"), std::string::npos);
}

TEST(RunInit, lists_made_and_kept_as_json) {
    const testing::TempDir folder;
    FakeTerminal first;
    EXPECT_EQ(run_init({.folder = folder.path(), .json = true}, first.terminal), kDone);
    EXPECT_EQ(first.out.str(),
              R"({"made":["directives/","src/","src/automations/",".aifp-project/",)"
              R"(".aifp-project/engine.yaml","directives/hello.yaml",".gitignore"],"kept":[]})"
              "\n");
    FakeTerminal second;
    EXPECT_EQ(run_init({.folder = folder.path(), .json = true}, second.terminal), kDone);
    EXPECT_TRUE(second.out.str().starts_with(R"({"made":[],"kept":["directives/")"));
}

TEST(RunInit, makes_files_that_no_group_may_write) {
    const testing::TempDir folder;
    const mode_t before = ::umask(0002);
    FakeTerminal fake;
    EXPECT_EQ(run_init({.folder = folder.path()}, fake.terminal), kDone);
    ::umask(before);
    for (const auto* name : {"directives", "directives/hello.yaml", ".aifp-project"}) {
        struct stat facts {};
        ASSERT_EQ(::stat((folder / name).c_str(), &facts), 0);
        EXPECT_EQ(facts.st_mode & 022U, 0U) << name;
    }
}

TEST(RunInit, fails_where_a_file_is_in_the_way) {
    const testing::TempDir folder;
    write_text(folder / "a/directives", "a file");
    FakeTerminal fake;
    EXPECT_EQ(run_init({.folder = folder / "a"}, fake.terminal), kFailed);
    EXPECT_NE(fake.err.str().find("cannot make"), std::string::npos);
    EXPECT_EQ(run_init({.folder = folder / "a/directives/b"}, fake.terminal), kFailed);
}

TEST(DefaultSettingsText, is_all_defaults_as_it_stands) {
    const document::SourceText source("engine.yaml", default_settings_text(TimeZone::utc()));
    const auto loaded = config::read_settings(source);
    EXPECT_TRUE(loaded.diagnostics.empty());
    EXPECT_TRUE(loaded.settings.timezone_given);
    EXPECT_EQ(loaded.settings.approval, config::Approval::owner_files);
}

TEST(DefaultSettingsText, is_right_with_every_comment_sign_taken_away) {
    const std::regex commented("(^|\n)#(?! [^ ])");
    const std::string text =
        std::regex_replace(default_settings_text(TimeZone::utc()), commented, "$1");
    const auto loaded = config::read_settings(document::SourceText("engine.yaml", text));
    for (const auto& diagnostic : loaded.diagnostics) {
        ADD_FAILURE() << document::format_diagnostic(diagnostic);
    }
    EXPECT_TRUE(loaded.settings.apis.contains("default"));
    EXPECT_NE(text.find("\n  max_concurrent_runs: 64 "), std::string::npos);
}

}  // namespace
}  // namespace aifp::cli
