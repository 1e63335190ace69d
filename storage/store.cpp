#include "storage/store.hpp"

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include "storage/ledger.hpp"
#include "storage/reader_thread.hpp"
#include "storage/store_file.hpp"
#include "storage/writer_thread.hpp"

namespace aifp::storage {

namespace {

namespace asio = boost::asio;

class ThreadedStore final : public Store {
public:
    ThreadedStore(const StoreOptions& options,
                  asio::any_io_executor loop,
                  const Clock& clock,
                  std::unique_ptr<Database> database)
        : max_queued_(options.max_queued_groups),
          loop_(std::move(loop)),
          self_(std::make_shared<ThreadedStore*>(this)),
          next_id_(first_free_ledger_id(*database)) {
        if (options.file != ":memory:") {
            reader_ = std::make_unique<ReaderThread>(options.file, deliver_to_loop());
        }
        writer_ =
            std::make_unique<WriterThread>(std::move(database), options, clock, deliver_to_loop());
    }
    ThreadedStore(const ThreadedStore&) = delete;
    ThreadedStore& operator=(const ThreadedStore&) = delete;

    ~ThreadedStore() override {
        *self_ = nullptr;
        reader_.reset();
        hand_over();
        writer_.reset();
    }

    Status submit(WriteGroup group, Done done) override {
        if (pending_.size() + writer_->queued() >= max_queued_) {
            return fail(
                ErrorCode::busy,
                fmt::format("{} records already wait to be stored: try again later", max_queued_));
        }
        Work work;
        work.group = std::move(group);
        work.done = std::move(done);
        enqueue(std::move(work));
        return {};
    }

    void submit_lazily(WriteGroup group) override {
        Work work;
        work.group = std::move(group);
        work.is_lazy = true;
        enqueue(std::move(work));
    }

    void write(Job job, Done done) override {
        Work work;
        work.job = std::move(job);
        work.done = std::move(done);
        enqueue(std::move(work));
    }

    void read(Job job, Done done) override {
        if (!reader_) {
            write(std::move(job), std::move(done));
            return;
        }
        expect_completion();
        if (!reader_->push(std::move(job), done)) {
            std::vector<Completion> refused(1);
            refused[0].done = std::move(done);
            refused[0].status = fail(ErrorCode::busy, "too many queries wait: try again later");
            deliver_to_loop()(std::move(refused));
        }
    }

    LedgerId next_ledger_id() override { return LedgerId{next_id_.value++}; }

    StoreStatistics statistics() const override {
        StoreStatistics statistics = writer_->statistics();
        statistics.queued += pending_.size();
        return statistics;
    }

    void flush(Done done) override {
        Work work;
        work.done = std::move(done);
        work.is_barrier = true;
        enqueue(std::move(work));
    }

private:
    // Everything submitted in one turn of the loop goes over under one lock, so that it can be one
    // transaction.
    void enqueue(Work work) {
        if (!work.is_lazy) {
            expect_completion();
        }
        pending_.push_back(std::move(work));
        if (pending_.size() > 1) {
            return;
        }
        asio::post(loop_, [self = self_] {
            if (*self != nullptr) {
                (*self)->hand_over();
            }
        });
    }

    void hand_over() {
        if (!pending_.empty()) {
            writer_->push(pending_);
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

    // A Done may destroy the store.
    static void complete(const std::shared_ptr<ThreadedStore*>& self,
                         std::vector<Completion>& completions) {
        if (*self == nullptr) {
            return;
        }
        (*self)->settle(completions.size());
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
    const asio::any_io_executor loop_;
    const std::shared_ptr<ThreadedStore*> self_;  ///< Null once destroyed; read on the loop only.
    LedgerId next_id_;
    std::vector<Work> pending_;  ///< Of this turn of the loop.
    std::size_t due_ = 0;
    std::optional<asio::any_io_executor> work_;
    std::unique_ptr<ReaderThread> reader_;
    std::unique_ptr<WriterThread> writer_;
};

}  // namespace

Result<OpenedStore> open_store(const StoreOptions& options,
                               boost::asio::any_io_executor loop,
                               const Clock& clock) {
    Result<OpenedFile> file = open_store_file(options, clock.wall());
    if (!file) {
        return fail(file.error());
    }
    OpenedStore opened;
    opened.notices = std::move(file->notices);
    opened.neighbour = std::move(file->neighbour);
    const Status status = guard([&] {
        opened.store = std::make_unique<ThreadedStore>(
            options, std::move(loop), clock, std::move(file->database));
    });
    if (!status) {
        return fail(status.error().with_context("opening " + options.file.string()));
    }
    return opened;
}

}  // namespace aifp::storage
