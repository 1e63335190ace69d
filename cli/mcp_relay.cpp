#include "cli/mcp_relay.hpp"

#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>

namespace aifp::cli {
namespace {

/// After the end of the input: how long the daemon may be silent before we go.
constexpr int kLastAnswersMs = 5'000;

/// One direction.
struct Pipe {
    int from;
    int to;
    std::array<char, 65'536> bytes{};
    std::size_t begin = 0;
    std::size_t end = 0;
    bool ended = false;  ///< Nothing more comes from `from`.

    [[nodiscard]] bool is_empty() const noexcept { return begin == end; }

    void read_some() {
        const auto got = ::read(from, bytes.data(), bytes.size());
        if (got > 0) {
            begin = 0;
            end = static_cast<std::size_t>(got);
        } else if (got == 0 || errno != EINTR) {
            ended = true;
        }
    }

    /// False: the other side is gone.
    [[nodiscard]] bool write_some() {
        // After POLLOUT a pipe takes PIPE_BUF bytes without blocking (pipe(7)).
        const auto count = std::min<std::size_t>(end - begin, PIPE_BUF);
        const auto put = ::write(to, bytes.data() + begin, count);
        if (put > 0) {
            begin += static_cast<std::size_t>(put);
        }
        return put >= 0 || errno == EINTR || errno == EAGAIN;
    }
};

short events_if(bool wanted, short events) {
    return static_cast<short>(wanted ? events : 0);
}

}  // namespace

bool blocking_relay(int input, int output, int socket) {
    std::signal(SIGPIPE, SIG_IGN);
    Pipe up{input, socket};
    Pipe down{socket, output};
    bool told_end = false;
    while (!down.ended || !down.is_empty()) {
        if (up.ended && up.is_empty() && !told_end) {
            ::shutdown(socket, SHUT_WR);
            told_end = true;
        }
        std::array<pollfd, 3> watched{
            pollfd{up.ended || !up.is_empty() ? -1 : input, POLLIN, 0},
            pollfd{socket,
                   static_cast<short>(events_if(down.is_empty() && !down.ended, POLLIN) |
                                      events_if(!up.is_empty(), POLLOUT)),
                   0},
            pollfd{down.is_empty() ? -1 : output, POLLOUT, 0}};
        const int ready = ::poll(watched.data(), watched.size(), told_end ? kLastAnswersMs : -1);
        if (ready == 0) {
            break;
        }
        if (ready < 0) {
            continue;  // A signal.
        }
        if (watched[0].revents != 0) {
            up.read_some();
        }
        if ((watched[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && down.is_empty()) {
            down.read_some();
        }
        if ((watched[1].revents & POLLOUT) != 0 && !up.write_some()) {
            down.ended = true;
        }
        if (watched[2].revents != 0 && !down.write_some()) {
            return true;  // Nobody reads what we say.
        }
    }
    return told_end;
}

}  // namespace aifp::cli
