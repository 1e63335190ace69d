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

// Enough lazy groups are written before anybody asks for a commit: they go down with it, and come
// back.
TEST_P(FailingDiskWith, loses_nothing_of_what_was_written_ahead_of_a_commit_that_fails) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1))).has_value());
    for (int id = 2; id < 18; ++id) {
        store_->submit_lazily(group_of(make_decision(id)));
    }
    run_loop();
    disk_.fail_with(GetParam());
    EXPECT_FALSE(submit(group_of(make_decision(100))).has_value());
    disk_.heal();
    while (store_->statistics().queued > 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(query("SELECT count(*) FROM ledger WHERE id < 18"), 17);
    EXPECT_EQ(store_->statistics().dropped, 0U);
}

TEST_F(FailingDisk, one_group_that_breaks_a_rule_spoils_no_other_that_is_written_ahead) {
    open();
    ASSERT_TRUE(submit(group_of(make_decision(1))).has_value());
    for (int id = 1; id < 18; ++id) {  // the first of them is there already
        store_->submit_lazily(group_of(make_decision(id)));
    }
    run_loop();
    EXPECT_TRUE(submit(group_of(make_decision(100))).has_value());
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 18);
    EXPECT_EQ(store_->statistics().dropped, 1U);
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

TEST_F(FailingDisk, a_read_goes_on_while_counters_cannot_be_written) {
    open();
    for (std::int64_t id = 1; id <= 3; ++id) {
        ASSERT_TRUE(submit(group_of(make_outcome(id))).has_value());
    }
    disk_.fail_with(SQLITE_FULL);
    EXPECT_EQ(query("SELECT count(*) FROM directive_executions"), 3);
    disk_.heal();
    EXPECT_EQ(query("SELECT sum(runs) FROM execution_counters"), 3);
}

TEST_F(FailingDisk, one_attempt_has_to_do_for_all_that_waits) {
    open();
    for (std::int64_t id = 1; id <= 20'000; ++id) {  // several transactions
        store_->submit_lazily(group_of(make_outcome(id)));
    }
    Status told_write;
    store_->write([](Database&) {}, [&](Status status) { told_write = std::move(status); });
    disk_.fail_with(SQLITE_FULL);
    EXPECT_FALSE(flush().has_value());
    EXPECT_FALSE(told_write.has_value());
    EXPECT_LE(store_->statistics().failures, 3U);  // it may be trying again already
    EXPECT_EQ(store_->statistics().queued, 20'000U);
    disk_.heal();
    EXPECT_TRUE(flush().has_value());
    EXPECT_EQ(query("SELECT sum(runs) FROM execution_counters"), 20'000);
}

TEST_F(FailingDisk, nothing_overtakes_what_fails_while_the_one_that_breaks_a_rule_is_sought) {
    open();
    disk_.fail_with(SQLITE_FULL);
    std::vector<ErrorCode> told;
    for (const std::int64_t id : {1, 1, 2, 3}) {
        ASSERT_TRUE(store_
                        ->submit(group_of(make_decision(id)),
                                 [&](const Status& status) {
                                     ASSERT_FALSE(status.has_value());
                                     told.push_back(status.error().code());
                                 })
                        .has_value());
    }
    run_loop();
    EXPECT_EQ(told, std::vector<ErrorCode>(4, ErrorCode::io_failure));
    EXPECT_EQ(store_->statistics().failures, 3U);  // all, the half with both, the first of them
    disk_.heal();
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 0);
}

TEST_F(FailingDisk, flush_ends_when_the_disk_hangs) {
    flush_limit_ = Milliseconds(20);
    open();
    disk_.hang();
    store_->submit_lazily(group_of(make_decision(1)));
    std::vector<Status> told;
    for (int i = 0; i < 2; ++i) {
        store_->flush([&](Status status) { told.push_back(std::move(status)); });
    }
    while (told.size() < 2) {
        loop_.run_one();
    }
    EXPECT_EQ(told[0].error().code(), ErrorCode::io_failure);
    EXPECT_EQ(told[1].error().code(), ErrorCode::io_failure);
    disk_.heal();
    EXPECT_TRUE(flush().has_value());
    EXPECT_EQ(told.size(), 2U);
    EXPECT_EQ(query("SELECT count(*) FROM ledger"), 1);
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
