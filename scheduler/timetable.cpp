#include "scheduler/timetable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/quantity.hpp"
#include "scheduler/flow_limits.hpp"
#include "scheduler/rest.hpp"

namespace aifp::scheduler {
namespace {

// A heap rebuilt once it is mostly void costs nothing per item in the long run.
constexpr std::size_t kVoidItemsAllowed = 64;

constexpr auto kLater = [](const auto& left, const auto& right) {
    return left.due != right.due ? left.due > right.due : left.slot > right.slot;
};

}  // namespace

WallTime Timetable::arm(ArmRequest request, WallTime now) {
    latest_seen_ = std::max(latest_seen_, now);
    WallTime cursor = request.decided_until.value_or(now);
    if (cursor - now > kMaxStepBack) {
        cursor = now;  // stored while the clock was wrong
    }
    request.schedule.count_from(cursor);
    const Milliseconds period = request.schedule.nominal_period(now).value_or(kMaxDefaultGrace);
    const auto next = request.schedule.next_after(cursor);
    const std::uint32_t slot =
        take_slot(Entry{.schedule = std::move(request.schedule),
                        .directive = request.directive,
                        .decided_until = cursor,
                        .grace = request.grace.value_or(std::min(period, kMaxDefaultGrace)),
                        .stagger = request.stagger.value_or(std::min(period, kLongestStagger)),
                        .cap = request.cap,
                        .trigger_index = request.trigger_index,
                        .misfire = request.misfire,
                        .at_rest = request.at_rest});
    watch(slot, next ? std::optional(next->at) : std::nullopt);
    return cursor;
}

std::size_t Timetable::disarm(DirectiveId directive) {
    const auto found = first_slot_.find(directive);
    if (found == first_slot_.end()) {
        return 0;
    }
    std::size_t count = 0;
    for (std::uint32_t slot = found->second; slot != kNone; ++count) {
        entries_[slot].armed = false;
        free_slots_.push_back(slot);
        slot = entries_[slot].next_of_directive;
    }
    first_slot_.erase(found);
    armed_ -= count;
    drop_void_items();
    return count;
}

std::optional<WallTime> Timetable::next_due() {
    drop_void_items();
    return heap_.empty() ? std::nullopt : std::optional(heap_.front().due);
}

std::optional<WallTime> Timetable::next_run(DirectiveId directive, WallTime now) const {
    std::optional<WallTime> earliest;
    const auto found = first_slot_.find(directive);
    std::uint32_t slot = found == first_slot_.end() ? kNone : found->second;
    for (; slot != kNone; slot = entries_[slot].next_of_directive) {
        const Entry& entry = entries_[slot];
        if (entry.at_rest != model::Reason::none || entry.waits_for_end) {
            continue;
        }
        const auto next = entry.schedule.next_run_after(std::max(now, entry.decided_until));
        if (next && (!earliest || next->at < *earliest)) {
            earliest = next->at;
        }
    }
    return earliest;
}

std::vector<model::Cursor> Timetable::cursors_of(DirectiveId directive) const {
    std::vector<model::Cursor> cursors;
    const auto found = first_slot_.find(directive);
    std::uint32_t slot = found == first_slot_.end() ? kNone : found->second;
    for (; slot != kNone; slot = entries_[slot].next_of_directive) {
        const Entry& entry = entries_[slot];
        cursors.push_back(model::Cursor{directive, entry.trigger_index, entry.decided_until});
    }
    return cursors;
}

bool Timetable::counts_runs(DirectiveId directive, std::optional<std::uint32_t> trigger) const {
    const auto found = first_slot_.find(directive);
    std::uint32_t slot = found == first_slot_.end() ? kNone : found->second;
    const auto counts = [&](const Entry& entry) {
        return entry.schedule.counts_from() != schedule::CountsFrom::anchor &&
               (!trigger || entry.trigger_index == *trigger);
    };
    while (slot != kNone && !counts(entries_[slot])) {
        slot = entries_[slot].next_of_directive;
    }
    return slot != kNone;
}

std::vector<model::Cursor> Timetable::count_from(DirectiveId directive,
                                                 schedule::CountsFrom moment,
                                                 WallTime at) {
    std::vector<model::Cursor> moved;
    const auto found = first_slot_.find(directive);
    std::uint32_t slot = found == first_slot_.end() ? kNone : found->second;
    for (; slot != kNone; slot = entries_[slot].next_of_directive) {
        Entry& entry = entries_[slot];
        if (moment != schedule::CountsFrom::anchor && entry.schedule.counts_from() == moment &&
            entry.decided_until < at) {
            entry.schedule.count_from(at);
            entry.decided_until = at;
            moved.push_back({directive, entry.trigger_index, at});
            watch_next(slot);
        }
    }
    return moved;
}

void Timetable::set_running(DirectiveId directive, bool runs) {
    const auto found = first_slot_.find(directive);
    std::uint32_t slot = found == first_slot_.end() ? kNone : found->second;
    for (; slot != kNone; slot = entries_[slot].next_of_directive) {
        Entry& entry = entries_[slot];
        const bool waits = runs && entry.schedule.counts_from() == schedule::CountsFrom::run_end;
        if (std::exchange(entry.waits_for_end, waits) != waits) {
            watch_next(slot);
        }
    }
}

bool Timetable::waits_for_end(DirectiveId directive) const {
    const auto found = first_slot_.find(directive);
    std::uint32_t slot = found == first_slot_.end() ? kNone : found->second;
    while (slot != kNone && !entries_[slot].waits_for_end) {
        slot = entries_[slot].next_of_directive;
    }
    return slot != kNone;
}

std::vector<Due> Timetable::collect(WallTime now, std::size_t max_rows) {
    latest_seen_ = std::max(latest_seen_, now);
    std::vector<Due> rows;
    while (rows.size() < max_rows) {
        const auto due = next_due();
        if (!due || *due > now) {
            break;
        }
        const std::uint32_t slot = heap_.front().slot;
        std::pop_heap(heap_.begin(), heap_.end(), kLater);
        heap_.pop_back();
        decide(slot, now, rows);
    }
    return rows;
}

std::vector<Due> Timetable::collect_of(DirectiveId directive, WallTime now) {
    std::vector<Due> rows;
    const auto found = first_slot_.find(directive);
    std::uint32_t slot = found == first_slot_.end() ? kNone : found->second;
    for (; slot != kNone; slot = entries_[slot].next_of_directive) {
        decide(slot, now, rows);
    }
    return rows;
}

void Timetable::decide(std::uint32_t slot, WallTime now, std::vector<Due>& rows) {
    Entry& entry = entries_[slot];
    if (entry.waits_for_end) {
        return;
    }
    const bool is_at_rest = entry.at_rest != model::Reason::none;
    const Backlog backlog{.directive = entry.directive,
                          .trigger_index = entry.trigger_index,
                          .schedule = entry.schedule,
                          .decided_until = entry.decided_until,
                          .grace = is_at_rest ? Milliseconds(0) : entry.grace,
                          .misfire = is_at_rest ? model::Misfire::skip : entry.misfire,
                          .cap = entry.cap,
                          .stagger = entry.stagger};
    const std::size_t rows_before = rows.size();
    Standing standing = decide_backlog(backlog, now, rows);
    entry.decided_until = standing.decided_until;
    if (is_at_rest) {
        for (std::size_t row = rows_before; row < rows.size(); ++row) {
            let_rest(rows[row], entry.at_rest);
        }
        if (standing.next_due) {
            standing.next_due = std::max(*standing.next_due, now + kRestPause);
        }
    }
    watch(slot, standing.next_due);
}

ClockReview Timetable::on_clock_changed(WallTime now) {
    ClockReview review;
    review.stepped_back = std::max(latest_seen_ - now, Milliseconds(0));
    if (review.stepped_back == Milliseconds(0)) {
        latest_seen_ = now;
        return review;
    }
    const std::string step = format_duration(review.stepped_back);
    if (review.stepped_back <= kMaxStepBack) {
        review.note = fmt::format(
            "the clock went back by {}: schedules wait until it has caught up, nothing runs twice",
            step);
        return review;
    }
    latest_seen_ = now;
    for (std::uint32_t slot = 0; slot < entries_.size(); ++slot) {
        Entry& entry = entries_[slot];
        if (!entry.armed || entry.decided_until <= now) {
            continue;
        }
        entry.decided_until = now;
        entry.schedule.count_from(now);
        watch_next(slot);
        review.rearmed.push_back({entry.directive, entry.trigger_index, now});
    }
    review.note =
        fmt::format("the clock went back by {}: {} schedules begin anew from the new time",
                    step,
                    review.rearmed.size());
    return review;
}

std::uint32_t Timetable::find_slot(DirectiveId directive, std::uint32_t trigger) const {
    const auto found = first_slot_.find(directive);
    std::uint32_t slot = found == first_slot_.end() ? kNone : found->second;
    while (slot != kNone && entries_[slot].trigger_index != trigger) {
        slot = entries_[slot].next_of_directive;
    }
    return slot;
}

std::uint32_t Timetable::take_slot(Entry entry) {
    std::uint32_t slot = find_slot(entry.directive, entry.trigger_index);
    if (slot != kNone) {
        entry.next_of_directive = entries_[slot].next_of_directive;
        entry.generation = entries_[slot].generation;
        entries_[slot] = std::move(entry);
        return slot;
    }
    ++armed_;
    auto& first = first_slot_.try_emplace(entry.directive, kNone).first->second;
    entry.next_of_directive = first;
    if (free_slots_.empty()) {
        slot = static_cast<std::uint32_t>(entries_.size());
        entries_.push_back(std::move(entry));
    } else {
        slot = free_slots_.back();
        free_slots_.pop_back();
        entry.generation = entries_[slot].generation;
        entries_[slot] = std::move(entry);
    }
    first = slot;
    return slot;
}

// A heap: below an item that is not due yet nothing is.
std::size_t Timetable::count_due(WallTime before) const {
    std::size_t count = 0;
    std::vector<std::size_t> to_visit{0};
    while (!to_visit.empty()) {
        const auto index = to_visit.back();
        to_visit.pop_back();
        if (index >= heap_.size() || heap_[index].due > before) {
            continue;
        }
        count += is_void(heap_[index]) ? 0 : 1;
        to_visit.push_back(2 * index + 1);
        to_visit.push_back(2 * index + 2);
    }
    return count;
}

bool Timetable::is_void(const Item& item) const {
    const Entry& entry = entries_[item.slot];
    return !entry.armed || entry.generation != item.generation;
}

/// Makes the slot's earlier item void and adds one for `due`.
void Timetable::watch(std::uint32_t slot, std::optional<WallTime> due) {
    ++entries_[slot].generation;
    if (due) {
        heap_.push_back({*due, slot, entries_[slot].generation});
        std::push_heap(heap_.begin(), heap_.end(), kLater);
    }
    drop_void_items();
}

void Timetable::watch_next(std::uint32_t slot) {
    const Entry& entry = entries_[slot];
    const auto next =
        entry.waits_for_end ? std::nullopt : entry.schedule.next_after(entry.decided_until);
    watch(slot, next ? std::optional(next->at) : std::nullopt);
}

void Timetable::drop_void_items() {
    if (heap_.size() > 2 * armed_ + kVoidItemsAllowed) {
        std::erase_if(heap_, [this](const Item& item) { return is_void(item); });
        std::make_heap(heap_.begin(), heap_.end(), kLater);
    }
    while (!heap_.empty() && is_void(heap_.front())) {
        std::pop_heap(heap_.begin(), heap_.end(), kLater);
        heap_.pop_back();
    }
}

}  // namespace aifp::scheduler
