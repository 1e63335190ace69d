#include <fmt/format.h>

#include "base/json_text.hpp"
#include "base/quantity.hpp"
#include "base/time_zone.hpp"
#include "engine/run_machine.hpp"
#include "engine/wait_time.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;
using actions::fail_step;
using actions::StepError;

StepError template_error(const PlanStep& step, const Error& error) {
    return StepError(error.with_context(step.place), "template");
}

StepError condition_error(const PlanStep& step, const Error& error) {
    return StepError(error.with_context(step.place), "condition");
}

std::string name_of_choice(const PlanStep& step, std::size_t chosen) {
    if (step.kind == StepKind::branch) {
        return chosen == 0 ? "then" : "else";
    }
    return chosen + 1 == step.lists.size() ? "default" : fmt::format("option {}", chosen + 1);
}

json::value seconds_left(const std::optional<WallTime>& until, WallTime now) {
    if (!until) {
        return nullptr;
    }
    return static_cast<double>((*until - now).count()) / 1'000;
}

}  // namespace

void RunMachine::begin_step(RunStrand& strand, const PlanStep& step) {
    // A leaf has a timer of its own, and other waits their deadline.
    const bool counts_here =
        !step.lists.empty() || step.kind == StepKind::delay || step.kind == StepKind::call;
    if (step.timeout && counts_here) {
        strand.frames.back().timeout = now_ + *step.timeout;
    }
    switch (step.kind) {
        case StepKind::leaf:
        case StepKind::call:
            strand.doing = Doing::step;
            command(RunCommand::Kind::start, strand, &step);
            break;
        case StepKind::condition:
            return begin_condition(strand, step);
        case StepKind::sequence:
            strand.frames.emplace_back();
            break;
        case StepKind::parallel:
            return begin_parallel(strand, step);
        case StepKind::choose:
        case StepKind::branch:
            return begin_choose(strand, step);
        case StepKind::repeat:
            return begin_repeat(strand, step);
        case StepKind::delay:
            return begin_delay(strand, step);
        case StepKind::wait_until:
        case StepKind::wait_for:
        case StepKind::approval:
            return begin_wait(strand, step);
        case StepKind::stop:
            return begin_stop(strand, step);
        case StepKind::variables:
            return begin_variables(strand, step);
    }
}

// False ends this list only: what stands around it goes on.
void RunMachine::begin_condition(RunStrand& strand, const PlanStep& step) {
    const auto holds = questions_.holds(step, 0, names_of(strand));
    if (!holds) {
        end_step(strand, fail_step(condition_error(step, holds.error())));
    } else if (*holds) {
        end_step(strand, json::value(true));
    } else {
        const auto& list = list_of(strand, strand.frames.size() - 1);
        end_step(strand, json::value(false));
        strand.frames.back().index = static_cast<std::uint32_t>(list.size());
    }
}

// An option whose conditions cannot be decided does not fit.
void RunMachine::begin_choose(RunStrand& strand, const PlanStep& step) {
    const std::size_t last = step.lists.size() - 1;
    std::size_t chosen = 0;
    for (; chosen < last; ++chosen) {
        const auto holds = questions_.holds(step, chosen, names_of(strand));
        if (!holds) {
            warn(fmt::format("{}: {}; taken as false", step.place, holds.error().detail()));
        } else if (*holds) {
            break;
        }
    }
    note(strand, step, json::value(name_of_choice(step, chosen)));
    strand.frames.emplace_back().list = static_cast<std::uint32_t>(chosen);
}

void RunMachine::begin_parallel(RunStrand& strand, const PlanStep& step) {
    strand.doing = Doing::joining;
    for (std::size_t i = 0; i < step.lists.size(); ++i) {
        auto& branch = progress_.strands.emplace_back();
        branch.id = progress_.next_strand++;
        branch.parent = strand.id;
        branch.frames.emplace_back().list = static_cast<std::uint32_t>(i);
        branch.vars = strand.vars;
        branch.wait = strand.wait;
        branch.error = strand.error;
    }
    if (step.lists.empty()) {
        end_step(strand, json::value());
    }
}

void RunMachine::begin_repeat(RunStrand& strand, const PlanStep& step) {
    RunFrame body;
    if (step.loop == Loop::count || step.loop == Loop::for_each) {
        auto value = questions_.value(step, names_of(strand));
        if (!value) {
            return end_step(strand, fail_step(template_error(step, value.error())));
        }
        json::error_code error;
        const bool is_list = step.loop == Loop::for_each;
        body.turns =
            is_list
                ? (value->is_array() ? static_cast<std::int64_t>(value->get_array().size()) : -1)
                : value->to_number<std::int64_t>(error);
        if (error || body.turns < 0) {
            return end_step(
                strand,
                fail_step(template_error(step,
                                         Error(ErrorCode::invalid_input,
                                               is_list ? "for_each needs a list"
                                                       : "count needs a whole number from 0"))));
        }
        if (is_list) {
            body.items = std::move(*value);
        }
    }
    const bool is_counted = step.loop == Loop::count || step.loop == Loop::for_each;
    if (is_counted && body.turns == 0) {
        return end_repeat(strand, step, 0);
    }
    body.turn = 1;
    strand.frames.push_back(std::move(body));
    if (step.loop == Loop::while_true) {
        strand.frames.back().turn = 0;
        next_turn(strand);
    }
}

void RunMachine::end_repeat(RunStrand& strand, const PlanStep& step, std::int64_t turns) {
    note(strand, step, json::value(json::object{{"turns", turns}}));
    end_step(strand, json::value());
}

// Between two turns others get theirs: a loop never holds up the engine.
void RunMachine::next_turn(RunStrand& strand) {
    const auto& step = step_at(strand, strand.frames.size() - 2);
    auto& body = strand.frames.back();
    bool goes_on = body.turns == 0 || body.turn < body.turns;
    std::optional<StepError> error;
    const auto ask = [&](bool wanted) {
        const auto holds = questions_.holds(step, 0, names_of(strand));
        if (!holds) {
            error = condition_error(step, holds.error());
        }
        return holds && *holds == wanted;
    };
    if (step.loop == Loop::until) {
        goes_on = ask(false);
    }
    ++body.turn;
    if (step.loop == Loop::while_true) {
        goes_on = ask(true);
    }
    if (goes_on && body.turn > kMaxTurns) {
        error = StepError(Error(ErrorCode::busy,
                                fmt::format("{}: more than {} turns; a trigger with every: suits "
                                            "what never ends",
                                            step.place,
                                            kMaxTurns)),
                          "limit");
    }
    if (error || !goes_on) {
        const auto turns = body.turn - 1;
        strand.frames.pop_back();
        if (error) {
            return end_step(strand, fail_step(std::move(*error)));
        }
        return end_repeat(strand, step, turns);
    }
    if (body.turn == kWarnTurns) {
        warn(fmt::format("{}: {} turns so far; it ends at {}", step.place, kWarnTurns, kMaxTurns));
    }
    body.index = 0;
    if (body.turn > 1) {
        strand.doing = Doing::yield;
        command(RunCommand::Kind::yield, strand, &step);
    }
}

void RunMachine::begin_delay(RunStrand& strand, const PlanStep& step) {
    const auto value = questions_.value(step, names_of(strand));
    const auto time = value ? wait_time_of(*value) : Result<Milliseconds>(fail(value.error()));
    if (!time) {
        return end_step(strand, fail_step(template_error(step, time.error())));
    }
    if (time->count() == 0) {
        return end_wait(strand, true, nullptr);
    }
    strand.doing = Doing::delay;
    strand.since = now_;
    strand.until = now_ + *time;
}

void RunMachine::begin_wait(RunStrand& strand, const PlanStep& step) {
    strand.since = now_;
    if (step.timeout) {
        strand.until = now_ + *step.timeout;
    }
    const bool only_looks = step.timeout == Milliseconds(0);
    if (step.kind == StepKind::wait_until) {
        strand.doing = Doing::until;
        look(strand, step);
        if (only_looks && strand.doing == Doing::until) {
            end_wait(strand, false, nullptr);
        }
    } else if (step.kind == StepKind::wait_for && only_looks) {  // what comes is later than now
        end_wait(strand, false, nullptr);
    } else if (step.kind == StepKind::wait_for) {
        strand.doing = Doing::trigger;
        command(RunCommand::Kind::listen, strand, &step);
    } else {
        strand.doing = Doing::answer;
        strand.until = now_ + step.timeout.value_or(kApprovalTime);
        strand.link = questions_.new_link(step, strand.id);
        command(RunCommand::Kind::ask, strand, &step);
    }
}

void RunMachine::look(RunStrand& strand, const PlanStep& step) {
    const auto holds = questions_.holds(step, 0, names_of(strand));
    if (!holds) {
        end_step(strand, fail_step(condition_error(step, holds.error())));
    } else if (*holds) {
        end_wait(strand, true, nullptr);
    }
}

void RunMachine::end_wait(RunStrand& strand, bool completed, json::value trigger) {
    const auto& step = step_at(strand);
    json::object wait;
    wait["completed"] = completed;
    wait["remaining"] = completed ? seconds_left(strand.until, now_) : json::value(0);
    wait["trigger"] = std::move(trigger);
    strand.wait = std::move(wait);
    if (completed || step.continue_on_timeout) {
        end_step(strand, strand.wait);
        return;
    }
    end_step(strand,
             fail_step(ErrorCode::timed_out,
                       fmt::format("{} waited for {} in vain",
                                   step.place,
                                   format_duration(step.timeout.value_or(Milliseconds(0)))),
                       "timeout"));
}

void RunMachine::begin_stop(RunStrand& strand, const PlanStep& step) {
    auto value = questions_.value(step, names_of(strand));
    if (!value || !value->is_object()) {
        const Error none(ErrorCode::internal, "no text");
        return end_step(strand, fail_step(template_error(step, value ? none : value.error())));
    }
    const auto* text = value->get_object().if_contains("text");
    progress_.detail = text == nullptr || text->is_null() ? std::string()
                       : text->is_string()                ? std::string(text->get_string())
                                                          : json_text(*text);
    if (const auto* result = value->get_object().if_contains("result")) {
        progress_.result = *result;
    }
    const auto& said = progress_.detail;
    note(strand, step, json::value(said));
    interrupt(progress_.strands.front(),
              std::nullopt,
              step.fails ? StepError(Error(ErrorCode::cancelled, said), "stopped")
                         : StepError(Error(ErrorCode::cancelled, said), "stop"));
}

// One after the other: a later one may read an earlier one of the same action only after it.
void RunMachine::begin_variables(RunStrand& strand, const PlanStep& step) {
    auto value = questions_.value(step, names_of(strand));
    if (!value || !value->is_object()) {
        const Error none(ErrorCode::invalid_input, "variables needs a map of names and values");
        return end_step(strand, fail_step(template_error(step, value ? none : value.error())));
    }
    note(strand, step, *value);
    for (auto& [name, set] : value->get_object()) {
        strand.vars.get_object()[name] = std::move(set);
    }
    end_step(strand, json::value());
}

bool RunMachine::retry_later(RunStrand& strand, const PlanStep& step, const StepError& error) {
    const auto& frame = strand.frames.back();
    const auto again =
        step.retry ? next_try(*step.retry, {error.error_class(), frame.attempt, frame.tried})
                   : std::nullopt;
    if (!again) {
        return false;
    }
    strand.error = error_object(error, step.place);
    strand.doing = Doing::retry;
    strand.until = again;
    return true;
}

// All actions, from the first one on: what they set and gave is forgotten.
bool RunMachine::try_again_later(const StepError& error) {
    const auto again =
        plan_.retry && !progress_.is_last_try
            ? next_try(*plan_.retry,
                       {error.error_class(), progress_.attempt, progress_.first_began})
            : std::nullopt;
    if (!again) {
        return false;
    }
    begin_phase(Phase::actions);
    auto& root = progress_.strands.front();
    root.doing = Doing::next_try;
    root.until = again;
    progress_.began.reset();
    command(RunCommand::Kind::pause, root, nullptr);
    warn(fmt::format("try {} of {} failed: {}; the next one is at {}",
                     progress_.attempt,
                     plan_.retry->attempts,
                     error.detail(),
                     format_utc_ms(*again)));
    return true;
}

void RunMachine::begin_try(RunStrand& strand) {
    ++progress_.attempt;
    progress_.began = now_;
    progress_.state = model::RunState::ok_after_retry;
    progress_.detail.clear();
    progress_.outputs = json::object();
    strand.vars = vars_;
    strand.wait = nullptr;
    strand.error = nullptr;
    strand.doing = Doing::ready;
    command(RunCommand::Kind::again, strand, nullptr);
}

std::optional<WallTime> RunMachine::next_try(const scheduler::RetryPolicy& policy,
                                             const Tried& tried) {
    if (!policy.covers(tried.error_class) || tried.attempt >= policy.attempts) {
        return std::nullopt;
    }
    const auto again = now_ + pause_before_retry(policy, tried.attempt, questions_.chance());
    const bool in_budget = !policy.budget || !tried.first || again - *tried.first <= *policy.budget;
    return in_budget ? std::optional(again) : std::nullopt;
}

}  // namespace aifp::engine
