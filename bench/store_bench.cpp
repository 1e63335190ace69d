// Groups per second through Store::submit (a decision, and when it is durable its outcome, lazily),
// against a bare loop: one row per request, group commit, the same executor. Both in one run; the
// ratio is what counts. Also: bursts of due schedules, and bytes per row.
//
//   store_bench [FOLDER] [SECONDS PER MEASUREMENT]
//   store_bench FOLDER lockstep OUTSTANDING ROUNDS      always the same work, for callgrind
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "storage/database.hpp"
#include "storage/store.hpp"

namespace {

namespace fs = std::filesystem;
using aifp::Milliseconds;

constexpr std::int64_t kDirectives = 100;
constexpr int kRounds = 3;
const std::string kPayload = R"({"method":"POST","path":"/hooks/door","body":{"open":true}})";
const aifp::SystemClock kClock;

double seconds_since(aifp::MonoTime began) {
    return std::chrono::duration<double>(kClock.mono() - began).count();
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

[[noreturn]] void stop_with(const std::string& text) {
    fmt::print(stderr, "store_bench: {}\n", text);
    std::exit(1);
}

/// The least that is durable: a queue, a thread, one INSERT per request, one commit per batch.
class BareLoop {
public:
    BareLoop(const fs::path& file, boost::asio::io_context& loop)
        : loop_(loop), database_(open(file)), thread_([this] { run(); }) {}
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;
    ~BareLoop() {
        {
            const std::lock_guard lock(mutex_);
            is_closed_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    void submit(std::int64_t directive, std::function<void()> done) {
        pending_.push_back(Request{directive, kPayload, std::move(done)});
        if (pending_.size() == 1) {
            boost::asio::post(loop_, [this] { hand_over(); });
        }
    }

private:
    struct Request {
        std::int64_t directive;
        std::string payload;
        std::function<void()> done;
    };

    static std::unique_ptr<aifp::storage::Database> open(const fs::path& file) {
        aifp::storage::DatabaseOptions options;
        options.file = file;
        auto database = aifp::storage::Database::open(options);
        database->execute(
            "PRAGMA journal_mode = WAL; CREATE TABLE request (id INTEGER PRIMARY KEY, directive_id "
            "INTEGER, cause TEXT, seen_at_ms INTEGER, status TEXT, payload TEXT)");
        return database;
    }

    void hand_over() {
        {
            const std::lock_guard lock(mutex_);
            std::move(pending_.begin(), pending_.end(), std::back_inserter(requests_));
        }
        pending_.clear();
        wake_.notify_one();
    }

    void run() {
        aifp::storage::Statement insert(*database_,
                                        "INSERT INTO request (directive_id, cause, seen_at_ms, "
                                        "status, payload) VALUES (?, ?, ?, ?, ?)");
        while (true) {
            std::vector<Request> batch;
            {
                std::unique_lock lock(mutex_);
                wake_.wait(lock, [this] { return !requests_.empty() || is_closed_; });
                if (requests_.empty()) {
                    return;
                }
                batch.swap(requests_);
            }
            commit(insert, batch);
            boost::asio::post(loop_, [batch = std::move(batch)] {
                for (const Request& request : batch) {
                    request.done();
                }
            });
            if (database_->wal_pages() >= 4'000) {
                database_->checkpoint();
            }
        }
    }

    void commit(aifp::storage::Statement& insert, const std::vector<Request>& batch) {
        aifp::storage::Transaction transaction(*database_);
        for (const Request& request : batch) {
            insert.run(request.directive,
                       std::string_view("webhook"),
                       kClock.wall(),
                       std::string_view("success"),
                       request.payload);
        }
        transaction.commit();
    }

    boost::asio::io_context& loop_;
    std::unique_ptr<aifp::storage::Database> database_;
    std::vector<Request> pending_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Request> requests_;
    bool is_closed_ = false;
    std::thread thread_;
};

std::unique_ptr<aifp::storage::Store> open_store(const fs::path& file,
                                                 boost::asio::io_context& loop) {
    aifp::storage::StoreOptions options;
    options.file = file;
    options.max_queued_groups = 200'000;
    auto opened = aifp::storage::open_store(options, loop.get_executor(), kClock);
    if (!opened) {
        stop_with(opened.error().detail());
    }
    return std::move(opened->store);
}

aifp::model::DecisionRecord make_decision(aifp::storage::Store& store, std::int64_t directive) {
    aifp::model::DecisionRecord record;
    record.id = store.next_ledger_id();
    record.event.directive = aifp::DirectiveId{directive};
    record.event.cause = "webhook";
    record.event.seen_at = kClock.wall();
    record.event.payload = kPayload;
    record.kind = aifp::model::DecisionKind::started;
    return record;
}

struct Measured {
    double per_second = 0;
    double cpu_micros = 0;
};

/// Keeps `outstanding` requests under way for `seconds`. `start` begins one and calls back.
Measured drive(boost::asio::io_context& loop,
               int outstanding,
               double seconds,
               const std::function<void(std::int64_t, std::function<void()>)>& start) {
    const aifp::MonoTime began = kClock.mono();
    const double cpu_before = cpu_seconds();
    std::int64_t count = 0;
    std::uint64_t seed = 1;
    std::function<void()> next = [&] {
        seed = seed * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        const auto directive = static_cast<std::int64_t>((seed >> 33) % kDirectives) + 1;
        start(directive, [&] {
            ++count;
            if (seconds_since(began) < seconds) {
                next();
            }
        });
    };
    for (int i = 0; i < outstanding; ++i) {
        next();
    }
    const auto work = boost::asio::make_work_guard(loop);
    while (seconds_since(began) < seconds) {
        loop.run_one();
    }
    const double took = seconds_since(began);
    const auto done = static_cast<double>(count);
    return {done / took, (cpu_seconds() - cpu_before) / done * 1e6};
}

Measured measure_bare(const fs::path& file, int outstanding, double seconds) {
    boost::asio::io_context loop(1);
    BareLoop bare(file, loop);
    return drive(
        loop, outstanding, seconds, [&](std::int64_t directive, std::function<void()> done) {
            bare.submit(directive, std::move(done));
        });
}

// Like a run whose action was `set: {last: …}`.
void record_outcome(aifp::storage::Store& store, aifp::LedgerId id, std::int64_t directive) {
    aifp::storage::WriteGroup group;
    group.states.push_back({"last", "1", kClock.wall()});
    aifp::model::OutcomeRecord& outcome = group.outcomes.emplace_back();
    outcome.id = id;
    outcome.directive = aifp::DirectiveId{directive};
    outcome.started_at = kClock.wall();
    outcome.ended_at = outcome.started_at;
    store.submit_lazily(std::move(group));
}

Measured measure_store(const fs::path& file, int outstanding, double seconds, bool with_outcome) {
    boost::asio::io_context loop(1);
    const auto store = open_store(file, loop);
    return drive(
        loop, outstanding, seconds, [&](std::int64_t directive, std::function<void()> done) {
            aifp::storage::WriteGroup group;
            group.decisions.push_back(make_decision(*store, directive));
            const aifp::LedgerId id = group.decisions.front().id;
            const auto status = store->submit(
                std::move(group),
                [&store, id, directive, with_outcome, done = std::move(done)](aifp::Status stored) {
                    if (!stored) {
                        stop_with(stored.error().detail());
                    }
                    if (with_outcome) {
                        record_outcome(*store, id, directive);
                    }
                    done();
                });
            if (!status) {
                stop_with(status.error().detail());
            }
        });
}

// Every round: `outstanding` decisions in one turn of the loop, which ride with the outcomes of the
// round before.
void run_lockstep(const fs::path& file, int outstanding, int rounds) {
    boost::asio::io_context loop(1);
    const auto store = open_store(file, loop);
    for (int round = 0; round < rounds; ++round) {
        for (int i = 0; i < outstanding; ++i) {
            const std::int64_t directive = (round * outstanding + i) * 37 % kDirectives + 1;
            aifp::storage::WriteGroup group;
            group.decisions.push_back(make_decision(*store, directive));
            const aifp::LedgerId id = group.decisions.front().id;
            const auto note = [&store, id, directive](const aifp::Status& stored) {
                if (!stored) {
                    stop_with(stored.error().detail());
                }
                record_outcome(*store, id, directive);
            };
            if (!store->submit(std::move(group), note)) {
                stop_with("the queue is full");
            }
        }
        loop.restart();
        loop.run();
    }
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void report_throughput(const fs::path& folder, int outstanding, double seconds) {
    std::vector<double> ratios;
    for (int round = 0; round < kRounds; ++round) {
        const auto file = [&](const char* name) {
            return folder / fmt::format("{}-{}-{}.db", name, outstanding, round);
        };
        const Measured bare = measure_bare(file("bare"), outstanding, seconds);
        const Measured alone = measure_store(file("decision"), outstanding, seconds, false);
        const Measured whole = measure_store(file("whole"), outstanding, seconds, true);
        ratios.push_back(whole.per_second / bare.per_second);
        fmt::print(
            "outstanding {:3}: bare {:7.0f}/s {:5.1f} us cpu | decision {:7.0f}/s {:5.1f} us | "
            "decision + outcome {:7.0f}/s {:5.1f} us | ratio {:.2f}\n",
            outstanding,
            bare.per_second,
            bare.cpu_micros,
            alone.per_second,
            alone.cpu_micros,
            whole.per_second,
            whole.cpu_micros,
            ratios.back());
    }
    fmt::print("outstanding {:3}: median ratio {:.2f}\n", outstanding, median(ratios));
}

void report_burst(const fs::path& file, std::int64_t count) {
    boost::asio::io_context loop(1);
    const auto store = open_store(file, loop);
    const aifp::MonoTime began = kClock.mono();
    std::int64_t stored = 0;
    for (std::int64_t i = 1; i <= count; ++i) {
        aifp::storage::WriteGroup group;
        group.decisions.push_back(make_decision(*store, i));
        group.cursors.emplace_back().directive = aifp::DirectiveId{i};
        if (!store->submit(std::move(group),
                           [&](aifp::Status status) { stored += status ? 1 : 0; })) {
            stop_with("the queue is full");
        }
    }
    const double submitted = seconds_since(began);
    loop.run();
    fmt::print(
        "burst of {} decisions + cursors: submitted in {:.0f} ms, {} committed in {:.0f} ms\n",
        count,
        submitted * 1e3,
        stored,
        seconds_since(began) * 1e3);
}

void report_size(const fs::path& file) {
    aifp::storage::DatabaseOptions options;
    options.file = file;
    const auto database = aifp::storage::Database::open(options);
    const auto rows = static_cast<double>(database->integer("SELECT count(*) FROM ledger"));
    const auto bytes = [&](const std::string& names) {
        return static_cast<double>(
            database->integer("SELECT sum(pgsize) FROM dbstat WHERE name IN (" + names + ")"));
    };
    fmt::print(
        "bytes per run with a payload of {}: ledger {:.0f}, execution {:.0f}, index {:.1f}; "
        "whole file {:.0f}\n",
        kPayload.size(),
        bytes("'ledger'") / rows,
        bytes("'directive_executions'") / rows,
        bytes("'ledger_index'") / rows,
        static_cast<double>(fs::file_size(file)) / rows);
}

}  // namespace

int main(int argc, char** argv) {
    const fs::path folder =
        argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path() / "aifp_store_bench";
    fs::remove_all(folder);
    fs::create_directories(folder);
    if (argc == 5 && std::string_view(argv[2]) == "lockstep") {
        run_lockstep(folder / "lockstep.db", std::atoi(argv[3]), std::atoi(argv[4]));
        return 0;
    }
    const double seconds = argc > 2 ? std::atof(argv[2]) : 2.0;
    report_throughput(folder, 16, seconds);
    report_throughput(folder, 64, seconds);
    report_burst(folder / "burst-10000.db", 10'000);
    report_burst(folder / "burst-100000.db", 100'000);
    report_size(folder / "whole-64-0.db");
    fs::remove_all(folder);
    return 0;
}
