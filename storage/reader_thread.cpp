#include "storage/reader_thread.hpp"

#include <chrono>
#include <utility>

namespace aifp::storage {

namespace {

constexpr std::chrono::seconds kKeepOpen{2};
constexpr int kReaderCacheKib = 2 * 1024;

}  // namespace

ReaderThread::ReaderThread(std::filesystem::path file, RowSecrets::Change opened, Deliver deliver)
    : file_(std::move(file)),
      opened_(std::move(opened)),
      deliver_(std::move(deliver)),
      thread_([this] { run(); }) {}

ReaderThread::~ReaderThread() {
    stop();
}

void ReaderThread::stop() {
    if (!thread_.joinable()) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
        items_.clear();
        if (database_) {
            database_->interrupt();
        }
    }
    wake_.notify_one();
    thread_.join();
}

bool ReaderThread::push(Store::Job job, Store::Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (is_closed_ || items_.size() >= kMaxJobs) {
            return false;
        }
        items_.push_back(Item{std::move(job), std::move(done)});
    }
    wake_.notify_one();
    return true;
}

void ReaderThread::run() {
    Item item;
    while (next(item)) {
        run_item(item);
        item = {};
    }
    close_connection();
}

bool ReaderThread::next(Item& item) {
    std::unique_lock lock(mutex_);
    const auto has_something = [this] { return !items_.empty() || is_closed_; };
    if (database_ && !wake_.wait_for(lock, kKeepOpen, has_something)) {
        lock.unlock();
        close_connection();
        lock.lock();
    }
    wake_.wait(lock, has_something);
    if (is_closed_) {
        return false;
    }
    item = std::move(items_.front());
    items_.pop_front();
    return true;
}

void ReaderThread::run_item(Item& item) {
    std::vector<Completion> completions(1);
    completions[0].status = guard([&] {
        open();
        Transaction snapshot(*database_, Transaction::Kind::snapshot);
        item.job(*database_);
        snapshot.commit();
    });
    completions[0].done = std::move(item.done);
    deliver_(std::move(completions));
}

void ReaderThread::open() {
    if (database_) {
        return;
    }
    DatabaseOptions options;
    options.file = file_;
    options.access = Access::read_only;
    options.cache_kib = kReaderCacheKib;
    auto opened = Database::open(options);
    if (opened_) {
        set_opener(*opened, opened_);
    }
    const std::lock_guard lock(mutex_);
    database_ = std::move(opened);
}

void ReaderThread::close_connection() {
    std::unique_ptr<Database> closing;
    const std::lock_guard lock(mutex_);
    closing.swap(database_);
}

}  // namespace aifp::storage
