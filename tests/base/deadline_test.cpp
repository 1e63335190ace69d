#include "base/deadline.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <memory>
#include <stdexcept>

#include "tests/support/run_coroutine.hpp"

namespace aifp {
namespace {

namespace asio = boost::asio;
using testing::run_coroutine;

constexpr Milliseconds kLong = Seconds(100);
constexpr Milliseconds kShort(1);

/// Counts the objects that are alive: an object that is destroyed twice makes it negative.
struct Counted {
    explicit Counted(int* count) : alive(count) { ++*alive; }
    Counted(Counted&& other) noexcept : alive(other.alive) { ++*alive; }
    Counted(const Counted&) = delete;
    Counted& operator=(Counted&&) = delete;
    ~Counted() { --*alive; }
    int* alive;
};

asio::awaitable<void> pause(Milliseconds duration) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, duration);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<std::string> text_after(Milliseconds duration) {
    co_await pause(duration);
    co_return std::string("a text that is too long for the small string buffer");
}

asio::awaitable<Result<std::unique_ptr<int>>> result_at_once(bool is_good) {
    if (!is_good) {
        co_return fail(ErrorCode::unreachable, "no route");
    }
    co_return std::make_unique<int>(4);
}

asio::awaitable<int> throw_after(Milliseconds duration) {
    co_await pause(duration);
    throw std::runtime_error("broken");
}

asio::awaitable<Counted> counted_after(int* count, Milliseconds duration) {
    co_await pause(duration);
    co_return Counted(count);
}

/// Notices that it is cancelled, takes its time to clean up, and answers nevertheless.
asio::awaitable<int> end_late(bool* is_ended) {
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer timer(executor, kLong);
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await pause(Milliseconds(5));
    *is_ended = true;
    co_return 1;
}

TEST(WithDeadline, gives_the_value_of_work_that_is_in_time) {
    asio::io_context loop;
    const auto text = run_coroutine(loop, with_deadline(text_after(kShort), kLong));
    EXPECT_EQ(text.value(), "a text that is too long for the small string buffer");
}

TEST(WithDeadline, gives_timed_out_with_the_limit) {
    asio::io_context loop;
    const auto text = run_coroutine(loop, with_deadline(text_after(kLong), kShort));
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code(), ErrorCode::timed_out);
    EXPECT_EQ(text.error().detail(), "took longer than 1ms");
}

TEST(WithDeadline, does_not_wrap_a_result_twice) {
    asio::io_context loop;
    Result<std::unique_ptr<int>> good =
        run_coroutine(loop, with_deadline(result_at_once(true), kLong));
    EXPECT_EQ(*good.value(), 4);
    const auto bad = run_coroutine(loop, with_deadline(result_at_once(false), kLong));
    EXPECT_EQ(bad.error().detail(), "no route");
}

TEST(WithDeadline, takes_work_without_a_value) {
    asio::io_context loop;
    const Status in_time = run_coroutine(loop, with_deadline(pause(kShort), kLong));
    EXPECT_TRUE(in_time);
    const Status late = run_coroutine(loop, with_deadline(pause(kLong), kShort));
    EXPECT_EQ(late.error().code(), ErrorCode::timed_out);
}

TEST(WithDeadline, passes_an_exception_on_without_waiting_for_the_limit) {
    asio::io_context loop;
    EXPECT_THROW(run_coroutine(loop, with_deadline(throw_after(kShort), kLong)),
                 std::runtime_error);
}

TEST(WithDeadline, passes_an_exception_on_before_the_first_wait) {
    asio::io_context loop;
    auto work = []() -> asio::awaitable<int> {
        throw std::runtime_error("at once");
        co_return 1;
    };
    EXPECT_THROW(run_coroutine(loop, with_deadline(work(), kLong)), std::runtime_error);
}

TEST(WithDeadline, waits_until_cancelled_work_has_ended) {
    asio::io_context loop;
    bool is_ended = false;
    const auto result = run_coroutine(loop, with_deadline(end_late(&is_ended), kShort));
    EXPECT_TRUE(is_ended);
    EXPECT_EQ(result.error().code(), ErrorCode::timed_out);
}

TEST(WithDeadline, destroys_every_object_once) {
    asio::io_context loop;
    int alive = 0;
    {
        const auto result =
            run_coroutine(loop, with_deadline(counted_after(&alive, kShort), kLong));
        EXPECT_EQ(alive, 1);
    }
    EXPECT_FALSE(run_coroutine(loop, with_deadline(counted_after(&alive, kLong), kShort)));
    EXPECT_EQ(alive, 0);
}

TEST(WithDeadline, may_be_nested) {
    asio::io_context loop;
    const auto inner_first =
        run_coroutine(loop, with_deadline(with_deadline(text_after(kLong), kShort), kLong));
    EXPECT_EQ(inner_first.error().detail(), "took longer than 1ms");
    const auto outer_first =
        run_coroutine(loop, with_deadline(with_deadline(text_after(kLong), Seconds(50)), kShort));
    EXPECT_EQ(outer_first.error().detail(), "took longer than 1ms");
}

TEST(WithDeadline, with_no_time_left_still_ends_the_work) {
    asio::io_context loop;
    const auto result = run_coroutine(loop, with_deadline(text_after(kLong), Milliseconds(0)));
    EXPECT_EQ(result.error().code(), ErrorCode::timed_out);
}

/// Starts `work` and cancels it in the loop's next turn; gives what it threw.
template <class T>
std::exception_ptr thrown_when_cancelled(asio::awaitable<T> work, std::optional<T>* value) {
    asio::io_context loop;
    asio::cancellation_signal cancel;
    std::exception_ptr thrown;
    auto kept = testing::keep_value(std::move(work), value);
    asio::co_spawn(loop,
                   std::move(kept),
                   asio::bind_cancellation_slot(
                       cancel.slot(), [&thrown](std::exception_ptr error) { thrown = error; }));
    asio::steady_timer timer(loop, kShort);
    timer.async_wait(
        [&cancel](boost::system::error_code) { cancel.emit(asio::cancellation_type::terminal); });
    loop.run();
    return thrown;
}

TEST(WithDeadline, hands_the_cancelling_of_its_caller_to_the_work) {
    std::optional<Result<std::string>> value;
    auto thrown = thrown_when_cancelled(with_deadline(text_after(kLong), kLong), &value);
    EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
    EXPECT_FALSE(value);
}

TEST(WithDeadline, keeps_the_answer_of_work_that_was_cancelled_by_the_caller) {
    bool is_ended = false;
    std::optional<Result<int>> value;
    auto thrown = thrown_when_cancelled(with_deadline(end_late(&is_ended), kLong), &value);
    EXPECT_EQ(thrown, nullptr);
    ASSERT_TRUE(value);
    EXPECT_EQ(value->value(), 1);
}

}  // namespace
}  // namespace aifp
