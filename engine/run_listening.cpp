#include <fmt/format.h>

#include <algorithm>

#include "engine/run.hpp"

// The part of Run that listens to triggers and events for its `wait_for`s.
namespace aifp::engine {

namespace json = boost::json;

void Run::listen(const RunCommand& command) {
    if (listening_.erase(command.strand) > 0) {
        host_.unlisten(id_, command.strand);
    }
    if (compiled_->steps[command.step->id].triggers.empty()) {
        return;
    }
    const auto serial = ++last_serial_;
    listening_[command.strand] = serial;
    const WaitRef wait{
        {id_, directive(), command.strand}, serial, machine_.turn_of(command.strand)};
    const auto heard = host_.listen(wait, *command.step, *compiled_);
    if (!heard) {
        take(machine_.wait_ended(
            command.strand,
            actions::fail_step(heard.error().code(),
                               fmt::format("{}: {}", command.step->place, heard.error().detail()),
                               "config"),
            now()));
    }
}

// The strands that wait no more: one of several came, or the time was over.
void Run::stop_listening() {
    for (auto it = listening_.begin(); it != listening_.end();) {
        const auto& strands = machine_.progress().strands;
        const bool waits =
            std::any_of(strands.begin(), strands.end(), [&](const RunStrand& strand) {
                return strand.id == it->first && strand.doing == RunStrand::Doing::trigger;
            });
        if (!waits) {
            host_.unlisten(id_, it->first);
        }
        it = waits ? std::next(it) : listening_.erase(it);
    }
}

void Run::trigger_came(std::uint32_t strand, std::uint64_t serial, json::object trigger) {
    const auto found = listening_.find(strand);
    if (ended_ && found != listening_.end() && found->second == serial) {
        take(machine_.wait_ended(strand, json::value(std::move(trigger)), now()));
    }
}

void Run::event_came(const std::string& name, const json::value& data) {
    const json::value trigger{{"kind", "event"}, {"event", name}, {"data", data}};
    std::vector<std::uint32_t> meant;
    for (const auto& strand : machine_.progress().strands) {
        if (strand.doing == RunStrand::Doing::trigger && is_awaited(strand, trigger)) {
            meant.push_back(strand.id);
        }
    }
    for (const auto strand : meant) {
        if (ended_) {
            take(machine_.wait_ended(strand, trigger, now()));
        }
    }
}

bool Run::is_awaited(const RunStrand& strand, const json::value& trigger) {
    const auto& events = compiled_->steps[machine_.step_of(strand).id].events;
    return std::any_of(events.begin(), events.end(), [&](const WantedEvent& wanted) {
        return wanted.name == trigger.at("event").as_string() && passes(wanted, strand, trigger);
    });
}

// A filter that cannot be decided lets nothing pass: the wait goes on.
bool Run::passes(const WantedEvent& wanted, const RunStrand& strand, const json::value& trigger) {
    const auto names = machine_.names_of(strand.id);
    if (!wanted.filter || !names) {
        return true;
    }
    scope_.set_strand(&*names);
    scope_.set_arrived(&trigger);
    const auto verdict = services_.sandbox.holds(*wanted.filter, scope_);
    scope_.set_arrived(nullptr);
    scope_.set_strand(nullptr);
    if (!verdict) {
        host_.tell(id_,
                   compiled_->name,
                   fmt::format("the filter of wait_for {} cannot be decided: {}",
                               wanted.name,
                               verdict.error().detail()));
    }
    return verdict.value_or(false);
}

}  // namespace aifp::engine
