// The yardstick for the webhook figures: the same HTTP server, and behind it nothing but one SQLite
// insert per request with group commit and fsync before the answer. No directives, no conditions,
// no outcome. With --spawn it starts /bin/true for every request instead, through vfork and exec
// alone.
//   bare_loop FILE.db [--spawn]      prints the port it listens on
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <sys/syscall.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "http/server.hpp"

namespace {

using namespace aifp;

void check(int code, sqlite3* database) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
        std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(database));
        std::exit(1);
    }
}

class BareWriter {
public:
    BareWriter(const char* file, boost::asio::io_context& loop) : loop_(loop) {
        check(sqlite3_open_v2(file,
                              &database_,
                              SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                              nullptr),
              database_);
        execute("PRAGMA journal_mode=WAL");
        execute("PRAGMA synchronous=FULL");
        execute("PRAGMA wal_autocheckpoint=4000");
        execute(
            "CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY, directive_id INTEGER, "
            "seen_at_ms INTEGER, payload TEXT)");
        check(sqlite3_prepare_v2(
                  database_, "INSERT INTO ledger VALUES (NULL, ?1, ?2, ?3)", -1, &insert_, nullptr),
              database_);
        thread_ = std::thread([this] { run(); });
    }

    void put(http::Responder responder) {
        gathered_.push_back(std::move(responder));
        if (gathered_.size() == 1) {
            boost::asio::post(loop_, [this] { hand_over(); });
        }
    }

private:
    void execute(const char* sql) {
        check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), database_);
    }

    void hand_over() {
        const std::lock_guard lock(mutex_);
        for (auto& responder : gathered_) {
            queue_.push_back(std::move(responder));
        }
        gathered_.clear();
        signal_.notify_one();
    }

    void run() {
        for (;;) {
            auto batch = std::make_shared<std::vector<http::Responder>>();
            {
                std::unique_lock lock(mutex_);
                signal_.wait(lock, [this] { return !queue_.empty(); });
                batch->swap(queue_);
            }
            execute("BEGIN IMMEDIATE");
            for (std::size_t i = 0; i < batch->size(); ++i) {
                sqlite3_bind_int64(insert_, 1, static_cast<sqlite3_int64>(i % 100));
                sqlite3_bind_int64(insert_, 2, 1'700'000'000'000);
                sqlite3_bind_text(insert_,
                                  3,
                                  R"({"kind":"webhook","method":"POST","path":"/hooks/h"})",
                                  -1,
                                  SQLITE_STATIC);
                check(sqlite3_step(insert_), database_);
                sqlite3_reset(insert_);
            }
            execute("COMMIT");
            boost::asio::post(loop_, [batch] {
                for (auto& responder : *batch) {
                    responder(http::json_response(202, R"({"run":1,"decision":"started"})"));
                }
            });
        }
    }

    boost::asio::io_context& loop_;
    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    std::vector<http::Responder> gathered_;
    std::mutex mutex_;
    std::condition_variable signal_;
    std::vector<http::Responder> queue_;
    std::thread thread_;
};

// posix_spawn is vfork and exec; a pidfd tells when the child has ended.
void spawn_true(boost::asio::io_context& loop, http::Responder responder) {
    char program[] = "/bin/true";
    char* argv[] = {program, nullptr};
    pid_t pid = 0;
    if (::posix_spawn(&pid, program, nullptr, nullptr, argv, environ) != 0) {
        responder(http::text_response(500, "spawn"));
        return;
    }
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    auto descriptor = std::make_shared<boost::asio::posix::stream_descriptor>(loop, fd);
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    descriptor->async_wait(boost::asio::posix::descriptor_base::wait_read,
                           [descriptor, shared, pid](const boost::system::error_code&) {
                               ::waitpid(pid, nullptr, 0);
                               (*shared)(http::json_response(202, R"({"run":1})"));
                           });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bare_loop FILE.db [--spawn]\n");
        return 2;
    }
    ::signal(SIGPIPE, SIG_IGN);
    const bool spawns = argc > 2 && std::strcmp(argv[2], "--spawn") == 0;
    SystemClock clock;
    boost::asio::io_context loop(1);
    BareWriter writer(argv[1], loop);
    http::ServerOptions options;
    options.listen = *http::parse_tcp_endpoint("127.0.0.1:0");
    auto server =
        http::create_server(loop, clock, options, [&](http::Request, http::Responder responder) {
            if (spawns) {
                spawn_true(loop, std::move(responder));
            } else {
                writer.put(std::move(responder));
            }
        });
    if (!server) {
        std::fprintf(stderr, "%s\n", server.error().detail().c_str());
        return 1;
    }
    std::printf("%s\n",
                http::format_endpoint(std::get<http::TcpEndpoint>((*server)->endpoint())).c_str());
    std::fflush(stdout);
    loop.run();
    return 0;
}
