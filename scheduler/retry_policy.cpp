#include "scheduler/retry_policy.hpp"

#include <algorithm>
#include <boost/json/value.hpp>
#include <cmath>

#include "base/quantity.hpp"
#include "model/error_class.hpp"

namespace aifp::scheduler {
namespace {

namespace json = boost::json;

void take(const json::object& object, json::string_view key, Milliseconds& to) {
    const auto* value = object.if_contains(key);
    if (value != nullptr && value->is_string()) {
        to = parse_duration(value->get_string()).value_or(to);
    }
}

void take(const json::object& object, json::string_view key, double& to) {
    const auto* value = object.if_contains(key);
    json::error_code error;
    const double number = value != nullptr ? value->to_number<double>(error) : to;
    to = error ? to : number;
}

std::vector<std::string> texts_at(const json::object& object, json::string_view key) {
    std::vector<std::string> texts;
    const auto* list = object.if_contains(key);
    for (const auto& text :
         list != nullptr && list->is_array() ? list->get_array() : json::array()) {
        texts.emplace_back(text.get_string());
    }
    return texts;
}

}  // namespace

bool RetryPolicy::covers(std::string_view error_class) const noexcept {
    if (error_class == "cancelled" || error_class == "stopped" ||
        model::is_of_any_class(error_class, never_on)) {
        return false;
    }
    return retry_on.empty() ? model::is_passing_error(error_class)
                            : model::is_of_any_class(error_class, retry_on);
}

RetryPolicy retry_policy_from(const json::object& retry) {
    RetryPolicy policy;
    double attempts = policy.attempts;
    take(retry, "attempts", attempts);
    policy.attempts = static_cast<int>(attempts);
    take(retry, "delay", policy.delay);
    policy.max_delay = std::max(policy.max_delay, policy.delay);  // who asks for an hour means it
    take(retry, "max_delay", policy.max_delay);
    take(retry, "factor", policy.factor);
    take(retry, "jitter", policy.jitter);
    Milliseconds budget{-1};
    take(retry, "budget", budget);
    if (budget.count() >= 0) {
        policy.budget = budget;
    }
    if (const auto* backoff = retry.if_contains("backoff")) {
        policy.backoff = *backoff == "constant" ? RetryPolicy::Backoff::constant
                         : *backoff == "linear" ? RetryPolicy::Backoff::linear
                                                : RetryPolicy::Backoff::exponential;
    }
    policy.retry_on = texts_at(retry, "retry_on");
    policy.never_on = texts_at(retry, "never_on");
    return policy;
}

Milliseconds pause_before_retry(const RetryPolicy& policy, int number, double chance) {
    double growth = 1;
    if (policy.backoff == RetryPolicy::Backoff::linear) {
        growth = number;
    } else if (policy.backoff == RetryPolicy::Backoff::exponential) {
        growth = std::pow(policy.factor, number - 1);
    }
    const double most = static_cast<double>(policy.max_delay.count());
    const double pause = std::min(static_cast<double>(policy.delay.count()) * growth, most);
    return Milliseconds(std::llround(pause * (1 - policy.jitter * chance)));
}

}  // namespace aifp::scheduler
