#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "storage/database.hpp"
#include "storage/row_secrets.hpp"
#include "storage/store.hpp"
#include "storage/writer_thread.hpp"

namespace aifp::storage {

/// Runs read jobs one after the other on a read-only connection, which is opened for the first job
/// and closed after two seconds without one. All members are thread-safe. Owned by the Store.
class ReaderThread {
public:
    /// `opened`: RowSecrets::opened.
    ReaderThread(std::filesystem::path file, RowSecrets::Change opened, Deliver deliver);
    /// As stop().
    ~ReaderThread();

    /// Interrupts the running job, drops the waiting ones, joins and closes the connection.
    void stop();
    /// False, and nothing kept, when `kMaxJobs` wait already or it was stopped.
    [[nodiscard]] bool push(Store::Job job, Store::Done done);

    static constexpr std::size_t kMaxJobs = 1'024;

private:
    struct Item {
        Store::Job job;
        Store::Done done;
    };
    void run();
    void run_item(Item& item);
    void open();
    void close_connection();
    /// Waits for the next item; false when the thread is to end.
    bool next(Item& item);

    const std::filesystem::path file_;
    const RowSecrets::Change opened_;
    const Deliver deliver_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Item> items_;              ///< Guarded by mutex_, as all below.
    std::unique_ptr<Database> database_;  ///< Used outside the lock by the reader thread alone.
    bool is_closed_ = false;
    std::thread thread_;
};

}  // namespace aifp::storage
