#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace aifp::scheduler {

/// How often and when something that failed is tried again (docs/control-flow.md; source:
/// reference/semantics.md 3.12).
struct RetryPolicy {
    enum class Backoff { constant, linear, exponential };
    int attempts = 1;  ///< Tries in all, the first included.
    Milliseconds delay{1'000};
    Backoff backoff = Backoff::exponential;
    double factor = 2;  ///< Of exponential.
    Milliseconds max_delay = std::chrono::minutes(5);  ///< Not written: `delay`, if that is longer.
    double jitter = 0.2;  ///< 0 to 1: the share of the pause that chance may take away.
    std::optional<Milliseconds> budget;  ///< No try begins later than this after the first.
    std::vector<std::string>
        retry_on;  ///< Error classes; empty: those that may pass by themselves.
    std::vector<std::string> never_on;  ///< Wins over retry_on.

    /// Whether an error of this class is tried again at all.
    [[nodiscard]] bool covers(std::string_view error_class) const noexcept;
};

/// From the canonical form of `retry:`, which the parser has checked.
[[nodiscard]] RetryPolicy retry_policy_from(const boost::json::object& retry);

/// The pause before retry `number` (1 is the first): delay, delay * number or
/// delay * factor^(number - 1), at most max_delay, less up to `jitter` of it. `chance` is from 0 to
/// 1; 0 takes nothing away. Pure.
[[nodiscard]] Milliseconds pause_before_retry(const RetryPolicy& policy, int number, double chance);

}  // namespace aifp::scheduler
