#include "base/run_on.hpp"

#include <gtest/gtest.h>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/system/system_error.hpp>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

#include "base/result.hpp"
#include "tests/support/run_coroutine.hpp"

namespace aifp {
namespace {

namespace asio = boost::asio;
using testing::run_coroutine;

/// Neither copied nor default constructed: what run_on must carry nevertheless.
struct Parcel {
    explicit Parcel(int number) : content(std::make_unique<int>(number)) {}
    std::unique_ptr<int> content;
};

class RunOn : public ::testing::Test {
protected:
    ~RunOn() override { pool_.join(); }

    asio::thread_pool pool_{1};
    asio::io_context loop_;
};

asio::awaitable<std::pair<std::thread::id, std::thread::id>> find_threads(
    asio::any_io_executor pool) {
    const auto job_thread = co_await run_on(pool, [] { return std::this_thread::get_id(); });
    co_return std::make_pair(job_thread, std::this_thread::get_id());
}

TEST_F(RunOn, works_elsewhere_and_comes_back) {
    const auto [job, caller] = run_coroutine(loop_, find_threads(pool_.get_executor()));
    EXPECT_NE(job, std::this_thread::get_id());
    EXPECT_EQ(caller, std::this_thread::get_id());
}

TEST_F(RunOn, carries_a_value_without_default_constructor) {
    auto parcel = run_coroutine(loop_, run_on(pool_.get_executor(), [] { return Parcel(7); }));
    EXPECT_EQ(*parcel.content, 7);
}

TEST_F(RunOn, carries_a_job_that_can_only_be_moved) {
    auto number = std::make_unique<int>(5);
    auto job = [number = std::move(number)] { return *number + 1; };
    EXPECT_EQ(run_coroutine(loop_, run_on(pool_.get_executor(), std::move(job))), 6);
}

TEST_F(RunOn, runs_a_job_without_a_value) {
    int done = 0;
    run_coroutine(loop_, run_on(pool_.get_executor(), [&done] { done = 1; }));
    EXPECT_EQ(done, 1);
}

TEST_F(RunOn, carries_an_error_of_the_job) {
    auto job = []() -> Result<Parcel> { return fail(ErrorCode::io_failure, "disk full"); };
    const auto result = run_coroutine(loop_, run_on(pool_.get_executor(), job));
    EXPECT_EQ(result.error().detail(), "disk full");
}

TEST_F(RunOn, throws_here_what_the_job_threw) {
    auto job = []() -> int { throw std::runtime_error("broken"); };
    EXPECT_THROW(run_coroutine(loop_, run_on(pool_.get_executor(), job)), std::runtime_error);
}

TEST_F(RunOn, works_on_the_loop_itself) {
    EXPECT_EQ(run_coroutine(loop_, run_on(loop_.get_executor(), [] { return 3; })), 3);
}

TEST_F(RunOn, delivers_the_value_of_a_job_that_is_cancelled_while_it_runs) {
    asio::cancellation_signal cancel;
    std::promise<void> begun;
    std::promise<void> finish;
    auto job = [&] {
        begun.set_value();
        finish.get_future().wait();
        return 9;
    };
    std::optional<int> value;
    auto kept = testing::keep_value(run_on(pool_.get_executor(), job), &value);
    asio::co_spawn(loop_,
                   std::move(kept),
                   asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
    asio::post(loop_, [&] {
        begun.get_future().wait();
        cancel.emit(asio::cancellation_type::terminal);
        finish.set_value();
    });
    loop_.run();
    EXPECT_EQ(value, 9);
}

asio::awaitable<void> cancel_then_run(asio::any_io_executor pool,
                                      asio::cancellation_signal* cancel,
                                      bool* is_run) {
    cancel->emit(asio::cancellation_type::terminal);
    *is_run = co_await run_on(pool, [] { return true; });
}

TEST_F(RunOn, does_not_start_for_a_caller_that_was_cancelled_before) {
    asio::cancellation_signal cancel;
    bool is_run = false;
    std::exception_ptr thrown;
    const auto executor = loop_.get_executor();
    auto work = cancel_then_run(pool_.get_executor(), &cancel, &is_run);
    auto after_a_turn = [](asio::awaitable<void> rest) -> asio::awaitable<void> {
        const auto here = co_await asio::this_coro::executor;
        co_await asio::post(here, asio::use_awaitable);
        co_await std::move(rest);
    };
    asio::co_spawn(executor,
                   after_a_turn(std::move(work)),
                   asio::bind_cancellation_slot(
                       cancel.slot(), [&thrown](std::exception_ptr error) { thrown = error; }));
    loop_.run();
    EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
    EXPECT_FALSE(is_run);
}

}  // namespace
}  // namespace aifp
