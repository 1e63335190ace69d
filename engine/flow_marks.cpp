#include "engine/flow_marks.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/json_text.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

std::string row_text(const scheduler::FlowMark& mark) {
    return R"({"mark":)" + scheduler::to_text(mark) + "}";
}

std::optional<scheduler::FlowMark> read_row(const model::Wait& row) {
    json::error_code error;
    const auto data = json::parse(row.data, error);
    const auto* mark = !error && data.is_object() ? data.get_object().if_contains("mark") : nullptr;
    return row.kind == model::WaitKind::flow && mark != nullptr
               ? scheduler::mark_from(json_text(*mark))
               : std::nullopt;
}

}  // namespace

scheduler::FlowLimits limits_of(const Entry& entry) {
    const auto& flow = flow_of(entry);
    scheduler::FlowLimits limits;
    limits.throttle = flow.throttle.value_or(Milliseconds(0));
    limits.cooldown = flow.cooldown.value_or(Milliseconds(0));
    const bool by_marks =
        !flow.key.empty() || flow.debounce || flow.jitter || flow.accuracy || entry.rate.burst > 0;
    if (entry.rate.count > 0 && by_marks) {
        limits.rate = entry.rate;
    }
    return limits;
}

bool FlowMarks::owns(const model::Wait& row) {
    return read_row(row).has_value();
}

void FlowMarks::restore(const model::Wait& row) {
    auto mark = read_row(row);
    if (!mark) {
        return;
    }
    const Place place{row.directive, row.key};
    auto& slot = marks_[place];
    by_void_.erase({slot.void_from, place});
    slot = Slot{row.id, row.deadline.value_or(WallTime()), std::move(*mark)};
    by_void_.emplace(slot.void_from, place);
}

std::optional<scheduler::FlowBlock> FlowMarks::find_block(const Entry& entry,
                                                          const std::string& key,
                                                          WallTime now) const {
    const auto limits = limits_of(entry);
    const auto found = limits.any() ? marks_.find({entry.id, key}) : marks_.end();
    return found == marks_.end() ? std::nullopt
                                 : scheduler::find_block(limits, found->second.mark, now);
}

std::optional<scheduler::FlowBlock> FlowMarks::find_turn_block(const Entry& entry,
                                                               const std::string& key,
                                                               WallTime now) const {
    const auto limits = limits_of(entry);
    const auto found = limits.any() ? marks_.find({entry.id, key}) : marks_.end();
    return found == marks_.end() ? std::nullopt
                                 : scheduler::find_turn_block(limits, found->second.mark, now);
}

scheduler::FlowMark FlowMarks::mark_of(DirectiveId directive, const std::string& key) const {
    const auto found = marks_.find({directive, key});
    return found == marks_.end() ? scheduler::FlowMark() : found->second.mark;
}

FlowMarks::Slot& FlowMarks::slot_of(const Place& place) {
    auto& slot = marks_[place];
    if (slot.wait.value == 0) {
        slot.wait = wait_ids_.next();
        by_void_.emplace(slot.void_from, place);
    }
    return slot;
}

model::Wait FlowMarks::settle(const Place& place, Slot& slot, const scheduler::FlowLimits& limits) {
    return set_void(place, slot, scheduler::void_from(limits, slot.mark));
}

model::Wait FlowMarks::set_void(const Place& place, Slot& slot, WallTime from) {
    by_void_.erase({slot.void_from, place});
    slot.void_from = from;
    by_void_.emplace(slot.void_from, place);
    model::Wait row;
    row.id = slot.wait;
    row.kind = model::WaitKind::flow;
    row.directive = place.first;
    row.key = place.second;
    row.deadline = slot.void_from;
    row.data = row_text(slot.mark);
    return row;
}

model::Wait FlowMarks::note_start(const Entry& entry,
                                  const std::string& key,
                                  WallTime now,
                                  bool begins) {
    const auto limits = limits_of(entry);
    const Place place{entry.id, key};
    auto& slot = slot_of(place);
    scheduler::note_start(limits, slot.mark, now);
    if (begins) {
        scheduler::note_begin(slot.mark, now);
    }
    return settle(place, slot, limits);
}

std::optional<model::Wait> FlowMarks::note_begin(const Entry& entry,
                                                 const std::string& key,
                                                 WallTime now) {
    const auto limits = limits_of(entry);
    if (limits.throttle.count() <= 0) {
        return std::nullopt;
    }
    const Place place{entry.id, key};
    auto& slot = slot_of(place);
    scheduler::note_begin(slot.mark, now);
    return settle(place, slot, limits);
}

std::optional<model::Wait> FlowMarks::give_back(const Entry& entry,
                                                const std::string& key,
                                                WallTime at) {
    const Place place{entry.id, key};
    const auto found = marks_.find(place);
    if (found == marks_.end()) {
        return std::nullopt;
    }
    const auto limits = limits_of(entry);
    scheduler::give_back(limits, found->second.mark, at);
    return settle(place, found->second, limits);
}

std::optional<model::Wait> FlowMarks::note_end(const Entry& entry,
                                               const std::string& key,
                                               WallTime now) {
    const auto limits = limits_of(entry);
    if (limits.cooldown.count() <= 0) {
        return std::nullopt;
    }
    const Place place{entry.id, key};
    auto& slot = slot_of(place);
    scheduler::note_end(slot.mark, now);
    return settle(place, slot, limits);
}

void FlowMarks::take_back(const Entry& entry,
                          const std::string& key,
                          WallTime now,
                          scheduler::FlowMark before) {
    const Place place{entry.id, key};
    const auto found = marks_.find(place);
    if (found != marks_.end() && found->second.mark.last_start == now) {
        found->second.mark = std::move(before);
        static_cast<void>(settle(place, found->second, limits_of(entry)));
    }
}

std::vector<model::Wait> FlowMarks::clock_stepped(Milliseconds step) {
    std::vector<model::Wait> rows;
    for (auto& [place, slot] : marks_) {
        scheduler::move_times(slot.mark, step);
        rows.push_back(set_void(place, slot, slot.void_from + step));
    }
    return rows;
}

std::vector<WaitId> FlowMarks::sweep(WallTime now) {
    std::vector<WaitId> gone;
    while (!by_void_.empty() && (by_void_.begin()->first <= now || marks_.size() > kMaxMarks)) {
        const auto found = marks_.find(by_void_.begin()->second);
        gone.push_back(found->second.wait);
        marks_.erase(found);
        by_void_.erase(by_void_.begin());
    }
    return gone;
}

}  // namespace aifp::engine
