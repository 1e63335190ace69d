#include "directives/files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace aifp::directives {
namespace {

namespace fs = std::filesystem;

class DirectiveFiles : public ::testing::Test {
protected:
    void write(const std::string& name, const std::string& text = "x") {
        fs::create_directories((dir.path() / name).parent_path());
        std::ofstream(dir.path() / name) << text;
    }
    std::vector<std::string> names() {
        std::vector<std::string> found;
        for (const auto& file : find_directive_files(dir.path()).files) {
            found.push_back(fs::path(file.path).lexically_relative(dir.path()).string());
        }
        return found;
    }
    testing::TempDir dir;
};

TEST_F(DirectiveFiles, are_found_sorted_with_and_without_extension) {
    write("b.txt");
    write("a.yaml");
    write("sub/c.json");
    write("house");
    EXPECT_EQ(names(), (std::vector<std::string>{"a.yaml", "b.txt", "house", "sub/c.json"}));
}

TEST_F(DirectiveFiles, are_sorted_folder_by_folder) {
    write("a-b/c.yaml");
    write("a/b.yaml");
    EXPECT_EQ(names(), (std::vector<std::string>{"a/b.yaml", "a-b/c.yaml"}));
}

TEST_F(DirectiveFiles, of_editors_are_passed_over_and_others_told) {
    write(".a.yaml.swp");
    write("a.yaml~");
    write("notes.md");
    const auto found = find_directive_files(dir.path());
    EXPECT_TRUE(found.files.empty());
    ASSERT_EQ(found.problems.size(), 1U);
    EXPECT_EQ(found.problems[0].severity, model::Severity::warning);
}

TEST_F(DirectiveFiles, a_link_to_its_own_folder_is_entered_once) {
    write("a.yaml");
    fs::create_directory_symlink(dir.path(), dir.path() / "again");
    EXPECT_EQ(names(), std::vector<std::string>{"a.yaml"});
}

TEST_F(DirectiveFiles, in_a_folder_that_cannot_be_read_are_unseen) {
    write("a.yaml");
    fs::create_symlink(std::string(300, 'x'), dir.path() / "closed");  // too long, even for root
    const auto found = find_directive_files(dir.path());
    EXPECT_EQ(found.files.size(), 1U);
    EXPECT_EQ(found.unseen, std::vector<std::string>{(dir.path() / "closed").string()});
    ASSERT_EQ(found.problems.size(), 1U);
    EXPECT_EQ(found.problems[0].severity, model::Severity::error);
}

TEST_F(DirectiveFiles, that_are_links_to_nowhere_are_told) {
    fs::create_symlink("nowhere.yaml", dir.path() / "a.yaml");
    const auto found = find_directive_files(dir.path());
    EXPECT_TRUE(found.files.empty());
    EXPECT_TRUE(found.unseen.empty());
    ASSERT_EQ(found.problems.size(), 1U);
    EXPECT_EQ(found.problems[0].severity, model::Severity::warning);
    EXPECT_EQ(found.problems[0].message, "this link leads to no file");
}

TEST_F(DirectiveFiles, too_deep_are_told) {
    std::string folder;
    for (int level = 0; level < kMaxFolderDepth; ++level) {
        folder += "d/";
    }
    write(folder + "a.yaml");
    write(folder + "d/b.yaml");
    const auto found = find_directive_files(dir.path());
    EXPECT_EQ(found.files.size(), 1U);
    ASSERT_EQ(found.problems.size(), 1U);
    EXPECT_EQ(found.problems[0].message, "is not read: it lies more than 16 folders deep");
}

TEST_F(DirectiveFiles, are_read_whole) {
    write("a.yaml", "name: a");
    const auto file = read_settled_file(dir.path() / "a.yaml", 100);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->text, "name: a");
    EXPECT_EQ(file->facts.st_size, 7);
}

TEST_F(DirectiveFiles, that_are_missing_or_too_large_are_errors) {
    write("a.yaml", std::string(101, 'x'));
    EXPECT_EQ(read_settled_file(dir.path() / "a.yaml", 100).error().code(),
              ErrorCode::invalid_input);
    EXPECT_EQ(read_settled_file(dir.path() / "b.yaml", 100).error().code(), ErrorCode::not_found);
}

TEST(ContextOf, names_what_settings_and_secrets_hold) {
    config::Settings settings;
    settings.apis["lights"] = {};
    settings.notify["default"] = {};
    const config::Secrets secrets(std::map<std::string, std::string>{{"key", "value"}});
    const auto context = context_of(settings, secrets);
    EXPECT_EQ(context.apis, std::set<std::string>{"lights"});
    EXPECT_EQ(context.channels, std::set<std::string>{"default"});
    EXPECT_EQ(context.secrets, std::set<std::string>{"key"});
    EXPECT_FALSE(context.project_has_timezone);
    EXPECT_EQ(context.system_timezone, settings.timezone.name());
}

}  // namespace
}  // namespace aifp::directives
