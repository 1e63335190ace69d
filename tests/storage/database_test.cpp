#include "storage/database.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "tests/support/temp_dir.hpp"

namespace aifp::storage {
namespace {

class DatabaseTest : public ::testing::Test {
protected:
    std::unique_ptr<Database> open(Access access = Access::create) {
        DatabaseOptions options;
        options.file = folder_ / "test.db";
        options.access = access;
        options.busy_timeout = Milliseconds(1);
        return Database::open(options);
    }
    testing::TempDir folder_;
};

TEST_F(DatabaseTest, creates_a_private_file) {
    (void)open();
    struct stat status {};
    ASSERT_EQ(::stat((folder_ / "test.db").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(DatabaseTest, needs_the_file_unless_it_may_create_it) {
    EXPECT_THROW(open(Access::read_write), DatabaseError);
    EXPECT_THROW(open(Access::read_only), DatabaseError);
}

TEST_F(DatabaseTest, binds_and_reads_every_type) {
    const auto database = open();
    Statement row(*database, "SELECT ?, ?, ?, ?, ?, ?, ?");
    row.bind(42,
             2.5,
             std::string("text"),
             nullptr,
             std::optional<int>(),
             DirectiveId{7},
             from_unix_ms(1'000));
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.integer(0), 42);
    EXPECT_EQ(row.real(1), 2.5);
    EXPECT_EQ(row.text(2), "text");
    EXPECT_TRUE(row.is_null(3));
    EXPECT_EQ(row.optional_integer(4), std::nullopt);
    EXPECT_EQ(row.integer(5), 7);
    EXPECT_EQ(row.time(6), from_unix_ms(1'000));
    EXPECT_FALSE(row.step());
}

TEST_F(DatabaseTest, an_empty_text_is_not_null) {
    const auto database = open();
    Statement row(*database, "SELECT ?1 IS NULL, length(?1)");
    row.bind(std::string_view());
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_EQ(row.integer(1), 0);
}

TEST_F(DatabaseTest, texts_may_hold_nul_bytes) {
    const auto database = open();
    Statement row(*database, "SELECT ?");
    row.bind(std::string("a\0b", 3));
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.text(0), std::string("a\0b", 3));
}

TEST_F(DatabaseTest, a_failed_statement_can_run_again) {
    const auto database = open();
    database->execute("CREATE TABLE one (id INTEGER PRIMARY KEY)");
    Statement insert(*database, "INSERT INTO one (id) VALUES (?)");
    insert.run(1);
    try {
        insert.run(1);
        FAIL() << "a second row 1 was taken";
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.extended_code(), SQLITE_CONSTRAINT_PRIMARYKEY);
        EXPECT_FALSE(error.is_passing());
    }
    insert.run(2);
    EXPECT_EQ(database->integer("SELECT count(*) FROM one"), 2);
}

TEST_F(DatabaseTest, wrong_sql_is_an_error_with_the_text_of_sqlite) {
    const auto database = open();
    try {
        database->execute("SELECT nonsense");
        FAIL() << "nonsense was taken";
    } catch (const DatabaseError& error) {
        EXPECT_STREQ(error.what(), "no such column: nonsense");
    }
    EXPECT_THROW(Statement(*database, "SELEC"), DatabaseError);
}

TEST_F(DatabaseTest, an_uncommitted_transaction_rolls_back) {
    const auto database = open();
    database->execute("CREATE TABLE one (id INTEGER PRIMARY KEY)");
    {
        Transaction transaction(*database);
        database->execute("INSERT INTO one VALUES (1)");
        EXPECT_TRUE(database->in_transaction());
    }
    EXPECT_FALSE(database->in_transaction());
    EXPECT_EQ(database->integer("SELECT count(*) FROM one"), 0);
}

TEST_F(DatabaseTest, a_lock_of_somebody_else_is_busy) {
    const auto first = open();
    const auto second = open();
    Transaction transaction(*first);
    const Status status = guard([&] { Transaction another(*second); });
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code(), ErrorCode::busy);
}

TEST_F(DatabaseTest, foreign_keys_are_enforced) {
    const auto database = open();
    EXPECT_EQ(database->integer("PRAGMA foreign_keys"), 1);
    EXPECT_EQ(database->integer("PRAGMA secure_delete"), 2);
    EXPECT_EQ(database->integer("PRAGMA synchronous"), 2);
    EXPECT_EQ(database->integer("PRAGMA temp_store"), 2);
}

TEST_F(DatabaseTest, a_checkpoint_lets_the_log_start_over) {
    const auto database = open();
    database->execute("PRAGMA journal_mode = WAL; CREATE TABLE one (id INTEGER PRIMARY KEY)");
    for (int id = 0; id < 10; ++id) {
        Statement(*database, "INSERT INTO one VALUES (?)").run(id);
    }
    EXPECT_GE(database->wal_pages(), 10);
    database->checkpoint();
    database->execute("INSERT INTO one VALUES (10)");
    EXPECT_EQ(database->wal_pages(), 1);
}

}  // namespace
}  // namespace aifp::storage
