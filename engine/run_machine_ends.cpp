#include "engine/run_machine.hpp"

// The part of RunMachine that ends steps, lists, strands and phases, by themselves or before their
// time.
namespace aifp::engine {

using model::RunState;

namespace {

// A stop that is no error travels as one through the lists that it ends; nothing can catch it.
constexpr std::string_view kStop = "stop";

// Whether the machine itself tells how a step ended. What the shell started it tells, too, and what
// only holds others is told of where it chooses among them, or fails by itself.
bool is_noted(StepKind kind, bool went_well) noexcept {
    switch (kind) {
        case StepKind::leaf:
        case StepKind::parallel:
            return false;
        case StepKind::condition:
        case StepKind::delay:
        case StepKind::wait_until:
        case StepKind::wait_for:
        case StepKind::approval:
        case StepKind::call:
            return true;
        default:
            return !went_well;
    }
}

bool is_catchable(const actions::StepError& error) noexcept {
    const auto& name = error.error_class();
    return name != kStop && name != "stopped" && name != "cancelled";
}

}  // namespace

void RunMachine::end_list(RunStrand& strand) {
    if (strand.frames.size() == 1) {
        end_strand(strand, std::nullopt);
    } else if (strand.frames.back().turn > 0) {
        next_turn(strand);
    } else {
        strand.frames.pop_back();
        end_step(strand, boost::json::value());
    }
}

// An error goes up until some step retries or continues over it.
void RunMachine::end_step(RunStrand& strand, actions::StepResult result) {
    if (const auto& step = step_at(strand); is_noted(step.kind, result.has_value())) {
        const bool says_all = result && step.kind == StepKind::delay;  // its length is its result
        note(strand, step, says_all ? actions::StepResult(boost::json::value()) : result);
    }
    strand.doing = Doing::ready;
    strand.until.reset();
    strand.since.reset();
    const std::string& failed_at = step_at(strand).place;  // of the plan: it stays
    for (;;) {
        auto& frame = strand.frames.back();
        const auto& step = step_at(strand);
        frame.timeout.reset();
        bool is_over = result.has_value();
        if (result) {
            if (!step.as.empty()) {
                progress_.outputs.get_object()[step.as] = std::move(*result);
            }
            if (frame.attempt > 1 && progress_.state == RunState::ok) {
                progress_.state = RunState::ok_after_retry;
            }
        } else if (is_catchable(result.error())) {
            if (retry_later(strand, step, result.error())) {
                return;
            }
            is_over = step.continues &&
                      (step.continue_on.empty() ||
                       model::is_of_any_class(result.error().error_class(), step.continue_on));
            if (is_over) {
                strand.error = error_object(result.error(), failed_at);
                progress_.detail = result.error().detail();
                if (progress_.state == RunState::ok ||
                    progress_.state == RunState::ok_after_retry) {
                    progress_.state = RunState::warned;
                }
            }
        }
        if (is_over) {
            ++frame.index;
            frame.attempt = 0;
            frame.tried.reset();
            return;
        }
        if (strand.frames.size() == 1) {
            strand.error = error_object(result.error(), failed_at);
            end_strand(strand, std::move(result).error());
            return;
        }
        strand.frames.pop_back();
    }
}

void RunMachine::end_strand(RunStrand& strand, std::optional<StepError> error) {
    if (!strand.parent) {
        end_phase(std::move(error));
        return;
    }
    strand.doing = Doing::over;
    auto& parent = *find(*strand.parent);
    if (error && !parent.failed) {
        parent.failed = std::move(error);
        parent.error = strand.error;
    }
    if (has_branches(parent)) {
        return;
    }
    if (parent.interrupt) {
        apply_interrupt(parent);
        return;
    }
    auto failed = std::exchange(parent.failed, std::nullopt);
    end_step(parent,
             failed ? actions::StepResult(actions::fail_step(std::move(*failed)))
                    : actions::StepResult(boost::json::value()));
}

// on_error follows a failure of the actions that is not tried again, finally follows everything.
void RunMachine::end_phase(std::optional<StepError> error) {
    const bool was_fine = progress_.state == RunState::ok ||
                          progress_.state == RunState::ok_after_retry ||
                          progress_.state == RunState::warned;
    const bool first =
        error && was_fine && error->error_class() != kStop && error->error_class() != "cancelled";
    if (first && progress_.phase == Phase::actions && try_again_later(*error)) {
        return;
    }
    if (first) {
        progress_.state =
            error->error_class() == "timeout" ? RunState::timed_out : RunState::failed;
        progress_.error = std::move(error);
    }
    if (first && progress_.phase == Phase::actions) {
        const auto& root = progress_.strands.front();
        boost::json::object failed;
        failed["action"] = root.frames.front().index;
        failed["vars"] = root.vars;
        failed["outputs"] = progress_.outputs;
        progress_.failed_at = std::move(failed);
    }
    switch (progress_.phase) {
        case Phase::actions:
            return begin_phase(first ? Phase::on_error : Phase::finally);
        case Phase::on_error:
            return begin_phase(Phase::finally);
        case Phase::finally:
        case Phase::ended:
            return begin_phase(Phase::ended);
    }
}

void RunMachine::begin_phase(Phase phase) {
    auto& root = progress_.strands.front();
    progress_.phase = phase;
    root.frames.assign(1, RunFrame());
    root.interrupt.reset();
    root.failed.reset();
    root.until.reset();
    root.doing = Doing::ready;
    if (phase == Phase::ended) {
        root.doing = Doing::over;
        command(RunCommand::Kind::finish, root, nullptr);
        commands_.back().state = progress_.state;
        commands_.back().text = progress_.error ? progress_.error->detail() : progress_.detail;
    }
}

void RunMachine::interrupt(RunStrand& strand,
                           std::optional<std::size_t> depth,
                           const StepError& error) {
    const bool has_wider = strand.interrupt && (!strand.interrupt->depth ||
                                                (depth && *strand.interrupt->depth <= *depth));
    if (strand.doing == Doing::over || has_wider) {
        return;
    }
    strand.interrupt.emplace(RunStrand::Interrupt{depth, error});
    if (strand.doing == Doing::step) {
        command(RunCommand::Kind::cancel, strand, &step_at(strand));
        return;
    }
    if (strand.doing != Doing::joining) {
        apply_interrupt(strand);
        return;
    }
    for (auto& branch : progress_.strands) {
        if (branch.parent == strand.id && branch.doing != Doing::over) {
            interrupt(
                branch, std::nullopt, Error(ErrorCode::cancelled, "the actions around it ended"));
        }
    }
}

void RunMachine::apply_interrupt(RunStrand& strand) {
    auto what = std::move(*strand.interrupt);
    strand.interrupt.reset();
    strand.failed.reset();
    strand.called = {};
    // A wait that was under way is told of here, unless it is what end_step() is told of.
    const auto& step = step_at(strand);
    const bool is_itself = what.depth && *what.depth + 1 == strand.frames.size();
    if (is_itself ? step.kind == StepKind::parallel : strand.since.has_value()) {
        note(strand, step, actions::fail_step(what.error));
        strand.since.reset();
    }
    if (!what.depth) {
        strand.error = error_object(what.error, step_at(strand).place);
        end_strand(strand, std::move(what.error));
        return;
    }
    strand.frames.resize(*what.depth + 1);
    end_step(strand, actions::fail_step(std::move(what.error)));
}

}  // namespace aifp::engine
