#include "scheduler/flow_limits.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace aifp::scheduler {
namespace {

using model::Reason;

WallTime at(std::int64_t seconds) {
    return WallTime(Seconds(1'000'000 + seconds));
}

FlowLimits throttle(int seconds) {
    return {.throttle = Seconds(seconds), .cooldown = {}, .rate = {}};
}

FlowLimits window(std::uint32_t count, int seconds) {
    return {.throttle = {}, .cooldown = {}, .rate = Rate{count, Seconds(seconds)}};
}

FlowLimits bucket(std::uint32_t count, int seconds, std::uint32_t burst) {
    return {.throttle = {}, .cooldown = {}, .rate = Rate{count, Seconds(seconds), burst}};
}

std::optional<WallTime> free_at(const FlowLimits& limits, const FlowMark& mark, WallTime now) {
    const auto block = find_block(limits, mark, now);
    return block ? std::optional(block->until) : std::nullopt;
}

// Which of these seconds start something.
std::vector<int> starts_of(const FlowLimits& limits, const std::vector<int>& seconds) {
    FlowMark mark;
    std::vector<int> started;
    for (const int second : seconds) {
        if (!find_block(limits, mark, at(second))) {
            note_start(limits, mark, at(second));
            started.push_back(second);
        }
    }
    return started;
}

TEST(FlowLimits, throttle_keeps_the_distance_between_starts) {
    EXPECT_EQ(starts_of(throttle(10), {0, 3, 9, 10, 19, 25}), (std::vector<int>{0, 10, 25}));
    FlowMark mark;
    note_start(throttle(10), mark, at(0));
    const auto block = find_block(throttle(10), mark, at(3));
    ASSERT_TRUE(block);
    EXPECT_EQ(block->reason, Reason::throttled);
    EXPECT_EQ(block->until, at(10));
}

TEST(FlowLimits, a_run_that_was_let_in_keeps_its_distance_to_what_began_before_it) {
    const FlowLimits limits{.throttle = Seconds(10), .cooldown = Seconds(30), .rate = {}};
    FlowMark mark;
    note_start(limits, mark, at(0));
    note_begin(mark, at(0));
    note_start(limits, mark, at(12));  // waits for its turn
    EXPECT_FALSE(find_turn_block(limits, mark, at(13)));
    note_begin(mark, at(13));
    EXPECT_EQ(find_turn_block(limits, mark, at(20))->until, at(23));
    EXPECT_EQ(free_at(limits, mark, at(22)), at(23)) << "nothing is let in so soon after it";
    note_end(mark, at(25));
    EXPECT_EQ(find_turn_block(limits, mark, at(25))->until, at(55));
}

TEST(FlowLimits, what_does_not_begin_after_all_counts_no_more) {
    FlowMark mark;
    note_start(throttle(10), mark, at(0));
    note_begin(mark, at(0));
    note_start(throttle(10), mark, at(12));
    give_back(throttle(10), mark, at(12));
    EXPECT_FALSE(find_block(throttle(10), mark, at(13)));
    for (const auto& limits : {window(1, 60), bucket(1, 60, 1)}) {
        FlowMark counted;
        note_start(limits, counted, at(0));
        ASSERT_TRUE(find_block(limits, counted, at(1)));
        give_back(limits, counted, at(0));
        EXPECT_FALSE(find_block(limits, counted, at(1)));
    }
}

TEST(FlowLimits, cooldown_counts_from_the_end) {
    const FlowLimits limits{.throttle = {}, .cooldown = Seconds(60), .rate = {}};
    FlowMark mark;
    note_start(limits, mark, at(0));
    EXPECT_FALSE(find_block(limits, mark, at(1))) << "the mode says what happens while it runs";
    note_end(mark, at(5));
    const auto block = find_block(limits, mark, at(6));
    ASSERT_TRUE(block);
    EXPECT_EQ(block->reason, Reason::cooldown);
    EXPECT_EQ(block->until, at(65));
    EXPECT_FALSE(find_block(limits, mark, at(65)));
}

TEST(FlowLimits, a_rate_without_burst_is_a_window) {
    EXPECT_EQ(starts_of(window(2, 10), {0, 6, 9, 10, 11, 16}), (std::vector<int>{0, 6, 10, 16}));
}

TEST(FlowLimits, a_rate_with_burst_is_a_bucket) {
    // One token every ten seconds, three of them at most.
    EXPECT_EQ(starts_of(bucket(6, 60, 3), {0, 1, 2, 3, 9, 10, 11, 20, 60, 61, 62, 63}),
              (std::vector<int>{0, 1, 2, 10, 20, 60, 61, 62}));
    FlowMark mark;
    for (int i = 0; i < 3; ++i) {
        note_start(bucket(6, 60, 3), mark, at(0));
    }
    EXPECT_EQ(free_at(bucket(6, 60, 3), mark, at(1)), at(10));
}

TEST(FlowLimits, the_first_limit_that_forbids_is_told) {
    FlowLimits limits = window(1, 100);
    limits.throttle = Seconds(10);
    FlowMark mark;
    note_start(limits, mark, at(0));
    EXPECT_EQ(find_block(limits, mark, at(1))->reason, Reason::throttled);
    EXPECT_EQ(find_block(limits, mark, at(11))->reason, Reason::rate_limited);
}

TEST(FlowLimits, a_clock_set_back_holds_nothing_up_for_longer_than_the_limit) {
    for (const auto& limits : {throttle(10), window(1, 10), bucket(1, 10, 1)}) {
        FlowMark mark;
        note_start(limits, mark, at(5'000));
        const auto until = free_at(limits, mark, at(0));
        ASSERT_TRUE(until);
        EXPECT_LE(*until, at(10));
    }
}

TEST(FlowLimits, a_mark_is_void_when_it_forbids_nothing_more) {
    FlowLimits limits = throttle(10);
    limits.cooldown = Seconds(30);
    FlowMark mark;
    note_start(limits, mark, at(0));
    EXPECT_EQ(void_from(limits, mark), at(10));
    note_end(mark, at(2));
    EXPECT_EQ(void_from(limits, mark), at(32));
    EXPECT_FALSE(find_block(limits, mark, at(32)));
}

TEST(FlowLimits, jitter_stays_below_its_maximum) {
    const model::Jitter random{.max = Milliseconds(500), .fixed = false};
    const model::Jitter fixed{.max = Milliseconds(500), .fixed = true};
    EXPECT_EQ(jitter_pause(random, "lamp", 499), Milliseconds(499));
    EXPECT_EQ(jitter_pause(random, "lamp", 500), Milliseconds(0));
    EXPECT_EQ(jitter_pause(fixed, "lamp", 1), jitter_pause(fixed, "lamp", 2));
    EXPECT_NE(jitter_pause(fixed, "lamp", 1), jitter_pause(fixed, "heater", 1));
    EXPECT_LT(jitter_pause(fixed, "lamp", 1), Milliseconds(500));
    EXPECT_EQ(jitter_pause(model::Jitter{}, "lamp", 7), Milliseconds(0));
}

TEST(PlaceWithin, is_where_all_starts_of_the_host_fall_together) {
    const auto at = [](std::int64_t ms) { return from_unix_ms(ms); };
    constexpr std::uint64_t host = 17'250;
    EXPECT_EQ(place_within(at(0), Seconds(60), host), at(17'250));
    EXPECT_EQ(place_within(at(17'250), Seconds(60), host), at(17'250)) << "the moment itself";
    EXPECT_EQ(place_within(at(17'251), Seconds(60), host), at(77'250));
    EXPECT_EQ(place_within(at(0), Seconds(59), host), at(7'250)) << "the grid of 10 s";
    EXPECT_EQ(place_within(at(5), Milliseconds(1), host), at(5));
    EXPECT_EQ(place_within(at(-100'000), Seconds(60), host), at(-42'750)) << "before 1970";
    EXPECT_EQ(place_within(at(0), std::chrono::hours(24 * 366), host), at(17'250));
}

RC_GTEST_PROP(PlaceWithin, lies_in_the_window_on_a_point_of_all_narrower_ones, ()) {
    const WallTime from = from_unix_ms(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000));
    const Milliseconds wide(*rc::gen::inRange<std::int64_t>(1, 200'000'000));
    const Milliseconds narrow(*rc::gen::inRange<std::int64_t>(1, wide.count() + 1));
    const auto host = *rc::gen::arbitrary<std::uint64_t>();
    const auto placed = place_within(from, wide, host);
    RC_ASSERT(placed >= from);
    RC_ASSERT(placed < from + wide);
    RC_ASSERT(place_within(placed, narrow, host) == placed);
}

std::vector<int> rising_seconds() {
    auto seconds = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 300));
    std::sort(seconds.begin(), seconds.end());
    return seconds;
}

RC_GTEST_PROP(FlowLimitsProperty, no_window_holds_more_than_its_count, ()) {
    const auto count = static_cast<std::uint32_t>(*rc::gen::inRange(1, 6));
    const int period = *rc::gen::inRange(1, 60);
    const auto started = starts_of(window(count, period), rising_seconds());
    for (std::size_t i = count; i < started.size(); ++i) {
        RC_ASSERT(started[i] - started[i - count] >= period);
    }
}

RC_GTEST_PROP(FlowLimitsProperty, a_bucket_gives_no_more_than_burst_and_rate, ()) {
    const auto count = static_cast<std::uint32_t>(*rc::gen::inRange(1, 6));
    const auto burst = static_cast<std::uint32_t>(*rc::gen::inRange(1, 6));
    const int period = *rc::gen::inRange(6, 60);
    const auto started = starts_of(bucket(count, period, burst), rising_seconds());
    for (std::size_t first = 0; first < started.size(); ++first) {
        for (std::size_t last = first; last < started.size(); ++last) {
            const double tokens = burst + double(started[last] - started[first]) * count / period;
            RC_ASSERT(double(last - first + 1) <= tokens + 0.01);
        }
    }
}

// What was written down limits exactly as what was in memory.
RC_GTEST_PROP(FlowLimitsProperty, a_mark_comes_back_from_its_text, ()) {
    FlowLimits limits = *rc::gen::element(window(3, 60), bucket(6, 60, 3), throttle(10));
    limits.cooldown = Seconds(5);
    FlowMark mark;
    for (const int second : rising_seconds()) {
        note_start(limits, mark, at(second));
        if (second % 2 == 0) {
            note_end(mark, at(second + 1));
        }
    }
    const auto again = mark_from(to_text(mark));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == mark);
}

TEST(FlowLimits, a_text_of_something_else_is_no_mark) {
    EXPECT_FALSE(mark_from(""));
    EXPECT_FALSE(mark_from("[1]"));
    EXPECT_TRUE(mark_from("{}"));
}

}  // namespace
}  // namespace aifp::scheduler
