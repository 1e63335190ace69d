#include "engine/run_machine.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/quantity.hpp"

namespace aifp::engine {

using model::RunState;

namespace {

// A stop that is no error travels as one through the lists that it ends; nothing can catch it.
constexpr std::string_view kStop = "stop";

bool is_catchable(const actions::StepError& error) noexcept {
    const auto& name = error.error_class();
    return name != kStop && name != "stopped" && name != "cancelled";
}

}  // namespace

RunMachine::RunMachine(const RunPlan& plan, RunQuestions& questions, boost::json::value vars)
    : plan_(plan), questions_(questions), vars_(std::move(vars)) {
    auto& root = progress_.strands.emplace_back();
    root.frames.emplace_back();
    root.vars = vars_;
}

RunMachine::RunMachine(const RunPlan& plan,
                       RunQuestions& questions,
                       boost::json::value vars,
                       RunProgress progress)
    : plan_(plan), questions_(questions), vars_(std::move(vars)), progress_(std::move(progress)) {}

RunMachine::Commands RunMachine::begin(WallTime now) {
    now_ = now;
    if (plan_.retry) {
        progress_.first_began = now;
        progress_.began = now;
    }
    return drive();
}

RunMachine::Commands RunMachine::resume(WallTime now, std::optional<std::string> missed) {
    now_ = now;
    for (auto& strand : progress_.strands) {
        switch (strand.doing) {
            case Doing::step:
                if (strand.interrupt) {
                    apply_interrupt(strand);
                } else {
                    end_step(strand,
                             actions::fail_step(ErrorCode::cancelled,
                                                fmt::format("{}: the engine stopped while it was "
                                                            "under way",
                                                            step_at(strand).place),
                                                "abandoned"));
                }
                break;
            case Doing::trigger:
                if (!missed) {
                    command(RunCommand::Kind::listen, strand, &step_at(strand));
                }
                break;
            case Doing::call:
                if (!missed) {
                    command(RunCommand::Kind::await, strand, &step_at(strand));
                }
                break;
            default:
                break;
        }
    }
    return missed ? stopped(RunState::cancelled, std::move(*missed), now) : time_passed(now);
}

// A pause before a retry has its budget, and an approval that nobody gave is a no however late.
std::optional<std::string> RunMachine::missed(WallTime now,
                                              std::optional<Milliseconds> grace) const {
    if (progress_.phase != Phase::actions) {
        return std::nullopt;
    }
    for (const auto& strand : progress_.strands) {
        const bool is_meant = strand.doing == Doing::delay || strand.doing == Doing::until ||
                              strand.doing == Doing::trigger;
        if (!is_meant || !strand.until || *strand.until > now) {
            continue;
        }
        const auto late = std::chrono::floor<Seconds>(now - *strand.until);
        const auto length =
            strand.since ? std::chrono::duration_cast<Milliseconds>(*strand.until - *strand.since)
                         : kLongestGrace;
        if (late > grace.value_or(std::clamp(length, kLeastGrace, kLongestGrace))) {
            return fmt::format("{} was over {} ago, while the engine was down, and misfire is skip",
                               step_at(strand).place,
                               format_duration(late));
        }
    }
    return std::nullopt;
}

RunMachine::Commands RunMachine::step_ended(std::uint32_t id,
                                            actions::StepResult result,
                                            WallTime now) {
    now_ = now;
    auto* strand = find(id);
    if (strand != nullptr && strand->doing == Doing::step) {
        if (strand->interrupt) {
            apply_interrupt(*strand);
        } else {
            end_step(*strand, std::move(result));
        }
    }
    return drive();
}

RunMachine::Commands RunMachine::called(std::uint32_t id, LedgerId run, WallTime now) {
    now_ = now;
    auto* strand = find(id);
    if (strand != nullptr && strand->doing == Doing::step) {
        if (strand->interrupt) {
            apply_interrupt(*strand);
        } else {
            strand->doing = Doing::call;
            strand->called = run;
            command(RunCommand::Kind::await, *strand, &step_at(*strand));
        }
    }
    return drive();
}

RunMachine::Commands RunMachine::wait_ended(std::uint32_t id,
                                            actions::StepResult result,
                                            WallTime now) {
    now_ = now;
    auto* strand = find(id);
    if (strand != nullptr && strand->doing == Doing::trigger && result) {
        end_wait(*strand, true, std::move(*result));
    } else if (strand != nullptr &&
               (strand->doing == Doing::trigger || strand->doing == Doing::answer ||
                strand->doing == Doing::call)) {
        strand->called = {};
        end_step(*strand, std::move(result));
    }
    return drive();
}

RunMachine::Commands RunMachine::time_passed(WallTime now) {
    now_ = now;
    for (auto& strand : progress_.strands) {
        while (pass_time(strand)) {
        }
    }
    return drive();
}

// Whether the strand moved. The outermost time-out wins: what is inside ends with it.
bool RunMachine::pass_time(RunStrand& strand) {
    if (strand.doing == Doing::over || strand.interrupt) {
        return false;
    }
    for (std::size_t depth = 0; depth < strand.frames.size(); ++depth) {
        auto& frame = strand.frames[depth];
        if (frame.timeout && *frame.timeout <= now_) {
            frame.timeout.reset();
            const auto& step = step_at(strand, depth);
            interrupt(strand,
                      depth,
                      Error(ErrorCode::timed_out,
                            fmt::format("{} took longer than {}",
                                        step.place,
                                        format_duration(step.timeout.value_or(Milliseconds(0))))));
            return true;
        }
    }
    if (strand.doing == Doing::yield) {
        strand.doing = Doing::ready;
        return false;
    }
    if (!strand.until || *strand.until > now_) {
        return false;
    }
    strand.until.reset();
    if (strand.doing == Doing::retry) {
        ++strand.frames.back().attempt;
        strand.doing = Doing::ready;
    } else if (strand.doing == Doing::next_try) {
        begin_try(strand);
    } else if (strand.doing == Doing::delay) {
        end_wait(strand, true, nullptr);
    } else if (strand.doing == Doing::answer) {
        end_step(strand,
                 actions::fail_step(ErrorCode::denied,
                                    fmt::format("{}: nobody answered in time: that is a no "
                                                "(approval_expired)",
                                                step_at(strand).place),
                                    "approval_expired"));
    } else {
        end_wait(strand, false, nullptr);
    }
    return false;
}

RunMachine::Commands RunMachine::look_again(WallTime now) {
    now_ = now;
    for (auto& strand : progress_.strands) {
        if (strand.doing == Doing::until) {
            look(strand, step_at(strand));
        }
    }
    return drive();
}

RunMachine::Commands RunMachine::stopped(RunState why, std::string detail, WallTime now) {
    now_ = now;
    if (progress_.phase == Phase::ended) {
        return {};
    }
    if (why == RunState::timed_out) {
        interrupt(progress_.strands.front(),
                  std::nullopt,
                  Error(ErrorCode::timed_out, std::move(detail)));
    } else {
        progress_.state = why;
        progress_.detail = std::move(detail);
        interrupt(
            progress_.strands.front(), std::nullopt, Error(ErrorCode::cancelled, progress_.detail));
    }
    return drive();
}

RunMachine::Commands RunMachine::drive() {
    for (bool again = true; again;) {
        again = false;
        for (auto& strand : progress_.strands) {
            if (strand.doing == Doing::ready) {
                advance(strand);
                again = true;
            }
        }
    }
    progress_.strands.remove_if(
        [](const RunStrand& strand) { return strand.parent && strand.doing == Doing::over; });
    return std::exchange(commands_, {});
}

void RunMachine::advance(RunStrand& strand) {
    while (strand.doing == Doing::ready) {
        const auto& list = list_of(strand, strand.frames.size() - 1);
        auto& frame = strand.frames.back();
        if (frame.index >= list.size()) {
            end_list(strand);
            continue;
        }
        const auto& step = list[frame.index];
        if (!step.enabled) {
            ++frame.index;
            continue;
        }
        if (frame.attempt == 0) {
            frame.attempt = 1;
            if (step.retry) {
                frame.tried = now_;
            }
        }
        begin_step(strand, step);
    }
}

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
    if (!what.depth) {
        strand.error = error_object(what.error, step_at(strand).place);
        end_strand(strand, std::move(what.error));
        return;
    }
    strand.frames.resize(*what.depth + 1);
    end_step(strand, actions::fail_step(std::move(what.error)));
}

}  // namespace aifp::engine
