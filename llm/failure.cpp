#include "llm/failure.hpp"

#include <fmt/format.h>

#include "base/quantity.hpp"
#include "http/url.hpp"

namespace aifp::llm {
namespace {

using config::LlmProvider;

bool is_for_people(const RetryDecision& decision) {
    return decision.reason.find("has to be looked after") != std::string::npos;
}

ErrorCode code_of(int status, const RetryDecision& decision) {
    if (decision.step == RetryStep::park) {
        return ErrorCode::busy;
    }
    if (status == 401 || status == 402 || status == 403 || is_for_people(decision)) {
        return ErrorCode::denied;
    }
    if (status == 429) {
        return ErrorCode::busy;
    }
    const bool passes = status == 0 || status == 408 || status == 409 || status >= 500;
    return passes ? ErrorCode::unreachable : ErrorCode::invalid_input;
}

// What to look at, or "".
std::string advice_for(int status, const RetryDecision& decision) {
    if (decision.step == RetryStep::park) {
        return fmt::format("; it asks for a pause of {}", format_duration(decision.wait));
    }
    if (is_for_people(decision)) {
        return "; the account at the provider has to be looked after: credit, or a limit there";
    }
    switch (status) {
        case 401:
            return "; is llm.api_key the right one?";
        case 403:
            return "; may this key use the model of llm.model?";
        case 404:
            return "; are llm.base_url and llm.model right?";
        case 413:
            return "; the request is too long for it: list fewer or smaller context files";
        default:
            return decision.reason.empty() ? "" : "; " + decision.reason;
    }
}

}  // namespace

std::string describe_provider(const config::Llm& settings) {
    const auto name = config::name_of(settings.provider);
    return settings.base_url.empty()
               ? std::string(name)
               : fmt::format("{} ({})", name, http::origin_of(settings.base_url));
}

std::string describe_answer(const FailedTry& failed) {
    const ProviderError error = read_provider_error(failed.body);
    std::string words = error.code.empty() ? error.type : error.code;
    words += !words.empty() && !error.message.empty() ? ": " : "";
    words += error.message;
    const std::string status = failed.status == 0 ? "an error" : std::to_string(failed.status);
    return words.empty() ? status : fmt::format("{} ({})", status, words);
}

Error failure_of(const config::Llm& settings,
                 const FailedTry& failed,
                 const RetryDecision& decision,
                 const Error* transport) {
    const std::string who = describe_provider(settings);
    // Google refuses a key with 400.
    const bool is_bad_key = read_provider_error(failed.body).code == "API_KEY_INVALID";
    const int status = is_bad_key ? 401 : failed.status;
    if (transport != nullptr) {
        return Error(transport->code(),
                     fmt::format("{}: {}{}",
                                 who,
                                 transport->detail(),
                                 decision.reason.empty() ? "" : "; " + decision.reason));
    }
    return Error(
        code_of(status, decision),
        fmt::format(
            "{} answered {}{}", who, describe_answer(failed), advice_for(status, decision)));
}

}  // namespace aifp::llm
