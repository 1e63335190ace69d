#include "cli/check_command.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "tests/cli/fake_terminal.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::cli {
namespace {

constexpr std::string_view kGood = "name: lamp\ntrigger: \"every: 10s\"\naction: \"log: hi\"\n";
constexpr std::string_view kBad = "name: lamp\ntriger: \"every: 10s\"\naction: \"log: hi\"\n";

class Check : public ::testing::Test {
protected:
    int check(const std::filesystem::path& path) {
        return run_check({.paths = {folder_ / path}, .json = false}, fake_.terminal);
    }
    boost::json::array check_json(const std::filesystem::path& path, int expected) {
        EXPECT_EQ(run_check({.paths = {folder_ / path}, .json = true}, fake_.terminal), expected);
        return boost::json::parse(fake_.out.str()).as_array();
    }
    void write(const std::filesystem::path& path, std::string_view text) {
        write_text(folder_ / path, text);
    }

    testing::TempDir folder_;
    FakeTerminal fake_;
};

TEST_F(Check, passes_a_good_file) {
    write("lamp.yaml", kGood);
    EXPECT_EQ(check("lamp.yaml"), kDone);
    EXPECT_EQ(fake_.out.str(), "1 file, 1 directive: all is well\n");
}

TEST_F(Check, points_at_a_mistake_with_a_caret) {
    write("lamp.yaml", kBad);
    EXPECT_EQ(check("lamp.yaml"), kFailed);
    const std::string out = fake_.out.str();
    EXPECT_NE(out.find(":2:1: error: "), std::string::npos) << out;
    EXPECT_NE(out.find("    2 | triger: \"every: 10s\"\n      | ^\n"), std::string::npos) << out;
    EXPECT_NE(out.find("1 file, 1 directive: "), std::string::npos) << out;
}

TEST_F(Check, prints_an_array_for_programs) {
    write("lamp.yaml", kBad);
    const auto all = check_json("lamp.yaml", kFailed);
    const auto wrong_key = std::find_if(
        all.begin(), all.end(), [](const auto& diagnostic) { return diagnostic.at("line") == 2; });
    ASSERT_NE(wrong_key, all.end());
    const auto& first = wrong_key->as_object();
    EXPECT_EQ(first.at("file").as_string(), (folder_ / "lamp.yaml").native());
    EXPECT_EQ(first.at("column"), 1);
    EXPECT_EQ(first.at("severity"), "error");
    EXPECT_TRUE(first.contains("message"));
    EXPECT_TRUE(first.contains("hint"));
    EXPECT_EQ(first.size(), 6U);
}

TEST_F(Check, prints_an_empty_array_when_all_is_well) {
    write("lamp.yaml", kGood);
    EXPECT_TRUE(check_json("lamp.yaml", kDone).empty());
}

TEST_F(Check, lets_warnings_pass) {
    write("lamp.yaml", "name: lamp\ntrigger: \"cron: 0 7 * * *\"\naction: \"log: hi\"\n");
    const auto all = check_json("lamp.yaml", kDone);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].at("severity"), "warning");
}

TEST_F(Check, says_2_when_there_is_no_such_file) {
    EXPECT_EQ(check("nowhere.yaml"), kUsage);
    EXPECT_NE(fake_.out.str().find("there is no such file or folder"), std::string::npos);
}

TEST_F(Check, tells_programs_of_a_missing_file_too) {
    const auto all = check_json("nowhere.yaml", kUsage);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].at("severity"), "error");
}

TEST_F(Check, says_2_for_a_named_file_of_another_kind) {
    write("notes.md", "hello");
    EXPECT_EQ(check("notes.md"), kUsage);
    EXPECT_NE(fake_.out.str().find(".md files are not read"), std::string::npos);
}

TEST_F(Check, warns_of_other_files_in_a_folder_and_passes_over_backups) {
    write("all/lamp.yaml", kGood);
    write("all/notes.md", "hello");
    write("all/lamp.yaml~", "{{{");
    write("all/.hidden.yaml", "{{{");
    EXPECT_EQ(check("all"), kDone);
    EXPECT_NE(fake_.out.str().find("notes.md:1:1: warning: this file is not read"),
              std::string::npos);
    EXPECT_NE(fake_.out.str().find("1 file, 1 directive: 0 errors, 1 warning"), std::string::npos);
}

TEST_F(Check, finds_a_name_that_two_files_want) {
    write("all/a.yaml", kGood);
    write("all/deep/b.yaml", kGood);
    EXPECT_EQ(check("all"), kFailed);
    const std::string out = fake_.out.str();
    EXPECT_NE(out.find("b.yaml:1:1: error: the name lamp is already taken by "), std::string::npos)
        << out;
}

TEST_F(Check, does_not_hold_two_projects_against_each_other) {
    write("one/directives/a.yaml", kGood);
    write("two/directives/a.yaml", kGood);
    const CheckOptions options{.paths = {folder_ / "one", folder_ / "two"}, .json = false};
    EXPECT_EQ(run_check(options, fake_.terminal), kDone);
}

TEST_F(Check, reads_a_file_once_that_is_named_twice) {
    write("a.yaml", kGood);
    const CheckOptions options{.paths = {folder_ / "a.yaml", folder_ / "./a.yaml"}, .json = false};
    EXPECT_EQ(run_check(options, fake_.terminal), kDone);
    EXPECT_EQ(fake_.out.str(), "1 file, 1 directive: all is well\n");
}

TEST_F(Check, checks_the_settings_of_a_project) {
    write("home/directives/a.yaml", kGood);
    write("home/.aifp-project/engine.yaml", "aproval: off\n");
    const auto all = check_json("home", kFailed);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].at("file").as_string(), (folder_ / "home/.aifp-project/engine.yaml").native());
}

TEST_F(Check, checks_the_secrets_of_a_project_without_showing_them) {
    write("home/directives/a.yaml", kGood);
    write("home/.aifp-project/secrets.yaml", "token: [hunter2]\n");
    ASSERT_EQ(::chmod((folder_ / "home/.aifp-project/secrets.yaml").c_str(), 0600), 0);
    EXPECT_EQ(check("home"), kFailed);
    EXPECT_NE(fake_.out.str().find("secrets.yaml:1:"), std::string::npos);
    EXPECT_EQ(fake_.out.str().find("hunter2"), std::string::npos);
}

TEST_F(Check, checks_settings_that_are_named) {
    write("home/.aifp-project/engine.yaml", "approval: maybe\n");
    EXPECT_EQ(check("home/.aifp-project/engine.yaml"), kFailed);
}

TEST_F(Check, knows_the_zone_that_the_settings_name) {
    write("home/directives/a.yaml",
          "name: lamp\ntrigger: \"cron: 0 7 * * *\"\naction: \"log: hi\"\n");
    write("home/.aifp-project/engine.yaml", "timezone: Europe/Berlin\n");
    EXPECT_TRUE(check_json("home", kDone).empty());
}

TEST_F(Check, warns_of_a_project_without_directives) {
    write("home/.aifp-project/engine.yaml", "");
    EXPECT_EQ(check("home"), kDone);
    EXPECT_NE(fake_.out.str().find("warning: there is no such folder"), std::string::npos);
}

TEST_F(Check, refuses_a_file_that_is_too_large) {
    write("a.yaml", std::string((1 << 20) + 1, '#'));
    EXPECT_EQ(check("a.yaml"), kFailed);
}

TEST_F(Check, says_2_when_a_file_may_not_be_read) {
    if (::geteuid() == 0) {
        GTEST_SKIP() << "root may read everything";
    }
    write("a.yaml", kGood);
    ::chmod((folder_ / "a.yaml").c_str(), 0);
    EXPECT_EQ(check("a.yaml"), kUsage);
}

TEST_F(Check, ends_where_links_lead_in_a_circle) {
    write("all/a.yaml", kGood);
    std::filesystem::create_directory_symlink("..", folder_ / "all/up");
    EXPECT_EQ(check("all"), kDone);
    EXPECT_EQ(fake_.out.str(), "1 file, 1 directive: all is well\n");
}

TEST_F(Check, names_an_unknown_secret_with_the_nearest) {
    write(".aifp-project/engine.yaml", "timezone: UTC\n");
    write(".aifp-project/secrets.yaml", "porch_key: 'a long word'\n");
    std::filesystem::permissions(folder_ / ".aifp-project/secrets.yaml",
                                 std::filesystem::perms(0600));
    write("directives/hook.yaml",
          "name: hook\ntrigger: {webhook: hook, auth: {bearer: !secret porch_kye}}\n"
          "action: \"log: in\"\n");
    EXPECT_EQ(check("directives"), kDone);
    EXPECT_NE(fake_.out.str().find("there is no secret \"porch_kye\""), std::string::npos)
        << fake_.out.str();
    EXPECT_NE(fake_.out.str().find("did you mean \"porch_key\"?"), std::string::npos);
}

TEST_F(Check, reads_plain_sentences) {
    write("house.txt", "Every hour, log full\nEvry night at 2am, run backup.sh\n");
    EXPECT_EQ(check("house.txt"), kFailed);
    const std::string out = fake_.out.str();
    EXPECT_NE(out.find(":2:1: error: "), std::string::npos) << out;
    EXPECT_NE(out.find("did you mean \"every\"?"), std::string::npos) << out;
    EXPECT_NE(out.find("1 file, 2 directives"), std::string::npos) << out;
}

TEST_F(Check, numbers_a_name_that_two_texts_derive) {
    write("directives/a.txt", "Every hour, log full moon\n");
    write("directives/b", "Every day at noon, log full moon\n");
    EXPECT_EQ(check("directives"), kDone);
    EXPECT_NE(fake_.out.str().find("log_full_moon_2"), std::string::npos) << fake_.out.str();
}

}  // namespace
}  // namespace aifp::cli
