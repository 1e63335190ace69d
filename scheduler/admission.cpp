#include "scheduler/admission.hpp"

#include <algorithm>
#include <cassert>

namespace aifp::scheduler {
namespace {

using model::DecisionKind;
using model::Reason;
using model::RunMode;

Admission skip(Reason reason, LedgerId blocker = {}) {
    Admission admission;
    admission.kind = DecisionKind::skipped;
    admission.reason = reason;
    admission.blocker = blocker;
    return admission;
}

Admission queue() {
    Admission admission;
    admission.kind = DecisionKind::queued;
    return admission;
}

template <class List>
void erase_one(List& list, LedgerId run) {
    const auto it = std::find(list.begin(), list.end(), run);
    if (it != list.end()) {
        list.erase(it);
    }
}

}  // namespace

Admission RunQueue::offer(const RunRequest& request) {
    assert(!runs_.contains(request.run));
    const auto found = lanes_.find({request.directive, request.key});
    if (found == lanes_.end()) {
        return find_place(request);
    }
    const Live& live = found->second;
    const std::size_t count = live.running.size() + live.waiting.size();
    const auto max = static_cast<std::size_t>(std::max(request.max, 1));
    switch (request.mode) {
        case RunMode::single:
            return skip(Reason::mode_single_busy,
                        live.running.empty() ? live.waiting.front() : live.running.front());
        case RunMode::restart:
            return replace(request, *found);
        case RunMode::queued:
            return count >= max ? skip(Reason::mode_max) : wait_for_turn(request, *found);
        case RunMode::parallel:
            return count >= max ? skip(Reason::mode_max) : find_place(request);
    }
    return skip(Reason::mode_max);
}

RunQueue::Lane& RunQueue::lane_of(const RunRequest& request) {
    return *lanes_.try_emplace({request.directive, request.key}).first;
}

Admission RunQueue::find_place(const RunRequest& request) {
    if (running_ < limits_.max_concurrent_runs && places_.empty()) {
        Lane& lane = lane_of(request);
        lane.second.running.push_back(request.run);
        runs_.emplace(request.run, Run{&lane, Stage::running});
        ++running_;
        return {};
    }
    if (queued() >= limits_.max_queued_runs) {
        return skip(Reason::queue_full);
    }
    Lane& lane = lane_of(request);
    lane.second.waiting.push_back(request.run);
    runs_.emplace(request.run, Run{&lane, Stage::waits_for_place});
    places_.push_back(request.run);
    return queue();
}

Admission RunQueue::wait_for_turn(const RunRequest& request, Lane& lane) {
    if (queued() >= limits_.max_queued_runs) {
        return skip(Reason::queue_full);
    }
    lane.second.waiting.push_back(request.run);
    runs_.emplace(request.run, Run{&lane, Stage::waits_for_turn});
    return queue();
}

Admission RunQueue::replace(const RunRequest& request, Lane& lane) {
    Live& live = lane.second;
    Admission admission = queue();
    admission.cancel = live.running;
    admission.dropped = std::move(live.waiting);
    live.waiting.assign(1, request.run);
    live.restarting = true;
    // The oldest place in the line goes to the new run, the others are given up.
    bool has_place = !live.running.empty();
    for (const LedgerId dropped : admission.dropped) {
        if (runs_.at(dropped).stage == Stage::waits_for_place) {
            if (has_place) {
                erase_one(places_, dropped);
            } else {
                std::replace(places_.begin(), places_.end(), dropped, request.run);
                has_place = true;
            }
        }
        runs_.erase(dropped);
    }
    const Stage stage = live.running.empty() ? Stage::waits_for_place : Stage::waits_for_turn;
    runs_.emplace(request.run, Run{&lane, stage});
    return admission;
}

std::vector<LedgerId> RunQueue::on_run_ended(LedgerId run) {
    std::vector<LedgerId> started;
    const auto found = runs_.find(run);
    if (found == runs_.end()) {
        return started;
    }
    const Run ended = found->second;
    runs_.erase(found);
    Live& live = ended.lane->second;
    if (ended.stage == Stage::running || ended.stage == Stage::resting) {
        erase_one(live.running, run);
        --(ended.stage == Stage::running ? running_ : resting_);
    } else {
        erase_one(live.waiting, run);
        live.restarting = live.restarting && !live.waiting.empty();
        if (ended.stage == Stage::waits_for_place) {
            erase_one(places_, run);
        }
    }
    if (live.running.empty()) {
        advance(*ended.lane, started);
    }
    fill_places(started);
    return started;
}

void RunQueue::adopt(const RunRequest& request) {
    assert(!runs_.contains(request.run));
    Lane& lane = lane_of(request);
    lane.second.running.push_back(request.run);
    runs_.emplace(request.run, Run{&lane, Stage::running});
    ++running_;
}

std::vector<LedgerId> RunQueue::set_resting(LedgerId run, bool rests) {
    std::vector<LedgerId> started;
    const auto found = runs_.find(run);
    const auto before = rests ? Stage::running : Stage::resting;
    if (found == runs_.end() || found->second.stage != before) {
        return started;
    }
    found->second.stage = rests ? Stage::resting : Stage::running;
    --(rests ? running_ : resting_);
    ++(rests ? resting_ : running_);
    fill_places(started);
    return started;
}

bool RunQueue::begin_now(LedgerId run) {
    const auto found = runs_.find(run);
    if (found == runs_.end() || found->second.lane->second.restarting ||
        (found->second.stage != Stage::waits_for_turn &&
         found->second.stage != Stage::waits_for_place)) {
        return false;
    }
    if (found->second.stage == Stage::waits_for_place) {
        erase_one(places_, run);
    }
    std::vector<LedgerId> started;
    start(run, found->second, started);
    return true;
}

void RunQueue::advance(Lane& lane, std::vector<LedgerId>& started) {
    const Live& live = lane.second;
    if (live.waiting.empty()) {
        lanes_.erase(lanes_.find(lane.first));
        return;
    }
    const LedgerId next = live.waiting.front();
    Run& run = runs_.at(next);
    if (run.stage != Stage::waits_for_turn) {
        return;  // it stands in places_ already
    }
    if (live.restarting && running_ < limits_.max_concurrent_runs) {
        start(next, run, started);  // the place of the run it replaced
        return;
    }
    run.stage = Stage::waits_for_place;
    places_.push_back(next);
}

void RunQueue::start(LedgerId id, Run& run, std::vector<LedgerId>& started) {
    Live& live = run.lane->second;
    erase_one(live.waiting, id);
    live.running.push_back(id);
    live.restarting = false;
    run.stage = Stage::running;
    ++running_;
    started.push_back(id);
}

void RunQueue::fill_places(std::vector<LedgerId>& started) {
    while (running_ < limits_.max_concurrent_runs && !places_.empty()) {
        const LedgerId next = places_.front();
        places_.pop_front();
        start(next, runs_.at(next), started);
    }
}

std::vector<LedgerId> RunQueue::set_limits(RunLimits limits) {
    limits_ = limits;
    std::vector<LedgerId> started;
    fill_places(started);
    return started;
}

bool RunQueue::is_live(DirectiveId directive) const {
    const auto found = lanes_.lower_bound({directive, {}});
    return found != lanes_.end() && found->first.first == directive;
}

std::vector<LedgerId> RunQueue::runs_of(DirectiveId directive) const {
    std::vector<LedgerId> runs;
    for (auto lane = lanes_.lower_bound({directive, {}});
         lane != lanes_.end() && lane->first.first == directive;
         ++lane) {
        const Live& live = lane->second;
        runs.insert(runs.end(), live.running.begin(), live.running.end());
        runs.insert(runs.end(), live.waiting.begin(), live.waiting.end());
    }
    return runs;
}

}  // namespace aifp::scheduler
