#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace aifp {

/// Work on many things that must not hold up the loop: so many in each turn, others in between.
/// Loop thread only; keeps itself alive until it is through.
class InTurns : public std::enable_shared_from_this<InTurns> {
public:
    struct Work {
        std::size_t count = 0;
        std::size_t per_turn = 1;  ///< What 5 ms are enough for, on a slow machine too.
        std::function<void(std::size_t index)> each;
        std::function<void()> done;  ///< Called once, after the last.
        /// Asked before each turn; false ends it all without `done`. Empty: it goes on.
        std::function<bool()> is_wanted = {};
    };

    /// The first turn is taken at once: little work is done when this returns.
    static void begin(boost::asio::any_io_executor executor, Work work) {
        std::shared_ptr<InTurns>(new InTurns(std::move(executor), std::move(work)))->turn();
    }

private:
    InTurns(boost::asio::any_io_executor executor, Work work)
        : executor_(std::move(executor)), work_(std::move(work)) {}

    void turn() {
        if (work_.is_wanted && !work_.is_wanted()) {
            return;
        }
        for (std::size_t i = 0; i < work_.per_turn && next_ < work_.count; ++i) {
            work_.each(next_++);
        }
        if (next_ == work_.count) {
            work_.done();
        } else {
            boost::asio::post(executor_, [self = shared_from_this()] { self->turn(); });
        }
    }

    boost::asio::any_io_executor executor_;
    Work work_;
    std::size_t next_ = 0;
};

}  // namespace aifp
