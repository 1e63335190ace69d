#include "scheduler/due.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"
#include "base/time_zone.hpp"

namespace aifp::scheduler {
namespace {

using model::Misfire;
using model::Reason;
using schedule::Occurrence;

/// Instants that share a fate.
struct Group {
    std::uint32_t count = 0;
    bool more = false;  ///< There are more than were counted.
    Occurrence first;
    Occurrence last;
    WallTime before_last;  ///< With two or more.

    void add(const Occurrence& occurrence) {
        first = count == 0 ? occurrence : first;
        before_last = last.at;
        last = occurrence;
        ++count;
    }
};

/// The most recent instant at or before `until`; `lower` is an earlier instant of the schedule.
Occurrence last_until(const schedule::Schedule& schedule, Occurrence lower, WallTime until) {
    constexpr Milliseconds kStep = std::chrono::seconds(1);
    WallTime upper = until;
    while (upper - lower.at > kStep) {
        const WallTime middle = lower.at + (upper - lower.at) / 2;
        const auto next = schedule.next_after(middle);
        if (next && next->at <= until) {
            lower = *next;
        } else {
            upper = middle;
        }
    }
    for (auto next = schedule.next_after(lower.at); next && next->at <= until;
         next = schedule.next_after(lower.at)) {
        lower = *next;
    }
    return lower;
}

class Decider {
public:
    Decider(const Backlog& backlog, WallTime now, std::vector<Due>& rows)
        : backlog_(backlog), now_(now), rows_(rows), cursor_(backlog.decided_until) {}

    Standing decide() {
        const std::size_t rows_before = rows_.size();
        const auto first = backlog_.schedule.next_after(cursor_);
        if (!first || first->at > now_) {
            return {cursor_, first ? std::optional(first->at) : std::nullopt};
        }
        const WallTime decided_until = survey(*first);
        tell_suppressed(gap_);
        tell_suppressed(overlap_);
        if (backlog_.misfire == Misfire::all) {
            run_each(*first);
        } else {
            run_once();
        }
        if (rows_.size() > rows_before) {
            rows_.back().decided_until = decided_until;
        }
        return {decided_until, next_due_};
    }

private:
    /// Sorts what is due into groups; returns the last instant of all.
    WallTime survey(const Occurrence& first) {
        std::optional<Occurrence> next = first;
        Occurrence last = first;
        for (std::uint32_t i = 0; i < kMaxEnumerated && next && next->at <= now_; ++i) {
            last = *next;
            group_of(last).add(last);
            next = backlog_.schedule.next_after(last.at);
        }
        if (next && next->at <= now_) {
            last = jump(*next);
            next = backlog_.schedule.next_after(last.at);
        }
        next_due_ = next ? std::optional(next->at) : std::nullopt;
        return last.at;
    }

    /// Too many to count: what lies between `from` and the most recent instant is "more".
    Occurrence jump(const Occurrence& from) {
        const Occurrence last = last_until(backlog_.schedule, from, now_);
        const WallTime in_time = now_ - backlog_.grace;
        if (from.at < in_time) {
            missed_.add(last.at < in_time
                            ? last
                            : last_until(backlog_.schedule, from, in_time - Milliseconds(1)));
            missed_.more = true;
        }
        if (last.at >= in_time) {
            recent_.more = recent_.count > 0;
            group_of(last).add(last);
        }
        return last;
    }

    Group& group_of(const Occurrence& occurrence) {
        if (occurrence.suppressed != Reason::none) {
            return occurrence.suppressed == Reason::dst_gap ? gap_ : overlap_;
        }
        return now_ - occurrence.at > backlog_.grace ? missed_ : recent_;
    }

    void run_once() {
        if (backlog_.misfire == Misfire::once && missed_.count > 0) {
            Group all = missed_;
            if (recent_.count > 0) {
                all.before_last = recent_.count > 1 ? recent_.before_last : missed_.last.at;
                all.count += recent_.count;
                all.more = all.more || recent_.more;
                all.last = recent_.last;
            }
            coalesce(all);
            return;
        }
        if (missed_.count > 0) {
            skip(missed_,
                 fmt::format("later than the grace of {}", format_duration(backlog_.grace)));
        }
        if (recent_.count > 0) {
            coalesce(recent_);
        }
    }

    /// One run for the last of the group.
    void coalesce(const Group& group) {
        if (group.count > 1) {
            push(group.before_last,
                 Reason::coalesced_into,
                 group.count - 1,
                 fmt::format("{}{} from {} to {} became one run, for {}",
                             group.more ? "more than " : "",
                             group.count - 1,
                             shown(group.first.at),
                             shown(group.before_last),
                             shown(group.last.at)));
        }
        run(group.last);
    }

    /// `misfire: all`
    void run_each(const Occurrence& first) {
        const std::uint32_t total = missed_.count + recent_.count;
        Group rest;
        std::uint32_t done = 0;
        std::optional<Occurrence> next = first;
        for (std::uint32_t i = 0; i < kMaxEnumerated && next && next->at <= now_; ++i) {
            if (next->suppressed == Reason::none && done < backlog_.cap) {
                cursor_ = next->at;
                run(*next);
                ++done;
            } else if (next->suppressed == Reason::none) {
                rest.first = *next;
                break;
            }
            next = backlog_.schedule.next_after(next->at);
        }
        if (done < total && rest.first.at == WallTime() && next) {
            rest.first = *next;
        }
        if (done < total) {
            // What is in time runs even then; it is the last one.
            const bool last_in_time = recent_.count > 0;
            rest.count = total - done - (last_in_time ? 1 : 0);
            rest.more = missed_.more || recent_.more;
            rest.last.at = recent_.count > 1 ? recent_.before_last : missed_.last.at;
            if (rest.count > 0) {
                skip(rest, fmt::format("over the {} runs made up for", backlog_.cap));
            }
            if (last_in_time) {
                run(recent_.last);
            }
        }
    }

    void skip(const Group& group, const std::string& why) {
        push(group.last.at,
             Reason::misfire_skipped,
             group.count,
             fmt::format("{}, {}", span(group), why));
    }

    void tell_suppressed(const Group& group) {
        if (group.count == 0) {
            return;
        }
        std::string detail = describe(group.last);
        if (group.count > 1) {
            detail = fmt::format("{}; the last: {}", span(group), detail);
        }
        push(group.last.at, group.last.suppressed, group.count, std::move(detail));
    }

    void run(const Occurrence& occurrence) {
        std::string detail = describe(occurrence);
        if (const Milliseconds late = now_ - occurrence.at; late > backlog_.grace) {
            detail += detail.empty() ? "" : "; ";
            detail += fmt::format("late by {}", format_duration(late));
        }
        push(occurrence.at, Reason::none, 1, std::move(detail));
        // What was in time runs behind what is made up for.
        if (missed_.count > 0 && backlog_.misfire != Misfire::skip) {
            rows_.back().caught_up = backlog_.stagger * static_cast<std::int64_t>(runs_++);
        }
    }

    void push(WallTime at, Reason reason, std::uint32_t instants, std::string detail) {
        rows_.push_back({backlog_.directive,
                         backlog_.trigger_index,
                         instants,
                         at,
                         reason,
                         cursor_,
                         std::move(detail),
                         std::nullopt});
    }

    [[nodiscard]] std::string shown(WallTime at) const {
        return format_rfc3339(at, backlog_.schedule.zone());
    }
    [[nodiscard]] std::string span(const Group& group) const {
        if (group.count == 1 && !group.more) {
            return shown(group.last.at);
        }
        return fmt::format("{}{} from {} to {}",
                           group.more ? "more than " : "",
                           group.count,
                           shown(group.first.at),
                           shown(group.last.at));
    }

    const Backlog& backlog_;
    WallTime now_;
    std::vector<Due>& rows_;
    WallTime cursor_;  ///< What is stored with a row that is not the last.
    std::optional<WallTime> next_due_;
    Group missed_;
    Group recent_;
    Group gap_;
    Group overlap_;
    std::uint32_t runs_ = 0;  ///< Made so far.
};

}  // namespace

Standing decide_backlog(const Backlog& backlog, WallTime now, std::vector<Due>& rows) {
    return Decider(backlog, now, rows).decide();
}

}  // namespace aifp::scheduler
