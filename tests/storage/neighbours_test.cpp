#include "storage/neighbours.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/storage/store_fixture.hpp"

namespace aifp::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProject =
    "CREATE TABLE project (id INTEGER PRIMARY KEY, name TEXT, user_directives_status TEXT CHECK "
    "(user_directives_status IS NULL OR user_directives_status IN "
    "('in_progress', 'active', 'disabled')));"
    "INSERT INTO project (name) VALUES ('home');"
    "CREATE TABLE files (id INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL UNIQUE, "
    "language TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE functions (id INTEGER PRIMARY KEY, name TEXT NOT NULL, file_id INTEGER NOT NULL "
    "REFERENCES files (id), purpose TEXT, parameters TEXT, returns TEXT);";

class NeighboursTest : public ::testing::Test {
protected:
    std::unique_ptr<Database> open() { return Database::open({file_}); }
    void make(const char* sql) { open()->execute(sql); }
    std::string text(const char* sql) {
        const auto database = open();
        Statement row(*database, sql);
        return row.step() ? row.text(0) : "nothing";
    }
    [[nodiscard]] std::string bytes() const {
        std::ifstream stream(file_, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    testing::TempDir folder_;
    fs::path file_ = folder_ / "other.db";
};

TEST_F(NeighboursTest, an_absent_file_is_not_found_and_not_made) {
    EXPECT_EQ(blocking_read_preferences(file_).error().code(), ErrorCode::not_found);
    EXPECT_EQ(blocking_read_system_directives(file_).error().code(), ErrorCode::not_found);
    EXPECT_EQ(blocking_read_foreign_directives(file_).error().code(), ErrorCode::not_found);
    EXPECT_EQ(
        blocking_set_user_directives_status(file_, UserDirectivesStatus::active).error().code(),
        ErrorCode::not_found);
    EXPECT_EQ(blocking_enter_generated_file(file_, {}).error().code(), ErrorCode::not_found);
    EXPECT_FALSE(fs::exists(file_));
}

TEST_F(NeighboursTest, reads_active_preferences_and_tracking) {
    make(
        "CREATE TABLE directive_preferences (id INTEGER PRIMARY KEY, directive_name TEXT, "
        "preference_key TEXT, preference_value TEXT, active BOOLEAN);"
        "CREATE TABLE tracking_settings (feature_name TEXT, enabled BOOLEAN);"
        "INSERT INTO directive_preferences VALUES (1, 'lights', 'style', 'short', 1), "
        "(2, 'lights', 'old', 'x', 0);"
        "INSERT INTO tracking_settings VALUES ('execution_logging', 0), ('notes', 1);");
    const auto preferences = blocking_read_preferences(file_);
    ASSERT_TRUE(preferences) << preferences.error().detail();
    ASSERT_EQ(preferences->directives.size(), 1U);
    EXPECT_EQ(preferences->directives[0].value, "short");
    EXPECT_FALSE(preferences->tracking.at("execution_logging"));
    EXPECT_TRUE(preferences->tracking.at("notes"));
}

TEST_F(NeighboursTest, reads_system_directives_with_what_columns_there_are) {
    make(
        "CREATE TABLE directives (id INTEGER PRIMARY KEY, name TEXT, type TEXT);"
        "INSERT INTO directives VALUES (1, 'user_directive_parse', 'project')");
    const auto directives = blocking_read_system_directives(file_);
    ASSERT_TRUE(directives) << directives.error().detail();
    ASSERT_EQ(directives->size(), 1U);
    EXPECT_EQ((*directives)[0].type, "project");
    EXPECT_EQ((*directives)[0].description, "");
}

TEST_F(NeighboursTest, keeps_the_status_of_the_project) {
    make(kProject);
    const char* query = "SELECT coalesce(user_directives_status, 'null') FROM project";
    for (const auto& [status, word] : {std::pair{UserDirectivesStatus::active, "active"},
                                       {UserDirectivesStatus::in_progress, "in_progress"},
                                       {UserDirectivesStatus::disabled, "disabled"},
                                       {UserDirectivesStatus::none, "null"}}) {
        ASSERT_TRUE(blocking_set_user_directives_status(file_, status));
        EXPECT_EQ(text(query), word);
    }
}

TEST_F(NeighboursTest, enters_a_generated_file_once_and_keeps_it_up_to_date) {
    make(kProject);
    GeneratedFile file{"src/automations/lights.py",
                       "python",
                       {{"turn_on", "Turns on", "[]", "\"Result\""}, {"old", "", "[]", ""}}};
    ASSERT_TRUE(blocking_enter_generated_file(file_, file));
    file.functions = {{"turn_on", "Turns them on", "[]", "\"Result\""}};
    ASSERT_TRUE(blocking_enter_generated_file(file_, file));

    EXPECT_EQ(text("SELECT group_concat(name || ' ' || language) FROM files"), "lights.py python");
    EXPECT_EQ(text("SELECT group_concat(name || ': ' || purpose) FROM functions"),
              "turn_on: Turns them on");
}

TEST_F(NeighboursTest, a_file_with_other_tables_is_refused_and_unchanged) {
    make(
        "CREATE TABLE recipes (id INTEGER PRIMARY KEY); CREATE TABLE files (id INTEGER);"
        "CREATE TABLE project (id INTEGER); CREATE TABLE directives (title TEXT);");
    const auto before = bytes();
    EXPECT_EQ(blocking_read_preferences(file_).error().code(), ErrorCode::conflict);
    EXPECT_EQ(blocking_read_system_directives(file_).error().code(), ErrorCode::conflict);
    EXPECT_EQ(blocking_read_foreign_directives(file_).error().code(), ErrorCode::conflict);
    EXPECT_EQ(blocking_enter_generated_file(file_, {}).error().code(), ErrorCode::conflict);
    const auto told = blocking_set_user_directives_status(file_, UserDirectivesStatus::active);
    EXPECT_EQ(told.error().code(), ErrorCode::conflict);
    EXPECT_NE(told.error().detail().find("user_directives_status"), std::string::npos);
    EXPECT_EQ(bytes(), before);
}

TEST_F(NeighboursTest, what_is_no_database_is_refused_and_unchanged) {
    std::ofstream(file_) << std::string(5'000, 'x');
    const auto before = bytes();
    EXPECT_EQ(blocking_read_preferences(file_).error().code(), ErrorCode::io_failure);
    EXPECT_EQ(
        blocking_set_user_directives_status(file_, UserDirectivesStatus::active).error().code(),
        ErrorCode::io_failure);
    EXPECT_EQ(bytes(), before);
}

TEST_F(NeighboursTest, a_locked_file_is_busy) {
    make(kProject);
    const auto other = open();
    const Transaction lock(*other);
    EXPECT_EQ(
        blocking_set_user_directives_status(file_, UserDirectivesStatus::active).error().code(),
        ErrorCode::busy);
}

TEST_F(NeighboursTest, reads_the_directives_of_aifp) {
    make(
        "CREATE TABLE user_directives (id INTEGER PRIMARY KEY, name TEXT, source_file TEXT, "
        "configuration_json TEXT);"
        "INSERT INTO user_directives VALUES (1, 'lights', 'lights.yaml', '{}')");
    const auto directives = blocking_read_foreign_directives(file_);
    ASSERT_TRUE(directives) << directives.error().detail();
    ASSERT_EQ(directives->size(), 1U);
    EXPECT_EQ((*directives)[0].source_file, "lights.yaml");
}

}  // namespace
}  // namespace aifp::storage
