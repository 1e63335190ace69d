#pragma once

#include <cstdint>

#include "base/clock.hpp"

namespace aifp::config {

/// The section `codegen` of engine.yaml: how far an AI goes for one program, and how long the test
/// of a program may run, whoever wrote it. A changed value counts from the next program on.
struct Codegen {
    std::int64_t max_rounds = 5;                      ///< Requests: one, and those that mend.
    std::int64_t max_tokens = 200'000;                ///< Of all of them, input and output.
    Milliseconds timeout = std::chrono::minutes(10);  ///< Of all of it, the test's runs too.
    Milliseconds test_timeout = Seconds(60);          ///< Of one run of the test.

    friend bool operator==(const Codegen&, const Codegen&) = default;
};

}  // namespace aifp::config
