#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace aifp::triggers {

/// So many in such a time: "60/1m".
struct Rate {
    std::uint32_t count = 1;
    Milliseconds period{1'000};
    friend bool operator==(const Rate&, const Rate&) = default;
};

/// "60/1m", "5/s". Errors: invalid_input.
[[nodiscard]] Result<Rate> parse_rate(std::string_view text);

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

}  // namespace aifp::triggers
