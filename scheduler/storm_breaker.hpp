#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace aifp::scheduler {

/// From how many starts within `window` on a directive is in a storm; 0: never.
struct StormLimits {
    std::int64_t of_own_making = 50;  ///< Starts that one of its own runs led to.
    std::int64_t starts = 30'000;     ///< All of them.
    Milliseconds window = std::chrono::minutes(1);
};

/// What a further start would be.
enum class Storm : std::uint8_t {
    none,
    loop,   ///< The directive starts itself, directly or through others.
    flood,  ///< It is started absurdly often, for whatever reason.
};

/// Counts the starts of each directive in one window after another, the same for all of them:
/// 32 bytes for each that started in the present one. Loop thread only; owned by the engine. Pure.
/// (reference/semantics.md 1 no. 14)
class StormBreaker {
public:
    explicit StormBreaker(StormLimits limits) : limits_(limits) {}

    /// Whether the directive may start once more. `of_own_making`: one of its runs led to it.
    [[nodiscard]] Storm ask(DirectiveId directive, bool of_own_making, WallTime now);
    void count(DirectiveId directive, bool of_own_making, WallTime now);
    /// A person let it go on: it begins anew.
    void forget(DirectiveId directive) { counts_.erase(directive); }
    void set_limits(StormLimits limits) { limits_ = limits; }
    [[nodiscard]] const StormLimits& limits() const noexcept { return limits_; }

private:
    struct Count {
        std::int64_t starts = 0;
        std::int64_t of_own_making = 0;
    };
    void turn_window(WallTime now);

    StormLimits limits_;
    WallTime window_began_;
    std::unordered_map<DirectiveId, Count> counts_;
};

}  // namespace aifp::scheduler
