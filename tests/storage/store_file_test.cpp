#include "storage/store_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "storage/migrations.hpp"
#include "storage/versions.hpp"
#include "tests/storage/store_fixture.hpp"

namespace aifp::storage {
namespace {

namespace fs = std::filesystem;

class StoreFileTest : public ::testing::Test {
protected:
    StoreFileTest() { options_.file = folder_ / "user_directives.db"; }

    void write_file(const std::string& bytes) {
        std::ofstream(options_.file, std::ios::binary) << bytes;
    }
    void make_database(const char* sql) {
        DatabaseOptions options;
        options.file = options_.file;
        Database::open(options)->execute(sql);
    }
    [[nodiscard]] static std::string bytes_of(const fs::path& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    [[nodiscard]] std::vector<fs::path> set_aside() const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator(folder_.path())) {
            const std::string name = entry.path().filename().string();
            const bool is_companion = name.ends_with("-wal") || name.ends_with("-shm");
            if (!is_companion && name != "user_directives.db") {
                found.push_back(entry.path());
            }
        }
        return found;
    }

    testing::TempDir folder_;
    StoreOptions options_;
};

TEST_F(StoreFileTest, is_not_migrated_when_it_is_damaged) {
    std::int64_t page = 0;
    {
        DatabaseOptions options;
        options.file = options_.file;
        const auto database = Database::open(options);
        migrate(*database, newest_schema_version() - 1);
        page = database->integer("SELECT rootpage FROM sqlite_schema WHERE name = 'waits'");
    }
    {
        std::fstream stream(options_.file, std::ios::binary | std::ios::in | std::ios::out);
        stream.seekp((page - 1) * 4096);
        stream << std::string(4096, '\x5a');
    }
    const auto before = bytes_of(options_.file);
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    EXPECT_EQ(opened->notices.size(), 1U);
    ASSERT_EQ(set_aside().size(), 1U);
    EXPECT_EQ(bytes_of(set_aside()[0]), before);
}

TEST_F(StoreFileTest, makes_a_new_file_as_the_design_says) {
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    Database& database = *opened->database;
    EXPECT_TRUE(opened->notices.empty());
    EXPECT_EQ(schema_version(database), newest_schema_version());
    EXPECT_EQ(database.integer("PRAGMA page_size"), 4096);
    EXPECT_EQ(database.integer("PRAGMA auto_vacuum"), 2);
    EXPECT_EQ(
        database.integer("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
}

TEST_F(StoreFileTest, opens_its_own_file_again) {
    ASSERT_TRUE(open_store_file(options_, kNoon).has_value());
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    EXPECT_TRUE(opened->notices.empty());
    EXPECT_TRUE(set_aside().empty());
}

TEST_F(StoreFileTest, an_empty_file_is_taken) {
    write_file("");
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    EXPECT_TRUE(set_aside().empty());
}

TEST_F(StoreFileTest, brings_an_old_schema_up_to_date) {
    {
        DatabaseOptions options;
        options.file = options_.file;
        migrate(*Database::open(options), 1);
    }
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    EXPECT_EQ(schema_version(*opened->database), newest_schema_version());
}

TEST_F(StoreFileTest, refuses_the_file_of_a_newer_version_and_leaves_it) {
    ASSERT_TRUE(open_store_file(options_, kNoon).has_value());
    make_database("PRAGMA user_version = 999");
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code(), ErrorCode::conflict);
    EXPECT_NE(opened.error().detail().find("newer version"), std::string::npos);
    EXPECT_TRUE(set_aside().empty());
}

TEST_F(StoreFileTest, sets_a_file_that_is_no_database_aside) {
    const std::string text(10'000, 'x');
    write_file(text);
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    ASSERT_EQ(opened->notices.size(), 1U);
    ASSERT_EQ(set_aside().size(), 1U);
    EXPECT_EQ(set_aside()[0].filename(), "user_directives.db.corrupt-2026-11-22T120000");
    EXPECT_EQ(bytes_of(set_aside()[0]), text);
    EXPECT_NE(opened->notices[0].find("corrupt-2026-11-22T120000"), std::string::npos);
}

TEST_F(StoreFileTest, never_overwrites_what_was_set_aside_before) {
    for (const char* text : {"first file, long enough", "second file"}) {
        fs::remove(options_.file);
        write_file(text);
        ASSERT_TRUE(open_store_file(options_, kNoon).has_value());
    }
    EXPECT_EQ(set_aside().size(), 2U);
}

TEST_F(StoreFileTest, sets_a_damaged_file_aside) {
    {
        const auto opened = open_store_file(options_, kNoon);
        ASSERT_TRUE(opened.has_value());
        opened->database->checkpoint();
    }
    std::string bytes = bytes_of(options_.file);
    std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');
    write_file(bytes);
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    ASSERT_EQ(set_aside().size(), 1U);
    EXPECT_EQ(bytes_of(set_aside()[0]), bytes);
    EXPECT_FALSE(opened->neighbour.has_value());
}

TEST_F(StoreFileTest, sets_a_log_aside_that_a_crash_left_behind) {
    const fs::path log = options_.file.string() + "-wal";
    std::ofstream(log) << "the newest rows";
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    ASSERT_EQ(opened->notices.size(), 1U);
    EXPECT_EQ(bytes_of(options_.file.string() + ".corrupt-2026-11-22T120000-wal"),
              "the newest rows");
    EXPECT_TRUE(take_origins_lost(*opened->database));
}

TEST_F(StoreFileTest, sets_the_database_of_aifp_aside_and_names_it) {
    make_database(
        "CREATE TABLE user_directives (id INTEGER PRIMARY KEY, name TEXT);"
        "INSERT INTO user_directives VALUES (1, 'lights')");
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    ASSERT_TRUE(opened->neighbour.has_value());
    EXPECT_EQ(opened->notices.size(), 1U);
    DatabaseOptions aside;
    aside.file = *opened->neighbour;
    aside.access = Access::read_only;
    EXPECT_EQ(Database::open(aside)->integer("SELECT count(*) FROM user_directives"), 1);
}

TEST_F(StoreFileTest, sets_the_database_of_another_program_aside) {
    make_database("CREATE TABLE recipes (id INTEGER PRIMARY KEY)");
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail();
    ASSERT_EQ(set_aside().size(), 1U);
    EXPECT_NE(set_aside()[0].string().find("foreign"), std::string::npos);
    EXPECT_FALSE(opened->neighbour.has_value());
}

TEST_F(StoreFileTest, a_locked_file_is_busy_and_stays) {
    make_database("CREATE TABLE recipes (id INTEGER PRIMARY KEY)");
    DatabaseOptions options;
    options.file = options_.file;
    const auto other = Database::open(options);
    other->execute("BEGIN EXCLUSIVE");
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code(), ErrorCode::busy);
    EXPECT_TRUE(set_aside().empty());
}

TEST_F(StoreFileTest, a_missing_folder_is_an_io_failure) {
    options_.file = folder_ / "nowhere" / "user_directives.db";
    const auto opened = open_store_file(options_, kNoon);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code(), ErrorCode::io_failure);
    EXPECT_NE(opened.error().detail().find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace aifp::storage
