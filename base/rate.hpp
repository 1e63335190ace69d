#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace aifp {

/// So many in such a time: "60/1m".
struct Rate {
    std::uint32_t count = 1;
    Milliseconds period{1'000};
    /// 0: at most `count` in any stretch of `period`. Else a bucket of so many tokens, of which one
    /// comes back every period / count: a quiet time is paid back with a burst.
    std::uint32_t burst = 0;
    friend bool operator==(const Rate&, const Rate&) = default;
};

/// "60/1m", "5/s", "10/hour", "10 per hour", "3 per 2h". Errors: invalid_input with what to write
/// instead; also for none at all, more than 1,000,000, or a time over 366 days.
[[nodiscard]] Result<Rate> parse_rate(std::string_view text);
/// The form that is stored: "60/1m". Without the burst, which has a key of its own.
[[nodiscard]] std::string format_rate(const Rate& rate);

}  // namespace aifp
