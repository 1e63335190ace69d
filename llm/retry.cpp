#include "llm/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "llm/answer_parts.hpp"

namespace aifp::llm {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownBytes = 200;

// Waiting does not help: somebody has to do something.
constexpr std::array<std::string_view, 6> kForPeople = {"credit_balance_exhausted",
                                                        "organization_spend_limit_exceeded",
                                                        "project_spend_limit_exceeded",
                                                        "organization_usage_limit_exceeded",
                                                        "insufficient_quota",
                                                        "enforced_spend_limit_reached"};

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_good = error == std::errc() && stop == text.data() + text.size() && number >= 0;
    return is_good ? std::optional(number) : std::nullopt;
}

// RFC 9110, 5.6.7, the form that is to be sent: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<WallTime> http_date(std::string_view text) {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::size_t kLength = 29;
    if (text.size() != kLength || !text.ends_with(" GMT")) {
        return std::nullopt;
    }
    const auto month = kMonths.find(text.substr(8, 3));
    const auto day = whole_number(text.substr(5, 2));
    const auto year = whole_number(text.substr(12, 4));
    const auto hour = whole_number(text.substr(17, 2));
    const auto minute = whole_number(text.substr(20, 2));
    const auto second = whole_number(text.substr(23, 2));
    if (month == kMonths.npos || month % 3 != 0 || !day || !year || !hour || !minute || !second) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           Seconds(*second);
}

// A day is as good as never; and no arithmetic on what a stranger wrote runs over.
Milliseconds bounded(std::int64_t number, Milliseconds unit) {
    constexpr Milliseconds kMost = std::chrono::hours(24);
    return number >= kMost / unit ? kMost : number * unit;
}

// The pause that the provider asks for.
std::optional<Milliseconds> wanted_pause(const FailedTry& failed, WallTime now) {
    const http::Headers& headers = failed.headers;
    if (const auto milliseconds = headers.find("retry-after-ms")) {
        if (const auto number = whole_number(trim(*milliseconds))) {
            return bounded(*number, Milliseconds(1));
        }
    }
    const auto text = headers.find("retry-after");
    if (!text) {
        return read_provider_error(failed.body).pause;
    }
    if (const auto seconds = whole_number(trim(*text))) {
        return bounded(*seconds, Seconds(1));
    }
    if (const auto date = http_date(trim(*text))) {
        return bounded(std::max<std::int64_t>((*date - now).count(), 0), Milliseconds(1));
    }
    return std::nullopt;
}

Milliseconds own_pause(const RetryRules& rules, const Tries& tries) {
    Milliseconds pause = rules.first_pause;
    for (int i = 0; i < tries.retries && pause < rules.max_pause; ++i) {
        pause *= 2;
    }
    pause = std::min(pause, rules.max_pause);
    constexpr double kJitter = 0.25;
    const double kept = 1 - kJitter * std::clamp(tries.chance, 0.0, 1.0);
    return Milliseconds(static_cast<std::int64_t>(static_cast<double>(pause.count()) * kept));
}

bool may_pass(int status) noexcept {
    return status == 0 || status == 408 || status == 409 || status == 429 || status >= 500;
}

// Why it is not sent again whatever the time, or "".
std::string refusal(const FailedTry& failed) {
    if (failed.output_was_used) {
        return "part of the answer was already used";
    }
    const ProviderError error = read_provider_error(failed.body);
    for (const std::string_view code : kForPeople) {
        if (error.code == code || error.type == code) {
            return fmt::format("the provider's account has to be looked after ({})", code);
        }
    }
    if (!error.daily_quota.empty()) {
        return fmt::format("the quota of the day is used up ({})", error.daily_quota);
    }
    const auto hint = failed.headers.find("x-should-retry");
    if (hint == "true") {
        return "";
    }
    if (hint == "false") {
        return "the provider says that trying again does not help";
    }
    return may_pass(failed.status)
               ? ""
               : fmt::format("status {} does not pass by itself", failed.status);
}

// A google.protobuf.Duration: "34s", "8.94s".
std::optional<Milliseconds> google_duration(std::string_view text) {
    if (!text.ends_with('s')) {
        return std::nullopt;
    }
    text.remove_suffix(1);
    const auto seconds = whole_number(text.substr(0, text.find('.')));
    const bool has_rest = text.find('.') != text.npos;
    return seconds ? std::optional(bounded(*seconds, Seconds(1)) + Seconds(has_rest ? 1 : 0))
                   : std::nullopt;
}

// One of Google's details, each of a type of its own (google/rpc/error_details.proto).
void take_detail(ProviderError& read, const json::object& detail) {
    read.code = read.code.empty() ? text_in(detail, "reason") : read.code;
    if (!read.pause) {
        read.pause = google_duration(text_in(detail, "retryDelay"));
    }
    const auto* const violations = detail.if_contains("violations");
    if (violations == nullptr || !violations->is_array()) {
        return;
    }
    for (const json::value& violation : violations->get_array()) {
        const json::object* const object = violation.if_object();
        std::string quota = object == nullptr ? "" : text_in(*object, "quotaId");
        if (quota.find("PerDay") != quota.npos) {
            read.daily_quota = std::move(quota);
        }
    }
}

void take_details(ProviderError& read, const json::object& error) {
    const auto* const details = error.if_contains("details");
    if (details == nullptr || !details->is_array()) {
        return;
    }
    for (const json::value& detail : details->get_array()) {
        if (const json::object* const object = detail.if_object()) {
            take_detail(read, *object);
        }
    }
}

}  // namespace

ProviderError read_provider_error(std::string_view body) {
    boost::system::error_code problem;
    const json::value value = json::parse(body, problem);
    const json::object* const whole = problem ? nullptr : value.if_object();
    const json::object* const error = whole == nullptr ? nullptr : object_in(*whole, "error");
    if (error == nullptr) {
        return {"", "", std::string(truncate_utf8(trim(body), kShownBytes))};
    }
    ProviderError read{
        text_in(*error, "type"), text_in(*error, "code"), text_in(*error, "message")};
    if (const json::object* details = object_in(*error, "details"); details && read.code.empty()) {
        read.code = text_in(*details, "error_code");
    }
    read.type = read.type.empty() ? text_in(*error, "status") : read.type;
    take_details(read, *error);
    return read;
}

RetryDecision decide_retry(const FailedTry& failed, const RetryRules& rules, const Tries& tries) {
    if (std::string reason = refusal(failed); !reason.empty()) {
        return {RetryStep::give_up, Milliseconds(0), std::move(reason)};
    }
    const auto wanted = wanted_pause(failed, tries.now);
    if (wanted && *wanted > rules.max_wait) {
        return {RetryStep::park, *wanted, "the provider asks for a long pause"};
    }
    if (tries.retries >= rules.max_retries) {
        return {RetryStep::give_up,
                Milliseconds(0),
                tries.retries == 0 ? "it was tried once"
                                   : fmt::format("{} tries failed", tries.retries + 1)};
    }
    const Milliseconds wait = wanted.value_or(own_pause(rules, tries));
    if (tries.spent + wait >= rules.budget) {
        return {RetryStep::give_up, Milliseconds(0), "the time for it is used up"};
    }
    return {RetryStep::again, wait, ""};
}

}  // namespace aifp::llm
