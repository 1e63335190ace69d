#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <string>

#include "base/quantity.hpp"
#include "schedule/cron_field.hpp"
#include "schedule/schedule.hpp"
#include "schedule/sun_arguments.hpp"

namespace aifp::schedule {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxAtItems = 256;
constexpr Milliseconds kShortestPeriod = std::chrono::seconds(1);
constexpr Milliseconds kLongestPeriod = std::chrono::hours(24 * 3653);
constexpr Milliseconds kDay = std::chrono::hours(24);
constexpr std::array<std::string_view, 7> kWeekdays{
    "sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::optional<std::string_view> text_of(const json::value* value) {
    if (value == nullptr || !value->is_string()) {
        return std::nullopt;
    }
    return std::string_view(value->get_string());
}

/// "2027-01-31T08:00" against "08:00".
bool has_date(std::string_view text) {
    return text.size() > 4 && text[4] == '-';
}

Status add_at(std::string_view text, const TimeZone& zone, AtTimes& plan) {
    if (has_date(text)) {
        const auto instant = parse_instant(text, zone);
        if (!instant) {
            return fail(instant.error());
        }
        plan.instants.push_back(*instant);
        return {};
    }
    const auto time = parse_time_of_day(text);
    if (!time) {
        return fail(time.error());
    }
    plan.seconds_of_day.push_back(*time);
    return {};
}

Result<std::uint8_t> weekdays_of(const json::value* value) {
    if (value == nullptr) {
        return std::uint8_t{0x7f};
    }
    unsigned mask = 0;
    if (value->is_array()) {
        for (const json::value& item : value->get_array()) {
            const auto day =
                std::find(kWeekdays.begin(), kWeekdays.end(), text_of(&item).value_or(""));
            mask |= day == kWeekdays.end() ? 0x80U : 1U << (day - kWeekdays.begin());
        }
    }
    if (mask == 0 || mask > 0x7f) {
        return fail(ErrorCode::invalid_input,
                    "`weekdays` is not a list of weekdays: write names such as [mon, tue]");
    }
    return static_cast<std::uint8_t>(mask);
}

template <class T>
void sort_unique(std::vector<T>& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    list.shrink_to_fit();
}

Result<Schedule> make_at(const json::object& arguments, const ScheduleContext& context) {
    const json::value* list = arguments.if_contains("at");
    if (list == nullptr || !list->is_array() || list->get_array().empty() ||
        list->get_array().size() > kMaxAtItems) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("`at` needs a list of 1 to {} times: write [\"17:00\"]", kMaxAtItems));
    }
    AtTimes plan;
    for (const json::value& item : list->get_array()) {
        if (auto status = add_at(text_of(&item).value_or(""), context.zone, plan); !status) {
            return fail(status.error().with_context("at"));
        }
    }
    auto weekdays = weekdays_of(arguments.if_contains("weekdays"));
    if (!weekdays) {
        return fail(weekdays.error());
    }
    plan.weekdays = *weekdays;
    sort_unique(plan.seconds_of_day);
    sort_unique(plan.instants);
    return Schedule(std::move(plan), context.zone, context.dst);
}

Result<Schedule> make_cron(const json::object& arguments, const ScheduleContext& context) {
    const auto text = text_of(arguments.if_contains("cron"));
    if (!text) {
        return fail(ErrorCode::invalid_input, "`cron` needs a text: write \"30 7 * * 1-5\"");
    }
    const auto fields = parse_cron(*text, context.name);
    if (!fields) {
        return fail(ErrorCode::invalid_input, format_cron_error(*text, fields.error()));
    }
    return Schedule(*fields, context.zone, context.dst);
}

Result<Schedule> make_every(const json::object& arguments, const ScheduleContext& context) {
    const auto period = parse_duration(text_of(arguments.if_contains("every")).value_or(""));
    if (!period) {
        return fail(period.error().with_context("every"));
    }
    const auto anchor = text_of(arguments.if_contains("anchor")).value_or("start");
    if (auto status = check_every(*period, anchor); !status) {
        return fail(status.error());
    }
    EveryGrid grid;
    grid.period = *period;
    grid.phase = anchor == "start" ? context.first_armed : WallTime{};
    grid.restarts_at_midnight = anchor == "midnight";
    if (const auto previous = text_of(arguments.if_contains("after_previous"))) {
        grid.counts_from = *previous == "end" ? CountsFrom::run_end : CountsFrom::run_start;
    }
    return Schedule(grid, context.zone, context.dst);
}

Result<Schedule> make_sun(const json::object& arguments, const ScheduleContext& context) {
    if (!context.position) {
        return fail(ErrorCode::invalid_input, std::string(kMissingPosition));
    }
    auto plan = read_sun_plan(arguments);
    if (!plan) {
        return fail(plan.error());
    }
    plan->position = *context.position;
    return Schedule(*plan, context.zone, context.dst);
}

struct KindRow {
    std::string_view kind;
    Result<Schedule> (*make)(const json::object&, const ScheduleContext&);
};
constexpr std::array kKinds{
    KindRow{"at", make_at},
    KindRow{"cron", make_cron},
    KindRow{"every", make_every},
    KindRow{"sun", make_sun},
};

const KindRow* find_row(std::string_view kind) noexcept {
    const auto* const found = std::find_if(
        kKinds.begin(), kKinds.end(), [kind](const KindRow& row) { return row.kind == kind; });
    return found == kKinds.end() ? nullptr : found;
}

}  // namespace

bool is_clock_kind(std::string_view kind) noexcept {
    return find_row(kind) != nullptr;
}

Status check_every(Milliseconds period, std::string_view anchor) {
    if (anchor != "start" && anchor != "midnight" && anchor != "epoch") {
        return fail(ErrorCode::invalid_input,
                    fmt::format("`{}` is not an anchor: write start, midnight or epoch",
                                printable(anchor)));
    }
    if (period < kShortestPeriod || period > kLongestPeriod) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("every {} is out of range: write a duration from 1s to 3653d",
                                format_duration(period)));
    }
    if (anchor == "midnight" && period >= kDay) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("every {} with `anchor: midnight` would begin anew each day: write a "
                        "duration under 24h, or `anchor: epoch`",
                        format_duration(period)));
    }
    return {};
}

Result<Schedule> make_schedule(const model::Trigger& trigger, const ScheduleContext& context) {
    if (const KindRow* row = find_row(trigger.kind)) {
        return row->make(trigger.arguments, context);
    }
    return fail(ErrorCode::invalid_input,
                fmt::format("a trigger of kind `{}` has no schedule", printable(trigger.kind)));
}

}  // namespace aifp::schedule
