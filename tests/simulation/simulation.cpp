#include "tests/simulation/simulation.hpp"

#include <fmt/format.h>

#include "tests/simulation/bench.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/moves.hpp"

namespace aifp::simulation {

namespace {

void begin(Bench& bench) {
    for (auto& track : bench.tracks) {
        if (!bench.draw.one_in(4)) {
            bench.edit(track);
        }
    }
    bench.start();
}

void move(Bench& bench) {
    bench.draw.pick_weighted(moves(bench.computer.is_up())).make(bench);
    bench.computer.settle();
    bench.look_after_crash();
    bench.check_bounds();
}

std::string ledger_text(const Evidence& evidence) {
    std::string text;
    for (const auto& row : evidence.rows) {
        text += fmt::format("{} {} {} {} {} {} {} {} {} {} {}\n",
                            row.id,
                            row.directive,
                            row.trigger_index,
                            row.cause,
                            row.scheduled_for ? to_unix_ms(*row.scheduled_for) : 0,
                            to_unix_ms(row.seen_at),
                            row.decision,
                            row.reason,
                            row.detail,
                            row.payload,
                            fmt::join(row.ends, ","));
    }
    return text;
}

}  // namespace

Outcome simulate(std::uint64_t seed, bool is_verbose) {
    Bench bench(seed, is_verbose);
    begin(bench);
    for (int left = bench.draw.between(18, 40); left > 0; --left) {
        move(bench);
    }
    bench.finish();
    for (const auto invariants : {run_invariants(),
                                  event_invariants(),
                                  schedule_invariants(),
                                  limit_invariants(),
                                  wait_invariants()}) {
        for (const auto& invariant : invariants) {
            invariant.check(invariant, bench.evidence, bench.journal);
        }
    }
    return {bench.journal.violations(), bench.journal.lines(), ledger_text(bench.evidence)};
}

}  // namespace aifp::simulation
