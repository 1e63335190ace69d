#include "base/side_by_side.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <tuple>
#include <utility>

namespace aifp {
namespace {

namespace asio = boost::asio;

struct Line {
    std::vector<Job> jobs;
    std::size_t next = 0;
};

// The exceptions are kept here: those of a group are lost when it is cancelled.
asio::awaitable<void> work_off(Line* line, std::exception_ptr* failure) {
    try {
        while (line->next < line->jobs.size()) {
            asio::awaitable<void> work = line->jobs[line->next++]();
            co_await std::move(work);
        }
    } catch (...) {
        *failure = std::current_exception();
    }
    // co_spawn's last step is an await of its own: it must not throw because of the cancelling.
    co_await asio::this_coro::throw_if_cancelled(false);
}

}  // namespace

asio::awaitable<void> side_by_side(std::vector<Job> jobs, std::size_t at_once) {
    const auto executor = co_await asio::this_coro::executor;
    Line line;
    line.jobs = std::move(jobs);
    const std::size_t workers =
        std::min(line.jobs.size(), std::max<std::size_t>(at_once, std::size_t(1)));
    if (workers == 0) {
        co_return;
    }
    std::vector<std::exception_ptr> failures(workers);
    using Work = decltype(asio::co_spawn(executor, work_off(nullptr, nullptr), asio::deferred));
    std::vector<Work> works;
    works.reserve(workers);
    for (std::exception_ptr& failure : failures) {
        works.push_back(asio::co_spawn(executor, work_off(&line, &failure), asio::deferred));
    }
    auto group = asio::experimental::make_parallel_group(std::move(works));
    const asio::experimental::wait_for_all all;
    static_cast<void>(co_await group.async_wait(all, asio::use_awaitable));
    for (const std::exception_ptr& failure : failures) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }
}

}  // namespace aifp
