#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aifp::simulation {

/// What one seed gave.
struct Outcome {
    std::vector<std::string> violations;  ///< Empty: every invariant held.
    std::vector<std::string> journal;     ///< What happened, line by line.
    std::string ledger;                   ///< Every decision with its end, as text.
};

/// Plays one seed: draws directives, lets things happen to them, and holds the invariants against
/// what is left. Verbose: prints the journal as it goes.
[[nodiscard]] Outcome simulate(std::uint64_t seed, bool is_verbose);

}  // namespace aifp::simulation
