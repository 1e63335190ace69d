#pragma once

#include <optional>

#include "base/clock.hpp"
#include "base/rate.hpp"

namespace aifp {

/// Lets through `count` at once and refills evenly over `period`. Pure.
class TokenBucket {
public:
    explicit TokenBucket(Rate rate) noexcept : rate_(rate), tokens_(rate.count) {}

    /// Takes a token, or says how long until there is one.
    [[nodiscard]] std::optional<Milliseconds> take(MonoTime now) noexcept;

private:
    Rate rate_;
    double tokens_;
    std::optional<MonoTime> filled_at_;
};

}  // namespace aifp
