#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace aifp::model {

/// What goes on when a wait is over.
enum class WaitKind {
    run,      ///< A run under way: its steps wait, or one of them is to be tried again.
    trigger,  ///< A trigger between seeing and firing: `for`, `watchdog`, `while` ...
    flow,     ///< An event held back by debounce, throttle, jitter, or a directive snoozed.
    notice,   ///< What people were told of a directive, and what they are still to be told.
};

/// Something that is to go on later, even if the engine dies before. It is one row, written before
/// anybody relies on it and removed in the transaction of what follows from it.
struct Wait {
    WaitId id;
    WaitKind kind = WaitKind::run;
    DirectiveId directive;
    LedgerId run;                     ///< Of kind run; else 0.
    std::uint32_t trigger_index = 0;  ///< Of kinds trigger and flow.
    /// Which of several of a trigger: an entity, a rendered key. Of a run "time": it only waits for
    /// the deadline, so that until then its row is all that is needed of it.
    std::string key;
    std::optional<WallTime> deadline;  ///< Nothing: only an event ends it.
    /// JSON text, read only by what wrote it: a run's progress, a trigger's payload. Bounded.
    std::string data;
    /// By how much the clock was set since `data` was written: `deadline` has moved with it, the
    /// times in `data` have not.
    Milliseconds moved{0};
};

[[nodiscard]] std::string_view name_of(WaitKind kind) noexcept;
[[nodiscard]] std::optional<WaitKind> wait_kind_from(std::string_view name) noexcept;

}  // namespace aifp::model
