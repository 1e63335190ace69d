#pragma once

#include <cstddef>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

namespace aifp::triggers {

/// A delivery that was taken, remembered until `forget_at`. The engine stores it in the same commit
/// as the ledger row, and loads those that are left at start.
struct ReplayMark {
    std::string key;
    WallTime forget_at;
    friend bool operator==(const ReplayMark&, const ReplayMark&) = default;
};

/// Which deliveries were taken lately: a bounded set with expiry. Pure; loop thread only; owned by
/// the engine. (reference/semantics.md 3.14)
class ReplayLedger {
public:
    enum class Answer {
        fresh,      ///< Not seen; it is remembered now.
        duplicate,  ///< Seen, and not yet forgotten.
        full,       ///< No room, and nothing old enough to forget.
    };

    explicit ReplayLedger(std::size_t max_marks = 100'000) : max_marks_(max_marks) {}

    [[nodiscard]] Answer remember(const ReplayMark& mark, WallTime now);
    /// Takes a mark back: what it stood for could not be stored.
    void take_back(std::string_view key);
    [[nodiscard]] bool knows(std::string_view key, WallTime now) const;
    [[nodiscard]] std::size_t size() const noexcept { return forget_at_.size(); }

private:
    struct KeyHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const noexcept {
            return std::hash<std::string_view>{}(key);
        }
    };
    struct Expiry {
        WallTime at;
        std::string key;
        friend bool operator>(const Expiry& left, const Expiry& right) noexcept {
            return left.at > right.at;
        }
    };
    void forget_expired(WallTime now);

    std::size_t max_marks_;
    std::unordered_map<std::string, WallTime, KeyHash, std::equal_to<>> forget_at_;
    std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> expiries_;
};

}  // namespace aifp::triggers
