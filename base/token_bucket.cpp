#include "base/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace aifp {
namespace {

using RealMilliseconds = std::chrono::duration<double, std::milli>;

}  // namespace

std::optional<Milliseconds> TokenBucket::take(MonoTime now) noexcept {
    const double per_token = RealMilliseconds(rate_.period).count() / rate_.count;
    if (filled_at_ && now > *filled_at_) {
        const double passed = RealMilliseconds(now - *filled_at_).count();
        tokens_ = std::min<double>(rate_.count, tokens_ + passed / per_token);
    }
    filled_at_ = filled_at_ ? std::max(now, *filled_at_) : now;
    // What rounding may have taken from a token that is due.
    constexpr double kSlack = 1e-9;
    if (tokens_ + kSlack >= 1.0) {
        tokens_ = std::max(0.0, tokens_ - 1.0);
        return std::nullopt;
    }
    return Milliseconds(static_cast<std::int64_t>(std::ceil((1.0 - tokens_) * per_token)));
}

}  // namespace aifp
