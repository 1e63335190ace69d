#include "agents/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace aifp::agents {

std::string_view name_of(Ended ended) noexcept {
    switch (ended) {
        case Ended::answered:
            return "answered";
        case Ended::rounds:
            return "rounds";
        case Ended::tokens:
            return "tokens";
        case Ended::cut:
            return "cut";
        case Ended::refused:
            return "refused";
        case Ended::unusable:
            return "unusable";
    }
    return "answered";
}

std::string describe(Ended ended, const ExchangeLimits& limits) {
    switch (ended) {
        case Ended::answered:
            return {};
        case Ended::rounds:
            return fmt::format("the AI had no answer after {} requests", limits.max_rounds);
        case Ended::tokens:
            return fmt::format("the bound of {} tokens was reached before there was an answer",
                               limits.max_tokens);
        case Ended::cut:
            return "the answer was longer than one may be: raise llm.max_tokens, or ask for less";
        case Ended::refused:
            return "the AI declined to answer";
        case Ended::unusable:
            return "the AI did not give what was asked for";
    }
    return {};
}

Exchange::Exchange(std::vector<prompts::Message> conversation, ExchangeLimits limits)
    : messages_(std::move(conversation)), began_with_(messages_.size()), limits_(limits) {
    limits_.max_rounds = std::clamp(limits_.max_rounds, 1, kMostRounds);
}

std::vector<prompts::Message> Exchange::added() const {
    return {messages_.begin() + static_cast<std::ptrdiff_t>(began_with_), messages_.end()};
}

std::int64_t Exchange::tokens_left() const noexcept {
    return std::max<std::int64_t>(0,
                                  limits_.max_tokens - usage_.input_tokens - usage_.output_tokens);
}

Exchange::Step Exchange::take(const llm::Answer& answer) {
    ++rounds_;
    usage_.input_tokens += answer.usage.input_tokens;
    usage_.output_tokens += answer.usage.output_tokens;
    usage_.cached_tokens += answer.usage.cached_tokens;
    text_ = std::exchange(paused_text_, {}) + answer.text;
    // Arguments of a cut answer may be half of what was meant, so they are not acted upon.
    const bool is_whole = answer.stop == llm::Stop::done || answer.stop == llm::Stop::tools ||
                          answer.stop == llm::Stop::paused;
    calls_ = is_whole ? answer.tool_calls : std::vector<prompts::ToolCall>();
    over_.clear();
    if (answer.stop == llm::Stop::paused && calls_.empty()) {
        paused_text_ = text_;
    }
    if (!answer.text.empty() || !calls_.empty()) {
        prompts::Message message;
        message.role = prompts::Role::assistant;
        message.text = answer.text;
        message.tool_calls = calls_;
        messages_.push_back(std::move(message));
    }
    if (!calls_.empty()) {
        const auto kept = std::min(calls_.size(), std::max<std::size_t>(1, limits_.max_calls));
        over_.assign(calls_.begin() + static_cast<std::ptrdiff_t>(kept), calls_.end());
        calls_.resize(kept);
        return Step::call;
    }
    switch (answer.stop) {
        case llm::Stop::length:
            return end(Ended::cut);
        case llm::Stop::refused:
            return end(Ended::refused);
        case llm::Stop::paused:
            return again();
        default:
            return end(Ended::answered);
    }
}

Exchange::Step Exchange::give(std::vector<ToolOutcome> outcomes) {
    for (std::size_t i = 0; i < calls_.size(); ++i) {
        add_outcome(
            calls_[i],
            i < outcomes.size() ? std::move(outcomes[i]) : ToolOutcome{"it was not called", true});
    }
    calls_.clear();
    for (const auto& call : std::exchange(over_, {})) {
        add_outcome(
            call,
            {fmt::format("not called: at most {} calls at once; call it again", limits_.max_calls),
             true});
    }
    return again();
}

Exchange::Step Exchange::mend(const std::string& why) {
    if (++mends_ > limits_.max_mends) {
        return end(Ended::unusable);
    }
    prompts::Message message;
    message.role = prompts::Role::user;
    message.text = why;
    messages_.push_back(std::move(message));
    return again();
}

Exchange::Step Exchange::again() {
    if (rounds_ >= limits_.max_rounds) {
        return end(Ended::rounds);
    }
    return tokens_left() > 0 ? Step::ask : end(Ended::tokens);
}

Exchange::Step Exchange::end(Ended ended) {
    ended_ = ended;
    return Step::end;
}

void Exchange::add_outcome(const prompts::ToolCall& call, ToolOutcome outcome) {
    prompts::Message message;
    message.role = prompts::Role::tool;
    message.text = std::move(outcome.text);
    message.tool_call_id = call.id;
    message.is_error = outcome.is_error;
    messages_.push_back(std::move(message));
}

}  // namespace aifp::agents
