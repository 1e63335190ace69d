#pragma once

#include <optional>

#include "base/clock.hpp"

namespace aifp::llm {

/// Leaves a provider alone that fails again and again. A plain state machine: it is told what came
/// of whole requests (their retries included). After kFailures in a row nothing is sent for a
/// pause, which doubles with each further failure; then one request tries it. Not thread-safe.
class Breaker {
public:
    static constexpr int kFailures = 5;
    static constexpr Milliseconds kFirstPause{30'000};
    static constexpr Milliseconds kLongestPause{600'000};

    /// Nothing: send, and tell afterwards how it ended. Else how long to wait before asking again.
    [[nodiscard]] std::optional<Milliseconds> begin(MonoTime now);

    // How a request that began has ended.
    void succeeded() noexcept;
    void failed(MonoTime now) noexcept;
    /// Neither: it was cancelled, or the provider did answer and refused it.
    void said_nothing() noexcept { is_trying_ = false; }

private:
    int failures_ = 0;
    Milliseconds pause_{0};
    std::optional<MonoTime> until_;  // nothing is sent before
    bool is_trying_ = false;         // the one request after a pause
};

}  // namespace aifp::llm
