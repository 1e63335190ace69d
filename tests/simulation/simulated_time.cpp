#include "tests/simulation/simulated_time.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aifp::simulation {

namespace {

struct Machine {
    MonoTime mono{std::chrono::hours(1)};
    int timer_fd = -1;
    std::optional<MonoTime> next_timer;
    bool is_ringing = false;
    std::vector<int> watch_fds;
};
Machine machine;

// The loop's timer is an event of ours: a real one would ring a little later each time.
int set_bell(int fd, bool rings) noexcept {
    if (std::exchange(machine.is_ringing, rings) == rings) {
        return 0;
    }
    eventfd_t ignored = 0;
    return rings ? ::eventfd_write(fd, 1) : ::eventfd_read(fd, &ignored);
}

}  // namespace

SimulatedTime::SimulatedTime(WallTime start) : wall_(start) {
    machine = {};  // equal seeds begin at equal times, whatever was before
}

MonoTime SimulatedTime::mono() const {
    return machine.mono;
}

void SimulatedTime::advance(MonoTime::duration duration) {
    machine.mono += duration;
    rest_ += duration;
    const auto whole = std::chrono::floor<Milliseconds>(rest_);
    wall_ += whole;
    rest_ -= whole;
}

std::optional<MonoTime> SimulatedTime::next_timer() {
    return machine.next_timer;
}

void SimulatedTime::ring_timer() {
    machine.next_timer.reset();
    set_bell(machine.timer_fd, true);
}

void SimulatedTime::forget_timer() {
    machine.next_timer.reset();
    machine.is_ringing = false;
    machine.timer_fd = -1;
    machine.watch_fds.clear();
}

// One that was closed may be anything by now: only what is an event still is rung.
void tell_folder_changed() {
    for (const int fd : machine.watch_fds) {
        std::array<char, 64> target{};
        const auto link = "/proc/self/fd/" + std::to_string(fd);
        const auto length = ::readlink(link.c_str(), target.data(), target.size());
        if (length > 0 && std::string_view(target.data(), static_cast<std::size_t>(length)) ==
                              "anon_inode:[eventfd]") {
            static_cast<void>(::eventfd_write(fd, 1));
        }
    }
}

// std::chrono::steady_clock::now(), by the name that the linker knows.
MonoTime simulated_now() noexcept asm("_ZNSt6chrono3_V212steady_clock3nowEv");
MonoTime simulated_now() noexcept {
    return machine.mono;
}

}  // namespace aifp::simulation

// The loop (Boost.Asio) makes its one timer by this ...
extern "C" int timerfd_create(clockid_t /*clock*/, int /*flags*/) noexcept {
    return ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

// ... and sets it by this.
extern "C" int timerfd_settime(int fd,
                               int flags,
                               const itimerspec* spec,
                               itimerspec* /*before*/) noexcept {
    using namespace aifp::simulation;
    machine.timer_fd = fd;
    if ((flags & TFD_TIMER_ABSTIME) != 0) {
        machine.next_timer = machine.mono;
        return set_bell(fd, true);
    }
    const auto after = std::chrono::seconds(spec->it_value.tv_sec) +
                       std::chrono::nanoseconds(spec->it_value.tv_nsec);
    machine.next_timer = machine.mono + after;
    return set_bell(fd, false);
}

// The engine's watcher takes this descriptor for inotify's.
extern "C" int inotify_init1(int /*flags*/) noexcept {
    using namespace aifp::simulation;
    machine.watch_fds.push_back(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    return machine.watch_fds.back();
}

extern "C" int inotify_add_watch(int /*fd*/,
                                 const char* /*path*/,
                                 std::uint32_t /*mask*/) noexcept {
    return 1;
}

// What this computer has to do just now is nothing that a seed knows: its figures go into traces.
extern "C" int open(const char* path, int flags, ...) {
    std::va_list more;
    va_start(more, flags);
    const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : mode_t{0};
    va_end(more);
    if (std::string_view(path).starts_with("/proc/")) {
        errno = ENOENT;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

extern "C" int statvfs(const char* /*path*/, struct statvfs* /*facts*/) noexcept {
    errno = ENOSYS;
    return -1;
}
