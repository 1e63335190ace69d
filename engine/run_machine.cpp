#include "engine/run_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/quantity.hpp"

namespace aifp::engine {

using model::RunState;

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
                end_abandoned(strand);
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

// The shell that started it is gone, and its time line with it.
void RunMachine::end_abandoned(RunStrand& strand) {
    const auto& step = step_at(strand);
    auto error =
        actions::fail_step(ErrorCode::cancelled,
                           fmt::format("{}: the engine stopped while it was under way", step.place),
                           "abandoned");
    if (step.kind == StepKind::leaf) {
        note(strand, step, error);
    }
    strand.interrupt ? apply_interrupt(strand) : end_step(strand, std::move(error));
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
            strand->since = now;
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

}  // namespace aifp::engine
