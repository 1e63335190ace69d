#include "storage/integrity.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "storage/later_check.hpp"
#include "tests/storage/store_fixture.hpp"

namespace aifp::storage {
namespace {

constexpr int kPageBytes = 4096;

class IntegrityTest : public StoreFixture {
protected:
    [[nodiscard]] bool is_marked() const {
        DatabaseOptions options;
        options.file = file();
        options.access = Access::read_only;
        return was_closed_cleanly(*Database::open(options));
    }
    /// Makes the file larger than what is read at the start.
    void grow() const {
        DatabaseOptions options;
        options.file = file();
        Database::open(options)->execute(
            "CREATE TABLE padding (x); INSERT INTO padding VALUES (zeroblob(9000000))");
    }
    /// As after a power cut: nothing says that it was closed.
    void forget_the_close() const {
        DatabaseOptions options;
        options.file = file();
        forget_closed(*Database::open(options));
    }
    std::string find_later() {
        std::string damage = "not told";
        find_damage_later(*store_, file(), [&](const std::string& found) { damage = found; });
        run_loop();
        return damage;
    }
    /// Overwrites a table that no start reads.
    void damage_traces() const { damage("run_traces"); }
    void damage(const std::string& table) const {
        DatabaseOptions options;
        options.file = file();
        const auto page = Database::open(options)->integer(
            "SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'");
        std::fstream stream(file(), std::ios::binary | std::ios::in | std::ios::out);
        stream.seekp((page - 1) * kPageBytes);
        stream << std::string(kPageBytes, '\x5a');
    }
    [[nodiscard]] bool is_unchecked_at_start() {
        StoreOptions options;
        options.file = file();
        auto opened = open_store(options, loop_.get_executor(), clock_);
        return opened.has_value() && opened->is_unchecked;
    }
};

TEST_F(IntegrityTest, a_close_marks_the_file) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1, 7))).has_value());
    close();
    EXPECT_TRUE(is_marked());
    EXPECT_TRUE(is_unchecked_at_start());
}

TEST_F(IntegrityTest, a_store_that_only_read_leaves_the_mark) {
    open();
    close();
    open();
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 0);
    EXPECT_TRUE(is_marked());
    close();
    EXPECT_TRUE(is_marked());
}

TEST_F(IntegrityTest, the_first_commit_takes_the_mark_back) {
    open();
    close();
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1, 7))).has_value());
    EXPECT_FALSE(is_marked());
}

TEST_F(IntegrityTest, a_file_that_was_not_closed_is_checked) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1, 7))).has_value());
    const auto copy = folder_.path() / "copy.db";
    std::filesystem::copy_file(file(), copy);
    std::filesystem::copy_file(file().string() + "-wal", copy.string() + "-wal");
    close();
    StoreOptions options;
    options.file = copy;
    const auto opened = open_store(options, loop_.get_executor(), clock_);
    ASSERT_TRUE(opened.has_value());
    EXPECT_FALSE(opened->is_unchecked);
}

TEST_F(IntegrityTest, a_sound_file_has_no_damage) {
    open();
    std::string damage = "not asked";
    store_->read([&](Database& database) { damage = find_damage(database, file()); },
                 [](const Status&) {});
    run_loop();
    EXPECT_EQ(damage, "");
}

TEST_F(IntegrityTest, damage_is_found_after_a_start_that_did_not_check) {
    open();
    close();
    damage_traces();
    open();
    ASSERT_TRUE(notices_.empty());
    std::string damage;
    store_->read([&](Database& database) { damage = find_damage(database, file()); },
                 [](const Status&) {});
    run_loop();
    EXPECT_NE(damage, "");
}

TEST_F(IntegrityTest, every_small_table_of_a_large_file_is_checked_at_the_start) {
    for (const char* table : {"waits", "directive_proposals", "written_files", "webhook_replay"}) {
        open();
        close();
        grow();
        damage(table);
        forget_the_close();
        open();
        EXPECT_EQ(notices_.size(), 1U) << table;
        close();
        std::filesystem::remove(file());
        notices_.clear();
    }
}

TEST_F(IntegrityTest, the_large_tables_of_a_large_file_are_checked_later_until_they_are_sound) {
    open();
    close();
    grow();
    forget_the_close();
    open();
    close();  // before it was looked at
    damage_traces();
    open();
    ASSERT_TRUE(notices_.empty());
    EXPECT_NE(find_later(), "");
}

TEST_F(IntegrityTest, sound_large_tables_are_read_once_after_a_power_cut) {
    open();
    close();
    grow();
    forget_the_close();
    open();
    EXPECT_EQ(query("SELECT count(*) FROM meta WHERE key = 'half_checked'"), 1);
    EXPECT_EQ(find_later(), "");
    run_loop();
    EXPECT_EQ(query("SELECT count(*) FROM meta WHERE key = 'half_checked'"), 0);
}

TEST_F(IntegrityTest, a_damaged_file_is_never_marked_again) {
    open();
    store_->write(mark_damaged, [](const Status& written) { EXPECT_TRUE(written.has_value()); });
    run_loop();
    close();
    EXPECT_FALSE(is_marked());
    EXPECT_FALSE(is_unchecked_at_start());
}

}  // namespace
}  // namespace aifp::storage
