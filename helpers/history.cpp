#include "helpers/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/time_zone.hpp"
#include "helpers/schema.hpp"
#include "helpers/views.hpp"
#include "storage/execution_marks.hpp"

namespace aifp::helpers {
namespace {

namespace json = boost::json;
using storage::Database;
using storage::RunSums;

constexpr std::int64_t kHoursPerDay = 24;
constexpr std::int64_t kMsPerHour = 3'600'000;
constexpr Range kDays{1, 366};
constexpr std::int64_t kUsualDays = 7;
constexpr std::size_t kDateLength = 10;  // YYYY-MM-DD

json::object view_of_day(std::int64_t first_hour, const RunSums& sums) {
    json::object day;
    day["date"] = format_utc_seconds(from_unix_ms(first_hour * kMsPerHour)).substr(0, kDateLength);
    day["total_executions"] = sums.runs;
    day["success_rate"] = rate_of(sums.successes, sums.runs);
    day["average_duration_ms"] = average_duration(sums);
    return day;
}

}  // namespace

json::value time_or_null(const std::optional<WallTime>& time) {
    return time ? json::value(format_utc_seconds(*time)) : json::value();
}

std::string days_schema() {
    return whole_number(kDays, kUsualDays, "How many UTC days, today included");
}

std::int64_t average_duration(const RunSums& sums) {
    return sums.runs == 0 ? 0
                          : std::llround(static_cast<double>(sums.duration.count()) /
                                         static_cast<double>(sums.runs));
}

std::int64_t hour_of(WallTime time) {
    return to_unix_ms(time) / kMsPerHour;
}

std::int64_t first_hour_of_period(WallTime now, std::int64_t days) {
    return (hour_of(now) / kHoursPerDay - (days - 1)) * kHoursPerDay;
}

std::vector<storage::DirectiveSums> sums_since(Database& database,
                                               std::int64_t hour,
                                               std::vector<storage::DirectiveSums> present) {
    std::unordered_map<DirectiveId, RunSums> before;
    for (const auto& one : storage::load_sums_before(database, hour)) {
        before.emplace(one.directive, one.sums);
    }
    for (auto& one : present) {
        if (const auto old = before.find(one.directive); old != before.end()) {
            one.sums -= old->second;
        }
    }
    std::erase_if(present, [](const auto& one) { return one.sums.runs == 0; });
    return present;
}

std::string period_text(std::int64_t days) {
    return fmt::format("{} {}", days, days == 1 ? "day" : "days");
}

Result<json::value> get_execution_trends(Database& database,
                                         const Arguments& arguments,
                                         WallTime now) {
    const auto days = arguments.integer("days");
    const auto first = first_hour_of_period(now, days);
    json::array daily;
    std::int64_t early = 0;
    std::int64_t late = 0;
    auto by_directive = storage::load_sums(database);
    const auto present = storage::add_up(by_directive);
    auto before = storage::find_all_sums_before(database, first).value_or(present);
    for (std::int64_t day = 0; day < days; ++day) {
        const auto hour = first + day * kHoursPerDay;
        const auto after =
            storage::find_all_sums_before(database, hour + kHoursPerDay).value_or(present);
        auto sums = after;
        sums -= before;
        before = after;
        daily.push_back(view_of_day(hour, sums));
        early += day < days / 2 ? sums.runs : 0;  // the middle day of an odd number counts for none
        late += day >= days - days / 2 ? sums.runs : 0;
    }
    const auto period = sums_since(database, first, std::move(by_directive));
    const auto most =
        std::max_element(period.begin(), period.end(), [](const auto& left, const auto& right) {
            return left.sums.runs < right.sums.runs;
        });
    const auto name =
        most == period.end() ? std::nullopt : storage::find_directive(database, most->directive);
    json::object answer;
    answer["period"] = period_text(days);
    answer["daily_stats"] = std::move(daily);
    answer["trending_up"] = late > early;
    answer["most_active_directive"] = name ? json::value(name->name) : json::value();
    return answer;
}

}  // namespace aifp::helpers
