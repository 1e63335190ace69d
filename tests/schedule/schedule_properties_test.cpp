#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>

#include "schedule_helpers.hpp"

namespace aifp::schedule {
namespace {

using std::chrono::floor;
using std::chrono::seconds;
using testing::zone_named;

constexpr std::array kZones{"UTC",
                            "America/New_York",
                            "Europe/Berlin",
                            "Australia/Lord_Howe",
                            "Asia/Kathmandu",
                            "Pacific/Apia",
                            "America/Sao_Paulo",
                            "Africa/Cairo"};

std::string any_field(int min, int max) {
    const int low = *rc::gen::inRange(min, max + 1);
    const int high = *rc::gen::inRange(low, max + 1);
    const int step = *rc::gen::inRange(1, high - low + 2);
    switch (*rc::gen::inRange(0, 5)) {
        case 0:
            return "*";
        case 1:
            return "*/" + std::to_string(*rc::gen::inRange(1, max - min + 1));
        case 2:
            return std::to_string(low) + "-" + std::to_string(high) + "/" + std::to_string(step);
        case 3:
            return std::to_string(low) + "," + std::to_string(high);
        default:
            return std::to_string(low);
    }
}

std::string any_expression() {
    return any_field(0, 59) + " " + any_field(0, 59) + " " + any_field(0, 23) + " " +
           any_field(1, 31) + " " + any_field(1, 12) + " " + any_field(0, 6);
}

model::DstRule any_rule() {
    return {*rc::gen::element(model::DstRule::Gap::run, model::DstRule::Gap::skip),
            *rc::gen::element(model::DstRule::Overlap::first,
                              model::DstRule::Overlap::second,
                              model::DstRule::Overlap::both)};
}

/// 1990 to 2060, to the millisecond.
WallTime any_instant() {
    return from_unix_ms(*rc::gen::inRange<std::int64_t>(631'152'000'000, 2'840'140'800'000));
}

bool matches(const CronFields& fields, const CivilTime& civil) {
    const LocalSeconds local =
        std::chrono::local_days(std::chrono::year(static_cast<int>(civil.year)) / civil.month /
                                civil.day) +
        seconds(civil.hour * 3600 + civil.minute * 60 + civil.second);
    const bool time = (fields.seconds >> civil.second & 1) != 0 &&
                      (fields.minutes >> civil.minute & 1) != 0 &&
                      (fields.hours >> civil.hour & 1) != 0;
    const auto weekday = std::chrono::weekday(floor<std::chrono::days>(local)).c_encoding();
    const bool day = (fields.days >> civil.day & 1) != 0;
    const bool by_weekday = (fields.weekdays >> weekday & 1) != 0;
    return time && (fields.months >> civil.month & 1) != 0 &&
           (fields.both_days_must_match ? day && by_weekday : day || by_weekday);
}

RC_GTEST_PROP(next_after_property, is_after_its_input_and_matches, ()) {
    const std::string text = any_expression();
    const TimeZone zone = zone_named(*rc::gen::elementOf(kZones));
    const auto fields = parse_cron(text, "test");
    RC_ASSERT(fields.has_value());
    const Schedule schedule(*fields, zone, any_rule());
    WallTime at = any_instant();

    for (int i = 0; i < 20; ++i) {
        const auto next = schedule.next_after(at);
        if (!next) {
            RC_ASSERT(!fields->can_fire);
            return;
        }
        RC_ASSERT(next->at > at);
        const bool after_gap = next->note == DstNote::gap_run || next->note == DstNote::gap_skip;
        RC_ASSERT(after_gap || matches(*fields, zone.to_local(next->at).civil));
        at = next->at;
    }
}

// No match lies between the input and the result: asked from any instant between, the answer is
// the same.
RC_GTEST_PROP(next_after_property, leaves_nothing_out, ()) {
    const TimeZone zone = zone_named(*rc::gen::elementOf(kZones));
    const auto fields = parse_cron(any_expression(), "test");
    const Schedule schedule(*fields, zone, any_rule());
    const WallTime at = any_instant();
    const auto next = schedule.next_after(at);
    RC_PRE(next.has_value() && next->at - at > Milliseconds(1));

    const auto offset = *rc::gen::inRange<std::int64_t>(1, (next->at - at).count());
    const auto again = schedule.next_after(at + Milliseconds(offset));

    RC_ASSERT(again.has_value());
    RC_ASSERT(again->at == next->at);
    RC_ASSERT(again->suppressed == next->suppressed);
}

RC_GTEST_PROP(parse_cron_property, never_fails_on_any_text_without_saying_where, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0159*/,-~?LW#@ MONJAN")));
    const auto fields = parse_cron(text, "test");

    RC_ASSERT(fields.has_value() || !fields.error().message.empty());
    RC_ASSERT(fields.has_value() || fields.error().offset + fields.error().size <= text.size() + 1);
}

}  // namespace
}  // namespace aifp::schedule
