#include "base/rate.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/quantity.hpp"
#include "base/text.hpp"

namespace aifp {
namespace {

constexpr std::uint32_t kMaxCount = 1'000'000;
constexpr Milliseconds kMaxPeriod = std::chrono::hours(24 * 366);
constexpr std::string_view kPer = " per ";

// "hour" and "h" are one hour; what begins with a digit is left as it is.
std::string period_text(std::string_view text) {
    for (const auto& [word, length] :
         {std::pair<std::string_view, std::string_view>{"second", "1s"},
          {"minute", "1m"},
          {"hour", "1h"},
          {"day", "1d"},
          {"week", "1w"}}) {
        if (text == word) {
            return std::string(length);
        }
    }
    const bool is_unit = !text.empty() && (text.front() < '0' || text.front() > '9');
    return (is_unit ? "1" : "") + std::string(text);
}

}  // namespace

Result<Rate> parse_rate(std::string_view text) {
    const auto refuse = [text] {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("the rate \"{}\" must be a count and a time, like 60/1m or 5/s", text));
    };
    const auto per = text.find(kPer);
    const auto slash = per != std::string_view::npos ? per : text.find('/');
    if (slash == std::string_view::npos) {
        return refuse();
    }
    const auto length = per != std::string_view::npos ? kPer.size() : 1;
    const std::string_view count = trim(text.substr(0, slash));
    const auto period = parse_duration(period_text(trim(text.substr(slash + length))));
    Rate rate;
    const auto [end, error] =
        std::from_chars(count.data(), count.data() + count.size(), rate.count);
    if (error != std::errc() || end != count.data() + count.size() || !period) {
        return refuse();
    }
    rate.period = *period;
    if (rate.count == 0 || rate.count > kMaxCount || rate.period <= Milliseconds(0) ||
        rate.period > kMaxPeriod) {
        return refuse();
    }
    return rate;
}

std::string format_rate(const Rate& rate) {
    return fmt::format("{}/{}", rate.count, format_duration(rate.period));
}

}  // namespace aifp
