#include "engine/start_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/quantity.hpp"
#include "base/time_zone.hpp"

namespace aifp::engine {
namespace {

using model::Reason;

std::string block_text(const scheduler::FlowLimits& limits,
                       const scheduler::FlowBlock& block,
                       const std::string& key) {
    std::string text;
    switch (block.reason) {
        case Reason::throttled:
            text = fmt::format("at least {} between two starts", format_duration(limits.throttle));
            break;
        case Reason::cooldown:
            text = fmt::format("{} after the end of a run", format_duration(limits.cooldown));
            break;
        default:
            text = fmt::format("at most {}", format_rate(*limits.rate));
            break;
    }
    return fmt::format("{}{}; the next at {}",
                       text,
                       key.empty() ? "" : fmt::format(" with the key {}", key),
                       format_utc_ms(block.until));
}

}  // namespace

std::optional<Hold> hold_for(const Entry& entry,
                             WallTime now,
                             std::optional<WallTime> due,
                             const HoldChoice& choice) {
    const auto& flow = flow_of(entry);
    const auto pause = flow.jitter
                           ? scheduler::jitter_pause(*flow.jitter, entry.name, choice.chance)
                           : Milliseconds(0);
    WallTime until = now + flow.debounce.value_or(Milliseconds(0)) + pause;
    if (flow.accuracy) {
        // Of an instant the window begins there: the loop's lateness does not miss the moment.
        const bool is_on_time = due && *due <= now && now - *due < *flow.accuracy;
        const auto late = is_on_time && !flow.debounce ? now - *due : Milliseconds(0);
        until = std::max(now, scheduler::place_within(until - late, *flow.accuracy, choice.host));
    }
    if (flow.debounce) {
        return Hold{HoldKind::debounce, until};
    }
    const auto kind = pause.count() > 0 ? HoldKind::jitter : HoldKind::accuracy;
    return until > now ? std::optional(Hold{kind, until}) : std::nullopt;
}

void StartLimits::set_rate(const Entry& entry) {
    const bool is_plain = entry.rate.count > 0 && !limits_of(entry).rate;
    rates_.set(entry.id, is_plain ? std::optional(entry.rate) : std::nullopt);
}

bool StartLimits::restore(const model::Wait& row) {
    if (!FlowMarks::owns(row)) {
        return false;
    }
    marks_.restore(row);
    return true;
}

std::optional<LimitBlock> StartLimits::check_rate(const Entry& entry, WallTime now) {
    const auto until = rates_.blocked_until(entry.id, now);
    if (!until) {
        return std::nullopt;
    }
    return LimitBlock{Reason::rate_limited,
                      fmt::format("at most {}; the next at {}",
                                  format_rate(*rates_.rate_of(entry.id)),
                                  format_utc_ms(*until)),
                      *until};
}

std::optional<LimitBlock> StartLimits::check_marks(const Entry& entry,
                                                   const std::string& key,
                                                   WallTime now) const {
    const auto block = marks_.find_block(entry, key, now);
    if (!block) {
        return std::nullopt;
    }
    return LimitBlock{block->reason, block_text(limits_of(entry), *block, key), block->until};
}

CountedStart StartLimits::count_start(
    const Entry& entry, const std::string& key, WallTime at, bool begins, WallTime now) {
    rates_.take(entry.id, at);
    CountedStart counted{at, std::nullopt, {}, {}};
    const auto limits = limits_of(entry);
    if (limits.throttle.count() > 0 || limits.rate) {
        counted.before = marks_.mark_of(entry.id, key);
        counted.rows.push_back(marks_.note_start(entry, key, at, begins));
        counted.rows_over = marks_.sweep(now);
    }
    return counted;
}

void StartLimits::undo(const Entry& entry, const std::string& key, CountedStart counted) {
    rates_.give_back(entry.id, counted.at);
    if (counted.before) {
        marks_.take_back(entry, key, counted.at, std::move(*counted.before));
    }
}

std::optional<model::Wait> StartLimits::give_back(const Entry& entry,
                                                  const std::string& key,
                                                  WallTime at) {
    rates_.give_back(entry.id, at);
    return marks_.give_back(entry, key, at);
}

void StartLimits::count_end(const Entry& entry,
                            const std::string& key,
                            WallTime now,
                            storage::WriteGroup& group) {
    if (auto row = marks_.note_end(entry, key, now)) {
        group.waits.push_back(std::move(*row));
        group.waits_over = marks_.sweep(now);
    }
}

}  // namespace aifp::engine
