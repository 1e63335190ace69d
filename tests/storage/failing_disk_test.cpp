#include <gtest/gtest.h>

#include <sqlite3.h>
#include <thread>

#include "tests/storage/store_fixture.hpp"
#include "tests/support/storage_faulty_vfs.hpp"

namespace aifp::storage {
namespace {

class FailingDisk : public StoreFixture {
protected:
    ~FailingDisk() override { close(); }
    testing::FaultyVfs disk_;
};

class FailingDiskWith : public FailingDisk, public ::testing::WithParamInterface<int> {};

TEST_P(FailingDiskWith, refuses_a_submit_and_keeps_nothing_of_it) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1))).has_value());
    disk_.fail_with(GetParam());
    WriteGroup group = group_of(make_decision(2));
    group.cursors.push_back(model::Cursor{DirectiveId{1}, 0, kNoon});
    const Status told = submit(std::move(group));
    ASSERT_FALSE(told.has_value());
    EXPECT_EQ(told.error().code(), ErrorCode::io_failure);
    EXPECT_GT(disk_.failed(), 0);
    EXPECT_FALSE(store_->statistics().last_error.empty());
    disk_.heal();
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 1);
    EXPECT_EQ(query("SELECT count(*) FROM schedule_cursors"), 0);
}

TEST_P(FailingDiskWith, goes_on_by_itself_once_the_disk_is_well) {
    open();
    disk_.fail_with(GetParam());
    ASSERT_FALSE(submit(group_of(make_decision(1))).has_value());
    disk_.heal();
    ASSERT_TRUE(submit(group_of(make_decision(1))).has_value());
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 1);
    EXPECT_TRUE(store_->statistics().last_error.empty());
}

TEST_P(FailingDiskWith, keeps_lazy_groups_and_stores_them_later) {
    open();
    disk_.fail_with(GetParam());
    store_->submit_lazily(group_of(make_decision(1)));
    EXPECT_FALSE(flush().has_value());
    EXPECT_EQ(store_->statistics().queued, 1U);
    disk_.heal();
    while (store_->statistics().queued > 0) {  // nobody asks: it tries again on its own
        std::this_thread::yield();
    }
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 1);
    EXPECT_EQ(store_->statistics().dropped, 0U);
}

TEST_P(FailingDiskWith, fails_in_the_middle_of_a_commit_without_half_of_it) {
    open();
    for (int good_writes = 0; good_writes < 6; ++good_writes) {
        WriteGroup group;
        for (int i = 0; i < 200; ++i) {
            group.decisions.push_back(make_decision(1 + good_writes * 1'000 + i));
        }
        disk_.fail_with(GetParam(), good_writes);
        const bool stored = submit(std::move(group)).has_value();
        disk_.heal();
        const std::string from = std::to_string(good_writes * 1'000);
        EXPECT_EQ(query("SELECT count(*) FROM ledger WHERE id > " + from), stored ? 200 : 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Codes,
                         FailingDiskWith,
                         ::testing::Values(SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC));

TEST_F(FailingDisk, counts_stay_right_over_a_failure) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1))).has_value());
    disk_.fail_with(SQLITE_FULL);
    ASSERT_FALSE(submit(group_of(make_outcome(1))).has_value());
    disk_.heal();
    ASSERT_TRUE(submit(group_of(make_outcome(1))).has_value());
    EXPECT_EQ(query("SELECT sum(runs) FROM execution_counters"), 1);
}

TEST_F(FailingDisk, closing_on_a_full_disk_ends) {
    open();
    disk_.fail_with(SQLITE_FULL);
    store_->submit_lazily(group_of(make_decision(1)));
    close();
    disk_.heal();
    open();
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 0);
}

TEST_F(StoreFixture, waits_for_a_lock_of_another_connection) {
    open();
    DatabaseOptions options;
    options.file = file();
    const auto other = Database::open(options);
    auto lock = std::make_unique<Transaction>(*other);
    Status told = fail(ErrorCode::internal, "not told");
    ASSERT_TRUE(
        store_->submit(group_of(make_decision(1)), [&](Status status) { told = std::move(status); })
            .has_value());
    loop_.poll();
    lock.reset();
    run_loop();
    EXPECT_TRUE(told.has_value());
}

TEST_F(StoreFixture, refuses_a_submit_when_a_lock_stays_too_long) {
    open();
    DatabaseOptions options;
    options.file = file();
    const auto other = Database::open(options);
    const Transaction lock(*other);
    store_->submit_lazily(group_of(make_decision(1)));
    const Status told = submit(group_of(make_decision(2)));
    ASSERT_FALSE(told.has_value());
    EXPECT_EQ(told.error().code(), ErrorCode::io_failure);
    EXPECT_EQ(store_->statistics().queued, 1U);
}

}  // namespace
}  // namespace aifp::storage
