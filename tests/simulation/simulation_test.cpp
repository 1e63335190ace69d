#include "tests/simulation/simulation.hpp"

#include <gtest/gtest.h>

namespace aifp::simulation {
namespace {

TEST(Simulation, gives_the_same_ledger_for_the_same_seed) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const auto first = simulate(seed, false);
        const auto second = simulate(seed, false);
        EXPECT_EQ(first.ledger, second.ledger) << "seed " << seed;
        EXPECT_EQ(first.journal, second.journal) << "seed " << seed;
    }
}

TEST(Simulation, holds_every_invariant_for_a_seed_with_crashes) {
    EXPECT_TRUE(simulate(62, false).violations.empty());
}

}  // namespace
}  // namespace aifp::simulation
