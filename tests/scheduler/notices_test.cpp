#include "scheduler/notices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aifp::scheduler {
namespace {

using model::NoticeEvent;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr Milliseconds kMinute{60'000};
const WallTime kStart = from_unix_ms(1'767'276'120'000);  // 2026-01-01 14:02 UTC

class NoticesOf : public ::testing::Test {
protected:
    void SetUp() override {
        rules.events.emplace().set();
        rules.channel = "phone";
        rules.digest = 15 * kMinute;
    }
    void happens(NoticeEvent event, std::string detail = {}, std::int64_t directive = 1) {
        notices.happened({event,
                          DirectiveId{directive},
                          "lamp" + (directive == 1 ? "" : std::to_string(directive)),
                          now,
                          LedgerId{++last_run},
                          std::move(detail)},
                         rules);
    }
    std::vector<Notice> take() { return notices.take(now, TimeZone::utc()); }
    /// What is told when time has passed; everything arrives.
    std::vector<std::string> told_after(Milliseconds time) {
        std::vector<std::string> texts;
        const auto end = now + time;
        while (notices.next_due() && *notices.next_due() <= end) {
            now = std::max(now, *notices.next_due());
            for (const auto& notice : take()) {
                texts.push_back(notice.text);
                notices.sent(notice);
            }
        }
        now = end;
        return texts;
    }

    Notices notices;
    model::NoticeRules rules;
    WallTime now = kStart;
    std::int64_t last_run = 0;
};

TEST_F(NoticesOf, a_failure_is_told_within_a_second) {
    happens(NoticeEvent::failure, "run 1: no answer");

    EXPECT_THAT(take(), IsEmpty());
    EXPECT_THAT(told_after(Notices::kGather),
                ElementsAre("lamp failed at 14:02: run 1: no answer"));
}

TEST_F(NoticesOf, repeats_are_told_once_with_their_count) {
    happens(NoticeEvent::failure, "first");
    const auto first = told_after(kMinute);
    happens(NoticeEvent::failure, "second");
    const auto within = told_after(kMinute);
    happens(NoticeEvent::failure, "third");

    EXPECT_EQ(first.size(), 1U);
    EXPECT_THAT(within, IsEmpty());
    EXPECT_THAT(told_after(15 * kMinute),
                ElementsAre("lamp failed 3 times in a row since 14:02, the last time at 14:04: "
                            "third"));
    EXPECT_THAT(told_after(60 * kMinute), IsEmpty());
}

TEST_F(NoticesOf, a_recovery_says_what_it_recovered_from) {
    happens(NoticeEvent::failure);
    happens(NoticeEvent::failure);
    static_cast<void>(told_after(2 * kMinute));
    happens(NoticeEvent::recovery);

    EXPECT_THAT(told_after(kMinute),
                ElementsAre("lamp works again since 14:04, after 2 failures in a row since 14:02"));
    EXPECT_EQ(notices.streak_of(DirectiveId{1}), nullptr);
}

TEST_F(NoticesOf, a_run_that_ends_well_is_no_recovery_without_a_failure) {
    happens(NoticeEvent::recovery);

    EXPECT_THAT(told_after(kMinute), IsEmpty());
    EXPECT_EQ(notices.find(DirectiveId{1}), nullptr);
}

TEST_F(NoticesOf, failure_and_recovery_within_a_digest_are_one_message) {
    happens(NoticeEvent::failure, "first");
    static_cast<void>(told_after(kMinute));
    happens(NoticeEvent::failure, "again");
    static_cast<void>(told_after(kMinute));
    happens(NoticeEvent::recovery);

    EXPECT_THAT(told_after(15 * kMinute),
                ElementsAre("lamp failed at 14:03: again\n"
                            "lamp works again since 14:04, after 2 failures in a row since "
                            "14:02"));
}

TEST_F(NoticesOf, only_wanted_events_are_told_but_the_streak_counts) {
    rules.events->reset();
    happens(NoticeEvent::failure);
    happens(NoticeEvent::failure);

    EXPECT_THAT(told_after(kMinute), IsEmpty());
    ASSERT_NE(notices.streak_of(DirectiveId{1}), nullptr);
    EXPECT_EQ(notices.streak_of(DirectiveId{1})->failures, 2);
}

TEST_F(NoticesOf, nobody_is_told_without_a_channel) {
    rules.channel.clear();
    happens(NoticeEvent::failure);

    EXPECT_THAT(told_after(kMinute), IsEmpty());
}

TEST_F(NoticesOf, what_happens_at_once_is_one_message) {
    happens(NoticeEvent::failure, "no net", 1);
    happens(NoticeEvent::failure, "no net", 2);

    EXPECT_THAT(told_after(kMinute),
                ElementsAre("lamp failed at 14:02: no net\nlamp2 failed at 14:02: no net"));
}

TEST_F(NoticesOf, a_channel_is_not_flooded_by_many_directives) {
    std::size_t early = 0;
    for (std::int64_t directive = 1; directive <= 9; ++directive) {
        happens(NoticeEvent::failure, {}, directive);
        early += told_after(Milliseconds(5'000)).size();
    }
    const auto late = told_after(15 * kMinute);

    EXPECT_EQ(early, Notices::kMostInWindow);
    EXPECT_THAT(late, ElementsAre(StartsWith("lamp6 failed at 14:02:25\nlamp7 failed")));
}

TEST_F(NoticesOf, a_long_message_names_how_many_are_left_out) {
    for (std::int64_t directive = 1; directive <= 25; ++directive) {
        happens(NoticeEvent::failure, {}, directive);
    }
    const auto told = told_after(kMinute);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].ends_with("\nand 5 more; see aifp status")) << told[0];
}

TEST_F(NoticesOf, a_failing_channel_is_tried_again_and_nothing_is_lost) {
    happens(NoticeEvent::failure, "first");
    now += Notices::kGather;
    const auto failed = take();
    ASSERT_EQ(failed.size(), 1U);

    EXPECT_TRUE(notices.not_sent(failed[0], now));
    EXPECT_THAT(told_after(kMinute - Milliseconds(1)), IsEmpty());
    EXPECT_THAT(told_after(Milliseconds(1)), ElementsAre("lamp failed at 14:02: first"));
}

TEST_F(NoticesOf, a_message_is_dropped_after_so_many_tries) {
    happens(NoticeEvent::failure);
    int tries = 0;
    for (bool again = true; again; ++tries) {
        now = std::max(now, notices.next_due().value_or(now));
        const auto failed = take();
        ASSERT_EQ(failed.size(), 1U);
        again = notices.not_sent(failed[0], now);
    }

    EXPECT_EQ(tries, Notices::kMaxTries);
    EXPECT_EQ(notices.next_due(), std::nullopt);
}

TEST_F(NoticesOf, streak_and_window_survive_a_restart) {
    happens(NoticeEvent::failure, "first");
    static_cast<void>(told_after(kMinute));
    const auto kept = to_json(*notices.find(DirectiveId{1}));

    notices = Notices();
    notices.restore(DirectiveId{1}, notice_memory_from_json(kept));
    happens(NoticeEvent::failure, "second");

    EXPECT_THAT(told_after(10 * kMinute), IsEmpty());
    EXPECT_THAT(told_after(5 * kMinute),
                ElementsAre("lamp failed 2 times in a row since 14:02, the last time at 14:03: "
                            "second"));
}

TEST_F(NoticesOf, what_was_on_its_way_when_the_engine_died_is_told_again) {
    happens(NoticeEvent::failure, "first");
    now += Notices::kGather;
    ASSERT_EQ(take().size(), 1U);
    const auto kept = to_json(*notices.find(DirectiveId{1}));

    notices = Notices();
    notices.restore(DirectiveId{1}, notice_memory_from_json(kept));

    EXPECT_THAT(told_after(kMinute), ElementsAre("lamp failed at 14:02: first"));
}

TEST_F(NoticesOf, a_run_counts_once_however_often_its_end_is_heard) {
    happens(NoticeEvent::failure);
    --last_run;
    happens(NoticeEvent::failure);

    EXPECT_EQ(notices.streak_of(DirectiveId{1})->failures, 1);
}

TEST_F(NoticesOf, nothing_is_remembered_of_what_is_over) {
    happens(NoticeEvent::failure);
    static_cast<void>(told_after(kMinute));
    happens(NoticeEvent::recovery);
    static_cast<void>(told_after(60 * kMinute));
    happens(NoticeEvent::missed, {}, 2);
    static_cast<void>(told_after(kMinute));

    EXPECT_EQ(notices.find(DirectiveId{1}), nullptr);
    EXPECT_TRUE(notices.take_changed().contains(DirectiveId{1}));
}

TEST_F(NoticesOf, a_long_error_is_cut) {
    happens(NoticeEvent::failure, std::string(1'000, 'x') + "\nsecond line");
    const auto told = told_after(kMinute);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_LT(told[0].size(), Notices::kMaxDetail + 40);
    EXPECT_TRUE(told[0].ends_with(" ..."));
}

}  // namespace
}  // namespace aifp::scheduler
