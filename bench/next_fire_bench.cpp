// How many next-fire instants a second, in the zone with which other engines are measured.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "base/time_zone.hpp"
#include "schedule/schedule.hpp"

namespace {

using aifp::WallTime;
using aifp::schedule::Schedule;

Schedule make(const char* zone_name, const char* expression) {
    const auto zone = aifp::TimeZone::load(zone_name);
    const auto fields = aifp::schedule::parse_cron(expression, "bench");
    if (!zone || !fields) {
        std::abort();
    }
    return Schedule(*fields, *zone, {});
}

void next_fire(benchmark::State& state, const char* zone, const char* expression) {
    const Schedule schedule = make(zone, expression);
    const WallTime begin = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    const WallTime end = std::chrono::sys_days(std::chrono::year(2090) / 1 / 1);
    WallTime at = begin;
    for (auto _ : state) {
        at = schedule.next_after(at)->at;
        benchmark::DoNotOptimize(at);
        at = at > end ? begin : at;
    }
    state.SetItemsProcessed(state.iterations());
}

void parse(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            aifp::schedule::parse_cron("*/15 8-18 1,15 JAN-JUN MON-FRI", "bench"));
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(next_fire, every_minute, "America/New_York", "* * * * *");
BENCHMARK_CAPTURE(next_fire, weekday_mornings, "America/New_York", "30 7 * * 1-5");
BENCHMARK_CAPTURE(next_fire, leap_days, "America/New_York", "0 12 29 2 *");
BENCHMARK_CAPTURE(next_fire, every_minute_utc, "UTC", "* * * * *");
BENCHMARK_CAPTURE(next_fire, last_friday, "America/New_York", "0 12 * * 5L");
BENCHMARK(parse);

}  // namespace

BENCHMARK_MAIN();
