#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <string>

#include "http/client.hpp"
#include "http/client_link.hpp"

namespace aifp::http {

/// Connections kept for the next request to the same place: bounded in all, per place, and in
/// time. Private to the room; loop thread only; owned by the client.
class LinkPool {
public:
    LinkPool(boost::asio::io_context& loop, const Clock& clock, const ClientOptions& options)
        : clock_(clock), options_(options), timer_(loop) {}

    /// The youngest kept connection to `place` that still looks alive, or null.
    [[nodiscard]] std::shared_ptr<Link> take(const std::string& place);
    void keep(const std::string& place, std::shared_ptr<Link> link);
    [[nodiscard]] std::size_t size() const noexcept { return idle_.size(); }

private:
    struct Idle {
        std::string place;
        std::shared_ptr<Link> link;
        MonoTime since;
    };
    void close_old();
    void close_old_later();

    const Clock& clock_;
    const ClientOptions& options_;
    boost::asio::steady_timer timer_;
    std::deque<Idle> idle_;  ///< Oldest first.
    bool waiting_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace aifp::http
