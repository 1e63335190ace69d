#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time_zone.hpp"
#include "engine/wait_ids.hpp"
#include "model/wait.hpp"

namespace aifp::engine {

/// A directive that a person let sleep.
struct Snooze {
    WallTime until;
    std::string by;
    WaitId wait;  ///< Its row.
    friend bool operator==(const Snooze&, const Snooze&) = default;
};

/// "until 2026-12-01T08:30:00+01:00, by eva"
[[nodiscard]] std::string text_of(const Snooze& snooze, const TimeZone& zone);

/// Which directives sleep, and until when: a row of `waits` each. A directive comes back by itself
/// when its time is over. Loop thread only; owned by the dispatcher. (reference/semantics.md 2
/// no. 15)
class Snoozes {
public:
    explicit Snoozes(WaitIds& wait_ids) noexcept : wait_ids_(wait_ids) {}

    [[nodiscard]] static bool owns(const model::Wait& row);
    void restore(const model::Wait& row);

    /// Begins one or replaces it; the row to be written.
    [[nodiscard]] model::Wait begin(DirectiveId directive, WallTime until, std::string by);
    /// Ends one before its time; its row, or nothing if there was none.
    [[nodiscard]] std::optional<WaitId> end(DirectiveId directive);
    /// As it stands, over or not.
    [[nodiscard]] std::optional<Snooze> get(DirectiveId directive) const;
    /// `tried` (nothing: its end) could not be stored: `before` holds again, unless a later call
    /// changed it meanwhile.
    void take_back(DirectiveId directive,
                   const std::optional<Snooze>& tried,
                   const std::optional<Snooze>& before);
    /// Nothing: it is awake at `now`.
    [[nodiscard]] const Snooze* find(DirectiveId directive, WallTime now) const;
    [[nodiscard]] std::optional<WallTime> next_end() const;
    /// Those whose time is over; they are gone from here, their rows are to be removed.
    [[nodiscard]] std::vector<std::pair<DirectiveId, Snooze>> take_ended(WallTime now);

private:
    void put(DirectiveId directive, std::optional<Snooze> snooze);

    WaitIds& wait_ids_;
    std::unordered_map<DirectiveId, Snooze> sleeping_;
    std::set<std::pair<WallTime, DirectiveId>> ends_;
};

/// Until when "2h", "2h30m", an RFC 3339 date and time or a time of day such as "18:00" (the next
/// one) lasts, in `zone` if it names no offset. Errors: invalid_input, also when it has passed or
/// is more than a year away.
[[nodiscard]] Result<WallTime> snooze_until(std::string_view text,
                                            WallTime now,
                                            const TimeZone& zone);

}  // namespace aifp::engine
