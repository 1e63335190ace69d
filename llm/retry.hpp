#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "http/message.hpp"

// Whether a request that failed is sent again, and when. Pure. (reference: mcp and llm, 3.4)

namespace aifp::llm {

/// What a provider says is wrong. Any part may be empty.
struct ProviderError {
    std::string type;     ///< "rate_limit_error", "insufficient_quota", "RESOURCE_EXHAUSTED" ...
    std::string code;     ///< OpenAI's `code`, Anthropic's `details.error_code`, Google's `reason`.
    std::string message;  ///< For people; of a body that is no JSON its beginning.
    /// What Google says beside it (google.rpc.RetryInfo, QuotaFailure); else empty.
    std::optional<Milliseconds> pause = {};
    std::string daily_quota = {};  ///< The quota of a day that is used up.
};
/// Reads {"error": {...}} as all three APIs write it. Any body is survived.
[[nodiscard]] ProviderError read_provider_error(std::string_view body);

/// One try that did not succeed.
struct FailedTry {
    int status = 0;  ///< Of the answer; 0: there was none.
    http::Headers headers;
    std::string body;
    bool output_was_used = false;  ///< Part of a stream was acted upon: it cannot be unsaid.
};

struct RetryRules {
    int max_retries = 2;
    Milliseconds first_pause{500};  ///< Doubled each time.
    Milliseconds max_pause{8'000};
    Milliseconds max_wait = std::chrono::minutes(5);  ///< A longer one parks the run.
    Milliseconds budget = std::chrono::minutes(10);   ///< Of the whole call, all tries together.
};

/// What was done so far, and when that is.
struct Tries {
    int retries = 0;        ///< Made already.
    Milliseconds spent{0};  ///< Since the first try began.
    double chance = 0;      ///< From 0 to 1: takes up to a quarter off our own pauses.
    WallTime now;
};

enum class RetryStep {
    again,    ///< After `wait`.
    give_up,  ///< `reason` says why.
    park,     ///< The provider wants a pause of `wait`, too long to stand still for.
};
struct RetryDecision {
    RetryStep step = RetryStep::give_up;
    Milliseconds wait{0};
    std::string reason;
};

/// No answer, 408, 409, 429 and 5xx are tried again, unless the provider's x-should-retry says
/// otherwise; never what somebody has to pay or raise a limit for, and never after output was used.
/// The pause is retry-after-ms, Retry-After (seconds or a date), Google's RetryInfo, else our own.
[[nodiscard]] RetryDecision decide_retry(const FailedTry& failed,
                                         const RetryRules& rules,
                                         const Tries& tries);

}  // namespace aifp::llm
