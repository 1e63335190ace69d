#include "llm/breaker.hpp"

#include <algorithm>

namespace aifp::llm {

std::optional<Milliseconds> Breaker::begin(MonoTime now) {
    if (!until_) {
        return std::nullopt;
    }
    if (now < *until_) {
        return std::chrono::ceil<Milliseconds>(*until_ - now);
    }
    if (is_trying_) {
        return pause_;
    }
    is_trying_ = true;
    return std::nullopt;
}

void Breaker::succeeded() noexcept {
    *this = Breaker();
}

void Breaker::failed(MonoTime now) noexcept {
    is_trying_ = false;
    if (++failures_ < kFailures) {
        return;
    }
    pause_ = pause_ == Milliseconds(0) ? kFirstPause : std::min(pause_ * 2, kLongestPause);
    until_ = now + pause_;
}

}  // namespace aifp::llm
