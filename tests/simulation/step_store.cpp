#include "tests/simulation/step_store.hpp"

#include <boost/asio/post.hpp>
#include <iterator>
#include <utility>

#include "storage/ledger.hpp"
#include "storage/migrations.hpp"
#include "storage/not_stored.hpp"

namespace aifp::simulation {

namespace {

using storage::Database;
using storage::DatabaseError;
using storage::Work;

// As storage's own thread: storage/work_queue.hpp and storage/writer_thread.cpp.
constexpr Milliseconds kLazyQuiet{20};
constexpr Milliseconds kRetryPause{2'000};  // between the first and the longest of storage's
// Early, so that short runs have some.
constexpr int kCheckpointPages = 60;

std::unique_ptr<Database> open_database() {
    storage::DatabaseOptions options;
    options.file = StepStore::kFile;
    options.access = storage::Access::read_write;
    options.cache_kib = 1'024;
    auto database = Database::open(options);
    database->execute("PRAGMA journal_mode = WAL");
    return database;
}

std::string make_empty_database() {
    CrashDisk disk;
    disk.put(StepStore::kFile, {});
    {
        const auto database = open_database();
        storage::migrate(*database);
    }
    return disk.bytes_of(StepStore::kFile);
}

}  // namespace

const std::string& empty_database() {
    static const std::string bytes = make_empty_database();
    return bytes;
}

StepStore::StepStore(boost::asio::io_context& loop,
                     const Clock& clock,
                     CrashDisk& disk,
                     StoreWatch watch)
    : loop_(loop),
      clock_(clock),
      disk_(disk),
      watch_(std::move(watch)),
      database_(open_database()),
      writer_(*database_, {}),
      next_id_(storage::first_free_ledger_id(*database_)),
      timer_(loop) {}

StepStore::~StepStore() {
    *alive_ = false;
}

Status StepStore::submit(storage::WriteGroup group, Done done) {
    if (pending_.size() + retained_.size() >= kMaxQueued) {
        return fail(ErrorCode::busy, "too many records already wait to be stored");
    }
    Work work;
    work.group = std::move(group);
    work.done = std::move(done);
    enqueue(std::move(work));
    return {};
}

void StepStore::submit_lazily(storage::WriteGroup group) {
    Work work;
    work.group = std::move(group);
    work.is_lazy = true;
    enqueue(std::move(work));
}

void StepStore::write(Job job, Done done) {
    Work work;
    work.job = std::move(job);
    work.done = std::move(done);
    enqueue(std::move(work));
}

void StepStore::read(Job job, Done done) {
    Work work;
    work.job = std::move(job);
    work.done = std::move(done);
    work.is_read = true;
    enqueue(std::move(work));
}

void StepStore::flush(Done done) {
    Work work;
    work.done = std::move(done);
    work.is_barrier = true;
    enqueue(std::move(work));
}

storage::StoreStatistics StepStore::statistics() const {
    storage::StoreStatistics statistics;
    statistics.queued = pending_.size() + retained_.size();
    statistics.last_error = last_error_;
    return statistics;
}

void StepStore::enqueue(Work work) {
    const bool is_lazy = work.is_lazy;
    pending_.push_back(std::move(work));
    if (is_due_) {
        return;
    }
    if (is_lazy) {
        if (!is_waiting_) {
            commit_after(kLazyQuiet);
        }
        return;
    }
    is_due_ = true;
    if (latency_ > Milliseconds(0)) {
        commit_after(latency_);
        return;
    }
    boost::asio::post(loop_, [this, alive = alive_] {
        if (*alive) {
            commit();
        }
    });
}

void StepStore::commit_after(Milliseconds pause) {
    is_waiting_ = true;
    timer_.expires_after(pause);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            is_waiting_ = false;
            commit();
        }
    });
}

// Everything queued, groups that follow one another in one transaction.
void StepStore::commit() {
    is_due_ = false;
    Works works = std::exchange(retained_, {});
    works.insert(works.end(),
                 std::make_move_iterator(pending_.begin()),
                 std::make_move_iterator(pending_.end()));
    pending_.clear();
    Works groups;
    for (auto& work : works) {
        if (!work.job) {
            groups.push_back(std::move(work));
        } else if (!commit_groups(std::exchange(groups, {})) || !run_job(std::move(work))) {
            return;
        }
    }
    if (!commit_groups(std::move(groups))) {
        return;
    }
    if (database_->wal_pages() >= kCheckpointPages) {
        static_cast<void>(storage::guard([this] { database_->checkpoint(); }));
        if (disk_.has_crashed()) {
            loop_.stop();
            return;
        }
    }
    if (!retained_.empty() && !is_due_ && !is_waiting_) {
        commit_after(kRetryPause);
    }
}

std::optional<DatabaseError> StepStore::transact(const std::function<void()>& statements) {
    std::optional<DatabaseError> error;
    try {
        storage::Transaction transaction(*database_);
        statements();
        transaction.commit();
    } catch (const DatabaseError& caught) {
        error.emplace(caught);
    }
    if (error) {
        writer_.rolled_back();
        last_error_ = error->what();
    } else {
        writer_.committed();
        last_error_.clear();
    }
    if (disk_.has_crashed()) {
        loop_.stop();
    }
    return error;
}

// False: the power has gone, nothing follows.
bool StepStore::commit_groups(Works groups) {
    if (groups.empty()) {
        return true;
    }
    const auto error = transact([&] {
        bool settles = false;
        for (const auto& work : groups) {
            writer_.write(work.group);
            settles = settles || work.is_barrier;
        }
        settles ? writer_.settle(clock_.wall()) : writer_.finish(clock_.wall());
    });
    if (disk_.has_crashed()) {
        return false;
    }
    if (error) {
        keep_or_refuse(std::move(groups), *error);
        return true;
    }
    std::vector<const storage::WriteGroup*> stored;
    std::vector<std::pair<Done, Status>> answers;
    for (auto& work : groups) {
        stored.push_back(&work.group);
        if (work.done) {
            const bool is_behind = work.is_barrier && !retained_.empty();
            answers.emplace_back(
                std::move(work.done),
                is_behind ? fail(ErrorCode::io_failure, "earlier records are not stored yet")
                          : Status());
        }
    }
    watch_.committed(stored, *database_);
    answer(std::move(answers));
    return true;
}

void StepStore::keep_or_refuse(Works groups, const DatabaseError& error) {
    if (!error.is_passing()) {
        watch_.broke_rule(error.what());
    }
    std::vector<std::pair<Done, Status>> answers;
    for (auto& work : groups) {
        if (work.is_lazy) {
            retained_.push_back(std::move(work));
        } else {
            answers.emplace_back(std::move(work.done), storage::not_stored(error));
        }
    }
    answer(std::move(answers));
}

bool StepStore::run_job(Work work) {
    const auto error = transact([&] {
        writer_.settle(clock_.wall());
        work.job(*database_);
    });
    if (disk_.has_crashed()) {
        return false;
    }
    std::vector<std::pair<Done, Status>> answers;
    answers.emplace_back(std::move(work.done), error ? storage::failed(*error) : Status());
    answer(std::move(answers));
    return true;
}

void StepStore::answer(std::vector<std::pair<Done, Status>> answers) {
    if (answers.empty()) {
        return;
    }
    boost::asio::post(loop_, [alive = alive_, answers = std::move(answers)]() mutable {
        for (auto& [done, status] : answers) {
            if (*alive && done) {
                done(std::move(status));
            }
        }
    });
}

}  // namespace aifp::simulation
