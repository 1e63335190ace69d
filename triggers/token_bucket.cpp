#include "triggers/token_bucket.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "base/quantity.hpp"
#include "base/text.hpp"

namespace aifp::triggers {
namespace {

using RealMilliseconds = std::chrono::duration<double, std::milli>;

constexpr std::uint32_t kMaxCount = 1'000'000;
constexpr Milliseconds kMaxPeriod = std::chrono::hours(24 * 366);

}  // namespace

Result<Rate> parse_rate(std::string_view text) {
    const auto refuse = [text] {
        return fail(
            ErrorCode::invalid_input,
            "the rate \"" + std::string(text) + "\" must be a count and a time, like 60/1m or 5/s");
    };
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return refuse();
    }
    const std::string_view count = trim(text.substr(0, slash));
    std::string period(trim(text.substr(slash + 1)));
    if (!period.empty() && (period.front() < '0' || period.front() > '9')) {
        period.insert(0, "1");
    }
    Rate rate;
    const auto [end, error] =
        std::from_chars(count.data(), count.data() + count.size(), rate.count);
    const auto duration = parse_duration(period);
    if (error != std::errc() || end != count.data() + count.size() || !duration) {
        return refuse();
    }
    rate.period = *duration;
    if (rate.count == 0 || rate.count > kMaxCount || rate.period <= Milliseconds(0) ||
        rate.period > kMaxPeriod) {
        return refuse();
    }
    return rate;
}

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

}  // namespace aifp::triggers
