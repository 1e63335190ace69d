#include "daemon/neighbours.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>

#include "base/file.hpp"
#include "storage/database.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::daemon {
namespace {

using storage::UserDirectivesStatus;

class NeighboursOfProject : public ::testing::Test {
protected:
    NeighboursOfProject() { std::filesystem::create_directories(paths_.own()); }

    static void make(const std::filesystem::path& file, const char* sql) {
        storage::Database::open({file})->execute(sql);
    }

    testing::TempDir folder_;
    ProjectPaths paths_{folder_.path()};
    std::vector<std::string> warnings_;
    Neighbours neighbours_{paths_, [this](const std::string& text) { warnings_.push_back(text); }};
};

TEST_F(NeighboursOfProject, absent_files_are_normal) {
    neighbours_.take(Neighbours::blocking_read(paths_));
    EXPECT_TRUE(warnings_.empty());
    EXPECT_TRUE(neighbours_.is_tracked(logging::LogType::execution));
    EXPECT_TRUE(neighbours_.system_directives().empty());
}

TEST_F(NeighboursOfProject, tracking_settings_switch_logs_off) {
    make(paths_.user_preferences(),
         "CREATE TABLE directive_preferences (directive_name, preference_key, preference_value, "
         "active); CREATE TABLE tracking_settings (feature_name, enabled);"
         "INSERT INTO tracking_settings VALUES ('execution_logging', 0), ('error_logging', 1)");
    neighbours_.take(Neighbours::blocking_read(paths_));
    EXPECT_FALSE(neighbours_.is_tracked(logging::LogType::execution));
    EXPECT_TRUE(neighbours_.is_tracked(logging::LogType::error));
    EXPECT_TRUE(neighbours_.is_tracked(logging::LogType::lifecycle));
}

TEST_F(NeighboursOfProject, shows_what_it_has_read) {
    make(paths_.user_preferences(),
         "CREATE TABLE directive_preferences (directive_name, preference_key, preference_value, "
         "active); CREATE TABLE tracking_settings (feature_name, enabled);"
         "INSERT INTO directive_preferences VALUES ('user_directive_parse', 'ask', 'always', 1),"
         "('user_directive_parse', 'old', 'x', 0);"
         "INSERT INTO tracking_settings VALUES ('execution_logging', 0)");
    make(paths_.aifp_core(),
         "CREATE TABLE directives (name, type, description);"
         "INSERT INTO directives VALUES ('user_directive_parse', 'project', 'Reads a file')");
    neighbours_.take(Neighbours::blocking_read(paths_));
    EXPECT_EQ(boost::json::value(neighbours_.view()), boost::json::parse(R"({
        "preferences": [{"directive": "user_directive_parse", "key": "ask", "value": "always"}],
        "tracking": {"execution_logging": false},
        "system_directives": [{"name": "user_directive_parse", "type": "project",
                               "description": "Reads a file"}]})"));
}

TEST_F(NeighboursOfProject, a_foreign_file_is_one_warning) {
    make(paths_.aifp_core(), "CREATE TABLE recipes (id)");
    for (int i = 0; i < 3; ++i) {
        neighbours_.take(Neighbours::blocking_read(paths_));
    }
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_NE(warnings_[0].find("aifp_core.db"), std::string::npos);
}

TEST_F(NeighboursOfProject, drafts_come_from_a_database_that_was_set_aside) {
    const auto aside = folder_ / "old.db";
    std::filesystem::create_directories(paths_.directives());
    std::ofstream(paths_.directives() / "kept.yaml") << "name: kept\n";
    make(aside,
         "CREATE TABLE user_directives (name TEXT, source_file TEXT, configuration_json TEXT);"
         "INSERT INTO user_directives VALUES ('Porch Light', 'gone.yaml', '{\"action\": \"log: "
         "x\"}'),"
         "('kept', 'directives/kept.yaml', '{}'), ('broken', '', 'no json')");
    const auto files = neighbours_.blocking_plan_import(aside);
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].path, "directives/aifp_import/porch-light.json");
    EXPECT_EQ(warnings_.size(), 1U);
    EXPECT_EQ(neighbours_.blocking_write(files), 1U);
    const auto text = read_file(paths_.root() / files[0].path, 1'000);
    ASSERT_TRUE(text);
    EXPECT_EQ(boost::json::parse(*text).at("name"), "porch-light");
    EXPECT_TRUE(neighbours_.blocking_plan_import(aside).empty());
}

TEST(StatusOfDirectives, is_active_as_soon_as_one_is) {
    const auto status = [](const char* list) {
        return status_of_directives(boost::json::parse(list));
    };
    EXPECT_EQ(status("[]"), UserDirectivesStatus::none);
    EXPECT_EQ(status(R"([{"status": "implemented"}, {"status": "paused"}])"),
              UserDirectivesStatus::in_progress);
    EXPECT_EQ(status(R"([{"status": "draft"}, {"status": "active"}])"),
              UserDirectivesStatus::active);
    EXPECT_EQ(status(R"([{"status": "paused"}, {"status": "archived"}])"),
              UserDirectivesStatus::disabled);
}

}  // namespace
}  // namespace aifp::daemon
