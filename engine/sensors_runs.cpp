#include <fmt/format.h>

#include <charconv>

#include "engine/sensors.hpp"

// The part of Sensors for runs that wait (wait_for): they fire into the run and start nothing.
namespace aifp::engine {

namespace json = boost::json;
using triggers::Verdict;

namespace {

constexpr std::string_view kRunKey = "run ";
constexpr const char* kFired = "fired";

}  // namespace

std::string run_key(const StepRef& by, std::uint32_t step, std::string_view turn) {
    return fmt::format("{}{} {} {} {}", kRunKey, by.run.value, by.strand, step, turn);
}

LedgerId run_of_key(std::string_view key) {
    LedgerId run;
    if (key.starts_with(kRunKey)) {
        key.remove_prefix(kRunKey.size());
        std::from_chars(key.data(), key.data() + key.size(), run.value);
    }
    return run;
}

// It has been seen, but the run has not written that it goes on: until then it must not be lost.
void Sensors::fire_into_run(Slot& slot, Verdict& verdict) {
    json::object fired = std::move(*verdict.fire);
    verdict.fire.reset();
    verdict.due.reset();
    verdict.release = false;
    verdict.hold = triggers::Held{std::nullopt, json::object{{kFired, fired}}};
    tell_run(slot, std::move(fired));
}

bool Sensors::tell_run_again(Slot& slot, const triggers::Held& held) {
    const auto* fired = held.data.if_contains(kFired);
    if (slot.made.waiter.run.value == 0 || fired == nullptr || !fired->is_object()) {
        return false;
    }
    tell_run(slot, fired->get_object());
    return true;
}

void Sensors::tell_run(const Slot& slot, json::object fired) {
    json::object trigger;
    trigger["kind"] = slot.made.kind;
    trigger["id"] = slot.made.waiter.trigger_id;
    for (auto& [name, value] : fired) {
        trigger[name] = std::move(value);
    }
    services_.tell_run(slot.made.waiter, std::move(trigger));
}

void Sensors::take_of_run(LedgerId run,
                          std::uint32_t strand,
                          std::uint32_t trigger_index,
                          Verdict verdict) {
    const auto [first, last] = by_run_.equal_range(run);
    for (auto row = first; row != last; ++row) {
        const auto& made = slots_.at(row->second).made;
        if (made.waiter.strand == strand && made.trigger_index == trigger_index) {
            apply(row->second, std::move(verdict));
            break;
        }
    }
    flush();
}

void Sensors::drop_run(LedgerId run, std::optional<std::uint32_t> strand, bool for_good) {
    const auto [first, last] = by_run_.equal_range(run);
    for (auto row = first; row != last;) {
        auto& slot = slots_.at(row->second);
        if (strand && slot.made.waiter.strand != *strand) {
            ++row;
            continue;
        }
        set_timer(row->second, TimerKind::deadline, slot.deadline, std::nullopt);
        set_timer(row->second, TimerKind::check, slot.check, std::nullopt);
        subscribe(row->second, slot.interests, false);
        if (for_good && slot.wait.value != 0) {
            group_.waits_over.push_back(slot.wait);
        }
        slots_.erase(row->second);
        row = by_run_.erase(row);
    }
    flush();
}

void Sensors::drop_parked_of_runs(const std::function<bool(LedgerId)>& is_live) {
    std::erase_if(parked_, [&](const auto& row) {
        const auto& parked = row.second;
        const bool goes = parked.run.value != 0 && !is_live(parked.run);
        if (goes) {
            group_.waits_over.push_back(parked.wait);
        }
        return goes;
    });
    flush();
}

}  // namespace aifp::engine
