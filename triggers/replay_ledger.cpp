#include "triggers/replay_ledger.hpp"

#include <utility>

namespace aifp::triggers {

void ReplayLedger::forget_expired(WallTime now) {
    while (!expiries_.empty() && expiries_.top().at <= now) {
        const auto found = forget_at_.find(expiries_.top().key);
        // A mark that was taken back and made again has a later time of its own.
        if (found != forget_at_.end() && found->second <= now) {
            forget_at_.erase(found);
        }
        expiries_.pop();
    }
}

ReplayLedger::Answer ReplayLedger::remember(const ReplayMark& mark, WallTime now) {
    forget_expired(now);
    if (forget_at_.contains(mark.key)) {
        return Answer::duplicate;
    }
    if (forget_at_.size() >= max_marks_ || expiries_.size() >= 2 * max_marks_) {
        return Answer::full;
    }
    forget_at_.emplace(mark.key, mark.forget_at);
    expiries_.push(Expiry{mark.forget_at, mark.key});
    return Answer::fresh;
}

void ReplayLedger::take_back(std::string_view key) {
    if (const auto found = forget_at_.find(key); found != forget_at_.end()) {
        forget_at_.erase(found);
    }
}

bool ReplayLedger::knows(std::string_view key, WallTime now) const {
    const auto found = forget_at_.find(key);
    return found != forget_at_.end() && found->second > now;
}

}  // namespace aifp::triggers
