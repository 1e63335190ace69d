#include "daemon/service_manager.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <cstring>
#include <future>
#include <thread>

#include "tests/support/temp_dir.hpp"

namespace aifp::daemon {
namespace {

constexpr Milliseconds kLongEnough(10'000);  // for what comes at once

/// What systemd holds at the other end of NOTIFY_SOCKET.
class NotifySocket {
public:
    NotifySocket()
        : path_((folder_.path() / "notify").native()),
          socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
        bound_ = ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    [[nodiscard]] bool is_bound() const { return bound_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    /// Whether something is there, or comes before the time is over.
    [[nodiscard]] bool hears_within(Milliseconds time) const {
        pollfd waited{socket_.get(), POLLIN, 0};
        return ::poll(&waited, 1, static_cast<int>(time.count())) > 0;
    }
    /// All that has come since the last call.
    [[nodiscard]] std::vector<std::string> take() const {
        std::vector<std::string> messages;
        char buffer[512];
        for (ssize_t size = 0; (size = ::recv(socket_.get(), buffer, sizeof buffer, 0)) > 0;) {
            messages.emplace_back(buffer, static_cast<std::size_t>(size));
        }
        return messages;
    }

private:
    testing::TempDir folder_;
    std::string path_;
    FileDescriptor socket_;
    bool bound_ = false;
};

class ServiceManagerTest : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(systemd_.is_bound()); }

    NotifySocket systemd_;
    SystemClock clock_;
    boost::asio::io_context loop_{1};
};

TEST_F(ServiceManagerTest, tells_each_state_by_its_word) {
    ServiceManager manager(loop_, clock_, systemd_.path(), std::nullopt);

    manager.tell_ready("running home");
    manager.tell_reloading();
    manager.tell_stopping();

    const auto said = systemd_.take();
    ASSERT_EQ(said.size(), 3U);
    EXPECT_EQ(said[0], "READY=1\nSTATUS=running home");
    EXPECT_EQ(said[1].rfind("RELOADING=1\nMONOTONIC_USEC=", 0), 0U) << said[1];
    EXPECT_EQ(said[2].rfind("STOPPING=1\n", 0), 0U) << said[2];
}

TEST_F(ServiceManagerTest, feeds_the_watchdog_while_the_loop_turns) {
    ServiceManager manager(loop_, clock_, systemd_.path(), Milliseconds(30));
    manager.tell_ready("up");

    loop_.run_for(Milliseconds(200));

    EXPECT_GE(systemd_.take().size(), 5U);
}

/// A loop that a thread of its own runs, as long as the object lives.
class TurningLoop {
public:
    explicit TurningLoop(boost::asio::io_context& loop)
        : loop_(loop), thread_([&loop] { loop.run(); }) {}
    TurningLoop(const TurningLoop&) = delete;
    TurningLoop& operator=(const TurningLoop&) = delete;
    ~TurningLoop() {
        loop_.stop();
        thread_.join();
    }

private:
    boost::asio::io_context& loop_;
    std::thread thread_;
};

// The process lives: this thread and that of the loop do, only the loop does not come round.
TEST_F(ServiceManagerTest, a_loop_that_stands_still_feeds_no_more) {
    constexpr Milliseconds kPatience(60);
    ServiceManager manager(loop_, clock_, systemd_.path(), kPatience);
    manager.tell_ready("up");
    static_cast<void>(systemd_.take());  // of before the loop turns
    std::promise<void> stalled;
    std::promise<void> let_go;
    std::atomic<bool> is_held{true};
    {
        const TurningLoop turning(loop_);
        ASSERT_TRUE(systemd_.hears_within(kLongEnough)) << "it turns";
        boost::asio::post(loop_, [&] {
            stalled.set_value();
            let_go.get_future().wait();
            is_held = false;
        });
        stalled.get_future().wait();
        static_cast<void>(systemd_.take());  // of before it stood still

        EXPECT_FALSE(systemd_.hears_within(5 * kPatience)) << systemd_.take().front();
        EXPECT_TRUE(is_held) << "for all of that time";
        let_go.set_value();
        EXPECT_TRUE(systemd_.hears_within(kLongEnough)) << "it goes on when the loop does";
        EXPECT_EQ(systemd_.take().front(), "WATCHDOG=1");
    }
}

TEST_F(ServiceManagerTest, without_a_service_manager_nothing_happens) {
    ServiceManager manager(loop_, clock_, "", Milliseconds(1'000));

    manager.tell_ready("up");
    manager.stop_feeding();

    EXPECT_GE(loop_.run_for(Milliseconds(20)), 1U) << "the cancelled timer";
    EXPECT_TRUE(systemd_.take().empty());
}

class ServiceEnvironmentTest : public ::testing::Test {
protected:
    void TearDown() override {
        for (const char* name : {"NOTIFY_SOCKET",
                                 "WATCHDOG_USEC",
                                 "WATCHDOG_PID",
                                 "LISTEN_PID",
                                 "LISTEN_FDS",
                                 "LISTEN_FDNAMES"}) {
            ::unsetenv(name);
        }
    }
    static void set(const char* name, const std::string& value) {
        ::setenv(name, value.c_str(), 1);
    }
};

TEST_F(ServiceEnvironmentTest, is_taken_so_that_no_child_sees_it) {
    set("NOTIFY_SOCKET", "/run/systemd/notify");
    set("WATCHDOG_USEC", "30000000");
    set("WATCHDOG_PID", std::to_string(::getpid()));

    const auto taken = take_service_environment();

    EXPECT_EQ(taken.notify_socket, "/run/systemd/notify");
    EXPECT_EQ(taken.watchdog, Milliseconds(30'000));
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    EXPECT_EQ(std::getenv("WATCHDOG_USEC"), nullptr);
}

TEST_F(ServiceEnvironmentTest, meant_for_another_process_is_not_for_us) {
    set("WATCHDOG_USEC", "30000000");
    set("WATCHDOG_PID", "1");
    set("LISTEN_PID", "1");
    set("LISTEN_FDS", "2");

    const auto taken = take_service_environment();

    EXPECT_FALSE(taken.watchdog);
    EXPECT_TRUE(taken.sockets.empty());
}

TEST_F(ServiceEnvironmentTest, nonsense_is_as_good_as_nothing) {
    set("WATCHDOG_USEC", "soon");
    set("LISTEN_PID", std::to_string(::getpid()));
    set("LISTEN_FDS", "100000");

    const auto taken = take_service_environment();

    EXPECT_FALSE(taken.watchdog);
    EXPECT_TRUE(taken.sockets.empty());
}

}  // namespace
}  // namespace aifp::daemon
