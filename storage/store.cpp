#include "storage/store.hpp"

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <deque>
#include <utility>

#include "storage/ledger.hpp"
#include "storage/reader_thread.hpp"
#include "storage/secret_store.hpp"
#include "storage/store_file.hpp"
#include "storage/writer_thread.hpp"

namespace aifp::storage {

namespace {

namespace asio = boost::asio;

/// Groups of one turn of the loop when there is much to do.
constexpr std::size_t kUsualTurn = 32;
/// How many turns of the loop are waited for more.
constexpr int kMostTurns = 8;

class ThreadedStore final : public Store {
public:
    ThreadedStore(const StoreOptions& options,
                  const RowSecrets& secrets,
                  asio::any_io_executor loop,
                  const Clock& clock,
                  std::unique_ptr<Database> database)
        : max_queued_(options.max_queued_groups),
          secrets_(secrets),
          loop_(std::move(loop)),
          self_(std::make_shared<ThreadedStore*>(this)),
          next_id_(first_free_ledger_id(*database)),
          flush_limit_(options.flush_limit),
          flush_timer_(loop_) {
        if (options.file != ":memory:") {
            reader_ =
                std::make_unique<ReaderThread>(options.file, secrets.opened, deliver_to_loop());
        }
        writer_ = std::make_unique<WriterThread>(
            std::move(database), options, clock, deliver_to_loop(), pass_to_reader());
    }
    ThreadedStore(const ThreadedStore&) = delete;
    ThreadedStore& operator=(const ThreadedStore&) = delete;

    ~ThreadedStore() override { blocking_close(); }

    void blocking_close() {
        *self_ = nullptr;
        if (!writer_) {
            return;
        }
        if (reader_) {
            reader_->stop();  // the last connection that closes tidies up: it must be the writer's
        }
        hand_over();
        last_statistics_ = writer_->statistics();
        writer_.reset();
        flush_timer_.cancel();
        flushes_.clear();
        work_.reset();
    }

    Status submit(WriteGroup group, Done done) override {
        if (!writer_) {
            return closed();
        }
        if (pending_.size() + writer_->queued() >= max_queued_) {
            return fail(
                ErrorCode::busy,
                fmt::format("{} records already wait to be stored: try again later", max_queued_));
        }
        hide_secrets(group, secrets_);
        Work work;
        work.group = std::move(group);
        work.done = std::move(done);
        enqueue(std::move(work));
        return {};
    }

    void submit_lazily(WriteGroup group) override {
        if (!writer_) {
            return;
        }
        hide_secrets(group, secrets_);
        Work work;
        work.group = std::move(group);
        work.is_lazy = true;
        enqueue(std::move(work));
    }

    void write(Job job, Done done) override {
        if (!writer_) {
            refuse(std::move(done));
            return;
        }
        Work work;
        work.job = std::move(job);
        work.done = std::move(done);
        enqueue(std::move(work));
    }

    void read(Job job, Done done) override {
        if (!writer_) {
            refuse(std::move(done));
            return;
        }
        if (!reader_) {
            write(std::move(job), std::move(done));
            return;
        }
        if (!has_reads_pending_ && !writer_->must_pass_reads()) {
            expect_completion();
            pass_to_reader()(std::move(job), std::move(done));
            return;
        }
        has_reads_pending_ = true;
        Work work;
        work.job = std::move(job);
        work.done = std::move(done);
        work.is_read = true;
        enqueue(std::move(work));
    }

    LedgerId next_ledger_id() override { return LedgerId{next_id_.value++}; }

    StoreStatistics statistics() const override {
        StoreStatistics statistics = writer_ ? writer_->statistics() : last_statistics_;
        statistics.queued += pending_.size();
        return statistics;
    }

    void flush(Done done) override {
        if (!writer_) {
            refuse(std::move(done));
            return;
        }
        const auto waiting = std::make_shared<Done>(std::move(done));
        Work work;
        work.done = [this, waiting](Status status) { end_flush(waiting, std::move(status)); };
        work.is_barrier = true;
        enqueue(std::move(work));
        flushes_.push_back(waiting);
        if (flushes_.size() == 1) {
            limit_flush();
        }
    }

private:
    static tl::unexpected<Error> closed() {
        return fail(ErrorCode::io_failure, "the database is closed");
    }

    void refuse(Done done) const {
        asio::post(loop_, [done = std::move(done)] { done(closed()); });
    }

    // Everything submitted in one turn of the loop goes over under one lock, so that it can be one
    // transaction.
    void enqueue(Work work) {
        if (!work.is_lazy) {
            expect_completion();
        }
        if (pending_.empty()) {
            pending_.reserve(kUsualTurn);  // the last turn's list went over with its memory
        }
        pending_.push_back(std::move(work));
        if (pending_.size() > 1) {
            return;
        }
        hand_over_soon(pending_.size(), 0);
    }

    // As long as each turn of the loop brings more it is worth a look whether the next one does: a
    // commit costs the same for many as for one. Nobody waits for what does not come.
    void hand_over_soon(std::size_t gathered, int turns) {
        asio::post(loop_, [self = self_, gathered, turns] {
            if (*self == nullptr) {
                return;
            }
            const auto now = (*self)->pending_.size();
            if (now > gathered && turns < kMostTurns) {
                (*self)->hand_over_soon(now, turns + 1);
            } else {
                (*self)->hand_over();
            }
        });
    }

    void hand_over() {
        has_reads_pending_ = false;
        if (!pending_.empty()) {
            writer_->push(pending_);
        }
    }

    void limit_flush() {
        flush_timer_.expires_after(flush_limit_);
        flush_timer_.async_wait([self = self_](const boost::system::error_code& error) {
            if (!error && *self != nullptr) {
                (*self)->give_up_flushes();
            }
        });
    }

    void end_flush(const std::shared_ptr<Done>& waiting, Status status) {
        const auto found = std::find(flushes_.begin(), flushes_.end(), waiting);
        if (found == flushes_.end()) {
            return;  // given up
        }
        flushes_.erase(found);
        flush_timer_.cancel();
        if (!flushes_.empty()) {
            limit_flush();
        }
        (*waiting)(std::move(status));
    }

    // The storage thread hangs in a call to the disk: nobody can end that, but nobody has to wait.
    void give_up_flushes() {
        const auto self = self_;
        for (const auto& waiting : std::exchange(flushes_, {})) {
            if (*self != nullptr) {
                (*waiting)(fail(ErrorCode::io_failure, "storing: the disk does not answer"));
            }
        }
    }

    // While something is due, the loop counts it as outstanding work.
    void expect_completion() {
        if (due_++ == 0) {
            work_ = asio::prefer(loop_, asio::execution::outstanding_work.tracked);
        }
    }

    Deliver deliver_to_loop() {
        return [loop = loop_, self = self_](std::vector<Completion> completions) {
            asio::post(loop, [self, completions = std::move(completions)]() mutable {
                complete(self, completions);
            });
        };
    }

    // For the loop and for the storage thread.
    PassToReader pass_to_reader() {
        return [reader = reader_.get(), deliver = deliver_to_loop()](Job job, Done done) {
            if (!reader->push(std::move(job), done)) {
                std::vector<Completion> refused(1);
                refused[0].done = std::move(done);
                refused[0].status = fail(ErrorCode::busy, "too many queries wait: try again later");
                deliver(std::move(refused));
            }
        };
    }

    // A Done may destroy the store.
    static void complete(const std::shared_ptr<ThreadedStore*>& self,
                         std::vector<Completion>& completions) {
        if (*self == nullptr) {
            return;
        }
        (*self)->settle(static_cast<std::size_t>(
            std::count_if(completions.begin(), completions.end(), [](const Completion& completion) {
                return !completion.was_lazy;
            })));
        for (Completion& completion : completions) {
            if (*self != nullptr && completion.done) {
                completion.done(std::move(completion.status));
            }
        }
    }

    void settle(std::size_t count) {
        due_ -= count;
        if (due_ == 0) {
            work_.reset();
        }
    }

    const std::size_t max_queued_;
    const RowSecrets secrets_;
    const asio::any_io_executor loop_;
    const std::shared_ptr<ThreadedStore*> self_;  ///< Null once destroyed; read on the loop only.
    LedgerId next_id_;
    std::vector<Work> pending_;  ///< Of this turn of the loop.
    bool has_reads_pending_ = false;
    const Milliseconds flush_limit_;
    boost::asio::steady_timer flush_timer_;  ///< For the oldest of flushes_.
    std::deque<std::shared_ptr<Done>> flushes_;
    std::size_t due_ = 0;
    std::optional<asio::any_io_executor> work_;
    std::unique_ptr<ReaderThread> reader_;
    std::unique_ptr<WriterThread> writer_;  ///< Null once closed.
    StoreStatistics last_statistics_;       ///< Of a closed one.
};

}  // namespace

Result<SecretStore> open_secret_store(const StoreOptions& options,
                                      const RowSecrets& secrets,
                                      boost::asio::any_io_executor loop,
                                      const Clock& clock) {
    Result<OpenedFile> file = open_store_file(options, clock.wall());
    if (!file) {
        return fail(file.error());
    }
    SecretStore result;
    result.opened.notices = std::move(file->notices);
    result.opened.neighbour = std::move(file->neighbour);
    result.opened.is_unchecked = file->is_unchecked;
    const Status status = guard([&] {
        set_opener(*file->database, secrets.opened);
        auto store = std::make_unique<ThreadedStore>(
            options, secrets, std::move(loop), clock, std::move(file->database));
        result.blocking_close = [open = store.get()] { open->blocking_close(); };
        result.opened.store = std::move(store);
    });
    if (!status) {
        return fail(status.error().with_context("opening " + options.file.string()));
    }
    return result;
}

Result<OpenedStore> open_store(const StoreOptions& options,
                               boost::asio::any_io_executor loop,
                               const Clock& clock) {
    auto store = open_secret_store(options, {}, std::move(loop), clock);
    if (!store) {
        return fail(std::move(store).error());
    }
    return std::move(store->opened);
}

}  // namespace aifp::storage
