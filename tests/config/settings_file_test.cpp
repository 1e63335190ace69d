// Which file settings are read from, and what becomes of one that is not there or cannot be read.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.hpp"
#include "config/settings.hpp"
#include "tests/document/support.hpp"

namespace aifp::config {
namespace {

using document::brief;

TEST(LoadSettings, takes_a_missing_file_as_defaults) {
    const auto loaded = load_settings("/nonexistent/.aifp-project/engine.yaml");

    EXPECT_EQ(brief(loaded.diagnostics), "");
    EXPECT_EQ(loaded.settings.notify.size(), 1U);
}

TEST(LoadSettings, reads_the_file_and_names_it_as_the_user_does) {
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / "load_settings" / ".aifp-project";
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(write_file_atomically(folder / "engine.yaml", "approval: required\nx: 1\n", 0644));

    const auto loaded = load_settings(folder / "engine.yaml");

    EXPECT_EQ(loaded.settings.approval, Approval::required);
    ASSERT_EQ(loaded.diagnostics.size(), 1U);
    EXPECT_EQ(loaded.diagnostics.front().file, ".aifp-project/engine.yaml");
    std::filesystem::remove_all(folder.parent_path());
}

TEST(LoadSettings, tells_of_a_file_that_cannot_be_read) {
    const auto loaded = load_settings(testing::TempDir());

    ASSERT_EQ(loaded.diagnostics.size(), 1U);
    EXPECT_EQ(loaded.diagnostics.front().severity, model::Severity::error);
}

TEST(SettingsFile, of_a_system_project_may_stand_in_etc) {
    EXPECT_EQ(ProjectPaths("/var/lib/aifp/home").system_settings(), "/etc/aifp/home.yaml");
    EXPECT_EQ(ProjectPaths("/srv/home").system_settings(), "");
}

TEST(SettingsFile, is_the_projects_own_when_neither_is_there) {
    EXPECT_EQ(settings_file(ProjectPaths("/nowhere/home")),
              "/nowhere/home/.aifp-project/engine.yaml");
}

}  // namespace
}  // namespace aifp::config
