#include <fmt/format.h>

#include <algorithm>

#include "engine/run_machine.hpp"

namespace aifp::engine {

std::optional<WallTime> RunMachine::next_time() const noexcept {
    std::optional<WallTime> next;
    const auto take = [&next](const std::optional<WallTime>& time) {
        if (time && (!next || *time < *next)) {
            next = time;
        }
    };
    for (const auto& strand : progress_.strands) {
        if (strand.interrupt || strand.doing == Doing::over) {
            continue;
        }
        take(strand.until);
        for (const auto& frame : strand.frames) {
            take(frame.timeout);
        }
    }
    return next;
}

bool RunMachine::waits_long(WallTime now) const noexcept {
    return std::any_of(
        progress_.strands.begin(), progress_.strands.end(), [now](const RunStrand& strand) {
            switch (strand.doing) {
                case Doing::until:
                case Doing::trigger:
                case Doing::answer:
                case Doing::call:
                case Doing::next_try:
                    return true;
                case Doing::delay:
                case Doing::retry:
                    return strand.until && *strand.until - now > kShortWait;
                default:
                    return false;
            }
        });
}

bool RunMachine::only_waits_for_time() const noexcept {
    return std::all_of(
        progress_.strands.begin(), progress_.strands.end(), [](const RunStrand& strand) {
            return !strand.interrupt &&
                   (strand.doing == Doing::delay || strand.doing == Doing::retry ||
                    strand.doing == Doing::joining);
        });
}

bool RunMachine::is_listening() const noexcept {
    return std::any_of(progress_.strands.begin(),
                       progress_.strands.end(),
                       [](const RunStrand& strand) { return strand.doing == Doing::until; });
}

void RunMachine::note(const RunStrand& strand, const PlanStep& step, actions::StepResult result) {
    if (!takes_notes_) {
        return;
    }
    command(RunCommand::Kind::note, strand, &step);
    commands_.back().note = std::make_shared<const StepNote>(
        StepNote{strand.since.value_or(now_), now_, std::move(result)});
}

std::optional<StrandNames> RunMachine::names_of(std::uint32_t id) const {
    const auto* strand = find(id);
    if (strand == nullptr) {
        return std::nullopt;
    }
    return names_of(*strand);
}

std::string RunMachine::turn_of(std::uint32_t id) const {
    auto turn = fmt::format("{}", progress_.attempt);
    if (const auto* strand = find(id)) {
        for (const auto& frame : strand->frames) {
            turn += fmt::format(" {}.{}", frame.turn, frame.attempt);
        }
    }
    return turn;
}

RunStrand* RunMachine::find(std::uint32_t id) noexcept {
    for (auto& strand : progress_.strands) {
        if (strand.id == id && strand.doing != Doing::over) {
            return &strand;
        }
    }
    return nullptr;
}

const RunStrand* RunMachine::find(std::uint32_t id) const noexcept {
    for (const auto& strand : progress_.strands) {
        if (strand.id == id && strand.doing != Doing::over) {
            return &strand;
        }
    }
    return nullptr;
}

// What a stored place no longer finds in the plan is an empty list: the run goes past it.
const RunMachine::Steps& RunMachine::list_of(const RunStrand& strand, std::size_t depth) const {
    static const Steps kNone;
    if (depth == 0 && !strand.parent) {
        return progress_.phase == Phase::actions    ? plan_.actions
               : progress_.phase == Phase::on_error ? plan_.on_error
               : progress_.phase == Phase::finally  ? plan_.finally
                                                    : kNone;
    }
    const auto* parent = depth == 0 ? find(*strand.parent) : &strand;
    if (parent == nullptr) {
        return kNone;
    }
    const auto& step = depth == 0 ? step_at(*parent) : step_at(strand, depth - 1);
    const auto list = strand.frames[depth].list;
    return list < step.lists.size() ? step.lists[list] : kNone;
}

const PlanStep& RunMachine::step_at(const RunStrand& strand, std::size_t depth) const {
    static const PlanStep kNone;
    const auto& list = list_of(strand, depth);
    const auto index = strand.frames[depth].index;
    return index < list.size() ? list[index] : kNone;
}

const PlanStep& RunMachine::step_at(const RunStrand& strand) const {
    return step_at(strand, strand.frames.size() - 1);
}

StrandNames RunMachine::names_of(const RunStrand& strand) const {
    return StrandNames{
        strand.vars, strand.wait, strand.error, progress_.outputs, repeat_of(strand)};
}

// Of the innermost loop; a branch sees the one that its parallel stands in.
boost::json::value RunMachine::repeat_of(const RunStrand& strand) const {
    for (auto frame = strand.frames.rbegin(); frame != strand.frames.rend(); ++frame) {
        if (frame->turn == 0) {
            continue;
        }
        boost::json::object repeat;
        repeat["index"] = frame->turn;
        repeat["first"] = frame->turn == 1;
        if (frame->turns > 0) {
            repeat["last"] = frame->turn == frame->turns;
        }
        if (frame->items.is_array()) {
            const auto at = static_cast<std::size_t>(frame->turn - 1);
            const auto& items = frame->items.get_array();
            repeat["item"] = at < items.size() ? items[at] : boost::json::value();
        }
        return repeat;
    }
    const auto* parent = strand.parent ? find(*strand.parent) : nullptr;
    return parent != nullptr ? repeat_of(*parent) : boost::json::value();
}

bool RunMachine::has_branches(const RunStrand& strand) const noexcept {
    return std::any_of(
        progress_.strands.begin(), progress_.strands.end(), [&](const RunStrand& branch) {
            return branch.parent == strand.id && branch.doing != Doing::over;
        });
}

void RunMachine::command(RunCommand::Kind kind, const RunStrand& strand, const PlanStep* step) {
    RunCommand command;
    command.kind = kind;
    command.strand = strand.id;
    command.step = step;
    commands_.push_back(std::move(command));
}

void RunMachine::warn(std::string text) {
    RunCommand command;
    command.kind = RunCommand::Kind::warn;
    command.text = std::move(text);
    commands_.push_back(std::move(command));
}

}  // namespace aifp::engine
