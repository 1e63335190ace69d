// Many schedules due in the same second, and one run after the other.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "scheduler/admission.hpp"
#include "scheduler/timetable.hpp"

namespace {

using aifp::DirectiveId;
using aifp::LedgerId;
using aifp::WallTime;

aifp::scheduler::ArmRequest request(std::int64_t directive) {
    static const auto zone = aifp::TimeZone::load("America/New_York");
    static const auto fields = aifp::schedule::parse_cron("30 7 * * 1-5", "bench");
    if (!zone || !fields) {
        std::abort();
    }
    return {.directive = DirectiveId{directive},
            .schedule = aifp::schedule::Schedule(*fields, *zone, {}),
            .decided_until = {},
            .grace = {}};
}

/// All are due at once; what is measured is deciding them and finding when each is due next.
void collect(benchmark::State& state) {
    aifp::scheduler::Timetable table;
    WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        table.arm(request(i + 1), now);
    }
    for (auto _ : state) {
        now = table.next_due().value_or(now);
        benchmark::DoNotOptimize(table.collect(now, 1'000'000));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void offer_and_end(benchmark::State& state) {
    aifp::scheduler::RunQueue queue({});
    std::int64_t run = 0;
    for (auto _ : state) {
        ++run;
        benchmark::DoNotOptimize(queue.offer(
            {DirectiveId{run % 1000}, LedgerId{run}, aifp::model::RunMode::single, 10}));
        benchmark::DoNotOptimize(queue.on_run_ended(LedgerId{run}));
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(collect)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(offer_and_end);

}  // namespace

BENCHMARK_MAIN();
