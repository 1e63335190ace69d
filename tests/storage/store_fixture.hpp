#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"
#include "storage/store.hpp"
#include "tests/storage/ledger_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace aifp::storage {

/// A store on a real file, and the loop its completions come to.
class StoreFixture : public ::testing::Test {
protected:
    void open(std::size_t max_queued_groups = 65'536) {
        StoreOptions options;
        options.file = file();
        options.max_queued_groups = max_queued_groups;
        options.retention.age = std::chrono::days(36'500);  // rows here are of kNoon
        options.retention.rows = kept_rows_;
        options.sweep_pause = sweep_pause_;
        options.flush_limit = flush_limit_;
        auto opened = open_store(options, loop_.get_executor(), clock_);
        ASSERT_TRUE(opened.has_value()) << opened.error().detail();
        store_ = std::move(opened->store);
        notices_ = std::move(opened->notices);
    }
    void close() { store_.reset(); }

    [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "test.db"; }

    /// Runs the loop until no completion is due.
    void run_loop() {
        loop_.restart();
        loop_.run();
    }
    /// Submits, waits, and gives what the completion was told.
    Status submit(WriteGroup group) {
        Status told;
        const Status taken =
            store_->submit(std::move(group), [&](Status status) { told = std::move(status); });
        run_loop();
        return taken ? told : taken;
    }
    Status flush() {
        Status told;
        store_->flush([&](Status status) { told = std::move(status); });
        run_loop();
        return told;
    }
    /// The result of a one-number query on the read-only connection.
    std::int64_t query(const std::string& sql) {
        std::int64_t value = -1;
        store_->read([&](Database& database) { value = database.integer(sql); },
                     [](const Status& status) { EXPECT_TRUE(status.has_value()); });
        run_loop();
        return value;
    }

    testing::TempDir folder_;
    SystemClock clock_;
    Milliseconds flush_limit_{60'000};
    Milliseconds sweep_pause_{3'600'000};
    std::int64_t kept_rows_ = 5'000'000;
    boost::asio::io_context loop_{1};
    std::unique_ptr<Store> store_;
    std::vector<std::string> notices_;
};

}  // namespace aifp::storage
