#include "storage/snapshot.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "storage/store_file.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::storage {
namespace {

class Snapshot : public ::testing::Test {
protected:
    std::unique_ptr<Database> open() {
        StoreOptions options;
        options.file = file_;
        auto opened = open_store_file(options, from_unix_ms(0));
        return std::move(opened->database);
    }

    testing::TempDir folder_;
    std::filesystem::path file_ = folder_ / "user_directives.db";
    std::filesystem::path copy_ = folder_ / "copy.db";
};

TEST_F(Snapshot, holds_what_was_committed_and_nothing_of_what_is_being_written) {
    const auto database = open();
    database->execute("CREATE TABLE t (n); INSERT INTO t VALUES (1)");
    Transaction writing(*database);
    database->execute("INSERT INTO t VALUES (2)");
    ASSERT_TRUE(copy_database(file_, copy_));
    writing.commit();
    const auto copied = Database::open({.file = copy_, .access = Access::read_only});
    EXPECT_EQ(copied->integer("SELECT count(*) FROM t"), 1);
}

TEST_F(Snapshot, tells_the_schema_of_a_sound_database) {
    open();
    const auto facts = examine_database(file_);
    ASSERT_TRUE(facts) << facts.error().detail();
    EXPECT_GT(facts->schema_version, 0);
    EXPECT_EQ(facts->newest_row, from_unix_ms(0));
}

TEST_F(Snapshot, tells_what_is_no_database_of_ours_and_what_is_newer) {
    EXPECT_EQ(examine_database(file_).error().code(), ErrorCode::not_found);
    std::ofstream(file_) << std::string(8192, 'x');
    EXPECT_EQ(examine_database(file_).error().code(), ErrorCode::invalid_input);
    std::filesystem::remove(file_);
    open()->execute("PRAGMA user_version = 9999");
    EXPECT_EQ(examine_database(file_).error().code(), ErrorCode::conflict);
}

TEST_F(Snapshot, is_not_made_without_a_database) {
    EXPECT_EQ(copy_database(file_, copy_).error().code(), ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(copy_));
}

}  // namespace
}  // namespace aifp::storage
