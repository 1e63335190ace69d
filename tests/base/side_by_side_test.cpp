#include "base/side_by_side.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/deadline.hpp"
#include "tests/support/run_coroutine.hpp"

namespace aifp {
namespace {

namespace asio = boost::asio;
using testing::run_coroutine;

/// What a test looks at: how many jobs are under way, and which were begun.
struct Yard {
    std::string begun;
    std::string ended;
    int now = 0;
    int most = 0;
};

asio::awaitable<void> work(Yard* yard, char name, Milliseconds duration) {
    yard->begun += name;
    yard->most = std::max(yard->most, ++yard->now);
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, duration);
    co_await timer.async_wait(asio::use_awaitable);
    --yard->now;
    yard->ended += name;
}

asio::awaitable<void> throw_at_once(Yard* yard) {
    yard->begun += 'x';
    throw std::runtime_error("broken");
    co_return;
}

Job job(Yard& yard, char name, Milliseconds duration = Milliseconds(1)) {
    return [&yard, name, duration] { return work(&yard, name, duration); };
}

TEST(SideBySide, begins_jobs_in_their_order_and_never_more_than_allowed) {
    asio::io_context loop{1};
    Yard yard;
    std::vector<Job> jobs;
    for (char name = 'a'; name <= 'j'; ++name) {
        jobs.push_back(job(yard, name));
    }
    run_coroutine(loop, side_by_side(std::move(jobs), 4));
    EXPECT_EQ(yard.begun, "abcdefghij");
    EXPECT_EQ(yard.ended.size(), 10U);
    EXPECT_EQ(yard.most, 4);
}

TEST(SideBySide, takes_one_after_another_where_one_at_a_time_is_asked_for) {
    asio::io_context loop{1};
    Yard yard;
    run_coroutine(loop, side_by_side({job(yard, 'a'), job(yard, 'b')}, 0));
    EXPECT_EQ(yard.ended, "ab");
    EXPECT_EQ(yard.most, 1);
}

TEST(SideBySide, has_nothing_to_do_without_jobs) {
    asio::io_context loop{1};
    run_coroutine(loop, side_by_side({}, 4));
}

TEST(SideBySide, gives_an_exception_back_once_the_others_have_ended) {
    asio::io_context loop{1};
    Yard yard;
    std::vector<Job> jobs{[&yard] { return throw_at_once(&yard); }, job(yard, 'a'), job(yard, 'b')};
    EXPECT_THROW(run_coroutine(loop, side_by_side(std::move(jobs), 2)), std::runtime_error);
    EXPECT_EQ(yard.ended, "ab");
}

TEST(SideBySide, begins_nothing_more_once_it_is_cancelled) {
    asio::io_context loop{1};
    Yard yard;
    std::vector<Job> jobs{
        job(yard, 'a', Seconds(100)), job(yard, 'b'), job(yard, 'c', Seconds(100)), job(yard, 'd')};
    const auto ended =
        run_coroutine(loop, with_deadline(side_by_side(std::move(jobs), 2), Milliseconds(20)));
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code(), ErrorCode::timed_out);
    EXPECT_EQ(yard.ended, "b");
    EXPECT_EQ(yard.begun, "abc");
}

}  // namespace
}  // namespace aifp
