#include "helpers/workflow/connect_probe.hpp"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

namespace aifp::helpers::workflow {
namespace {

using boost::asio::ip::tcp;

constexpr std::size_t kMaxAtOnce = 16;

/// All probes of one question.
struct Round {
    std::vector<HostProbe> probes;
    std::size_t open = 0;
    std::function<void(std::vector<HostProbe>)> done;
};

/// One connection attempt; lives as long as its callbacks.
class Attempt : public std::enable_shared_from_this<Attempt> {
public:
    Attempt(const boost::asio::any_io_executor& executor,
            std::shared_ptr<Round> round,
            std::size_t index)
        : resolver_(executor),
          socket_(executor),
          timer_(executor),
          round_(std::move(round)),
          index_(index) {}

    void begin(Milliseconds limit) {
        const auto& name = round_->probes[index_].host;
        const auto colon = name.rfind(':');
        timer_.expires_after(limit);
        timer_.async_wait(
            [self = shared_from_this(), limit](const boost::system::error_code& error) {
                if (!error) {
                    self->finish(fmt::format("no answer within {} ms", limit.count()));
                }
            });
        resolver_.async_resolve(
            name.substr(0, colon),
            colon == std::string::npos ? "80" : name.substr(colon + 1),
            [self = shared_from_this()](const boost::system::error_code& error,
                                        const tcp::resolver::results_type& found) {
                if (error) {
                    self->finish(error.message());
                } else if (!self->is_over_) {
                    self->connect(found);
                }
            });
    }

private:
    void connect(const tcp::resolver::results_type& found) {
        boost::asio::async_connect(
            socket_,
            found,
            [self = shared_from_this()](const boost::system::error_code& error,
                                        const tcp::endpoint&) {
                self->finish(error ? error.message() : "");
            });
    }

    void finish(std::string problem) {
        if (std::exchange(is_over_, true)) {
            return;
        }
        boost::system::error_code ignored;
        timer_.cancel();
        resolver_.cancel();
        socket_.close(ignored);
        round_->probes[index_].problem = std::move(problem);
        if (--round_->open == 0) {
            round_->done(std::move(round_->probes));
        }
    }

    tcp::resolver resolver_;
    tcp::socket socket_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<Round> round_;
    std::size_t index_;
    bool is_over_ = false;
};

}  // namespace

void probe_hosts(const boost::asio::any_io_executor& executor,
                 std::vector<std::string> hosts,
                 Milliseconds limit,
                 std::function<void(std::vector<HostProbe>)> done) {
    auto round = std::make_shared<Round>();
    round->done = std::move(done);
    for (auto& host : hosts) {
        round->probes.push_back({std::move(host), ""});
    }
    round->open = std::min(round->probes.size(), kMaxAtOnce);
    for (std::size_t i = kMaxAtOnce; i < round->probes.size(); ++i) {
        round->probes[i].problem = "not asked: there are too many";
    }
    if (round->open == 0) {
        boost::asio::post(executor, [round] { round->done(std::move(round->probes)); });
        return;
    }
    for (std::size_t i = 0; i < std::min(round->probes.size(), kMaxAtOnce); ++i) {
        std::make_shared<Attempt>(executor, round, i)->begin(limit);
    }
}

}  // namespace aifp::helpers::workflow
