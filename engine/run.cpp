#include "engine/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "engine/resume_point.hpp"

namespace aifp::engine {
namespace {

constexpr std::size_t kMaxErrorBytes = 1'000;
constexpr Milliseconds kFinallyTime = Seconds(60);

}  // namespace

Run::Run(const RunServices& services, Parts parts)
    : services_(services),
      id_(parts.id),
      compiled_(std::move(parts.compiled)),
      host_(parts.host),
      scope_(services.scope_sources,
             compiled_->zone,
             std::move(parts.event),
             RunScope::Names{compiled_->name, {}}),
      chain_(scope_.event().chain.then(scope_.event().directive, id_)),
      machine_(parts.start ? RunMachine(compiled_->plan, *this, scope_.vars(), *parts.start)
                           : RunMachine(compiled_->plan, *this, scope_.vars())),
      ended_(std::move(parts.ended)),
      is_awaited_(parts.is_awaited) {
    scope_.set_trigger_id(compiled_->trigger_id(scope_.event().trigger_index));
    scope_.set_run(id_);
    started_at_ = services_.clock.wall();
    counts_from_ = started_at_;
}

Run::Run(const RunServices& services, Parts parts, KeptRun kept)
    : services_(services),
      id_(parts.id),
      compiled_(std::move(parts.compiled)),
      host_(parts.host),
      scope_(services.scope_sources,
             compiled_->zone,
             std::move(parts.event),
             RunScope::Names{compiled_->name, {}}),
      chain_(scope_.event().chain.then(scope_.event().directive, id_)),
      machine_(compiled_->plan, *this, scope_.vars(), std::move(kept.progress)),
      ended_(std::move(parts.ended)),
      started_at_(kept.started_at),
      counts_from_(kept.counts_from),
      resumes_(true),
      down_until_(kept.down_until),
      trace_(std::move(kept.trace)),
      wait_id_(kept.wait) {
    scope_.set_trigger_id(compiled_->trigger_id(scope_.event().trigger_index));
    scope_.set_run(id_);
}

void Run::begin() {
    if (trace_ == nullptr && services_.traces != nullptr) {
        trace_ = services_.traces->begin();
    }
    machine_.take_notes(trace_ != nullptr);
    const auto gone = std::chrono::duration_cast<Milliseconds>(now() - counts_from_);
    busy_since_ = services_.clock.mono();
    started_mono_ = busy_since_ - gone;
    if (!resumes_) {
        arm_for_try();
        take(machine_.begin(now()));
        return;
    }
    auto missed = compiled_->misfire == model::Misfire::skip
                      ? machine_.missed(std::min(now(), down_until_), compiled_->grace)
                      : std::nullopt;
    const auto state = machine_.progress().state;
    missed_ = missed.has_value();
    stopping_ =
        missed_ || state == model::RunState::cancelled || state == model::RunState::replaced;
    const auto end = end_of_try();
    was_late_ = state == model::RunState::timed_out && end && *end <= now();
    if (!missed) {
        stopping_ || was_late_ ? arm_run_timer(kFinallyTime) : arm_for_try();
        if (machine_.only_waits_for_time() && machine_.next_time() > now()) {
            written_ = version_ + 1;  // take() counts up, but its row has all of it
        }
    } else if (!compiled_->plan.finally.empty()) {
        arm_run_timer(kFinallyTime);
    }
    take(machine_.resume(now(), std::move(missed)));
}

void Run::stop(model::RunState why, std::string detail) {
    if (stopping_ || !ended_) {
        return;
    }
    stopping_ = true;
    run_timer_.reset();
    if (!compiled_->plan.finally.empty()) {
        arm_run_timer(kFinallyTime);
    }
    take(machine_.stopped(why, std::move(detail), now()));
}

void Run::let_go() {
    const auto self = shared_from_this();
    gone_ = true;
    ended_ = {};
    if (!listening_.empty()) {
        host_.leave_listening(id_);
    }
    commands_.clear();
    run_timer_.reset();
    write_timer_.reset();
    for (const auto& leaf : leaves_) {
        leaf->timer.reset();
        if (auto cancel = std::exchange(leaf->cancel, {})) {
            cancel();
        }
    }
}

// What is to be stopped is stopped at once; the rest waits until what led to it is written, if this
// run has a row.
void Run::take(RunMachine::Commands commands) {
    const auto self = shared_from_this();
    ++version_;
    const auto is_cancel = [](const RunCommand& command) {
        return command.kind == RunCommand::Kind::cancel;
    };
    if (commands_.empty() && std::none_of(commands.begin(), commands.end(), is_cancel)) {
        commands_.swap(commands);
    }
    for (auto& command : commands) {
        if (!is_cancel(command)) {
            commands_.push_back(std::move(command));
        }
    }
    for (const auto& command : commands) {
        if (is_cancel(command)) {
            cancel_leaf(command.strand);
        }
    }
    if (!busy_) {
        work();
    }
}

// Steps that end at once are taken in this loop, not by recursion: a run of many steps needs no
// more stack than a run of one.
void Run::work() {
    busy_ = true;
    while (ended_) {
        const bool is_over =
            !commands_.empty() && commands_.back().kind == RunCommand::Kind::finish;
        if (!is_over && wants_row()) {
            write_row();
            return;
        }
        if (commands_.empty()) {
            break;
        }
        const auto command = std::move(commands_.front());
        commands_.erase(commands_.begin());
        execute(command);
    }
    busy_ = false;
    if (ended_) {
        tell_host();
    }
}

void Run::execute(const RunCommand& command) {
    switch (command.kind) {
        case RunCommand::Kind::start:
            return command.step->kind == StepKind::call ? call(command) : start_leaf(command);
        case RunCommand::Kind::cancel:
            return cancel_leaf(command.strand);
        case RunCommand::Kind::listen:
            return listen(command);
        case RunCommand::Kind::ask:
            return ask(command);
        case RunCommand::Kind::await:
            for (const auto& strand : machine_.progress().strands) {
                if (strand.id == command.strand && strand.called.value != 0) {
                    host_.await({id_, directive(), strand.id}, strand.called);
                }
            }
            return;
        case RunCommand::Kind::yield:
            boost::asio::post(services_.executor,
                              [self = shared_from_this()] { self->time_passed(); });
            return;
        case RunCommand::Kind::warn:
            return host_.tell(id_, compiled_->name, command.text);
        case RunCommand::Kind::note:
            if (trace_) {
                trace_->add_step(command.step->path,
                                 command.step->name,
                                 {command.note->began, command.note->ended},
                                 command.note->result);
            }
            return;
        case RunCommand::Kind::pause:
            run_timer_.reset();
            was_late_ = false;
            return;
        case RunCommand::Kind::again:
            return arm_for_try();
        case RunCommand::Kind::finish:
            return finish(command);
    }
}

actions::RunContext Run::context() const {
    return {id_, compiled_->name, &scope_, chain_, trace_.get()};
}

void Run::start_leaf(const RunCommand& command) {
    auto names = machine_.names_of(command.strand);
    if (!names) {
        return;  // stopped meanwhile
    }
    auto leaf = std::make_shared<Leaf>();
    leaf->strand = command.strand;
    leaf->step = command.step;
    leaves_.push_back(leaf);
    scope_.set_strand(&*names);
    if (trace_) {
        leaf->traced = trace_->begin_step(command.step->path, command.step->name);
    }
    auto cancel = compiled_->steps[command.step->id].action->start(
        context(), [self = shared_from_this(), leaf](actions::StepResult result) {
            self->on_leaf_ended(leaf, std::move(result));
        });
    scope_.set_strand(nullptr);
    if (leaf->step == nullptr) {
        return;  // it ended within its start
    }
    leaf->cancel = std::move(cancel);
    leaf->timer.emplace(services_.executor, command.step->timeout.value_or(kFinallyTime));
    leaf->timer->async_wait(
        [weak = std::weak_ptr<Leaf>(leaf)](const boost::system::error_code& error) {
            const auto late = weak.lock();
            if (error || !late || late->step == nullptr) {
                return;
            }
            late->timed_out = true;
            if (auto cancel_late = std::exchange(late->cancel, {})) {
                cancel_late();
            }
        });
}

void Run::cancel_leaf(std::uint32_t strand) {
    // One that was not started yet never will be.
    const auto waiting = std::find_if(commands_.begin(), commands_.end(), [&](const auto& command) {
        return command.strand == strand && command.kind == RunCommand::Kind::start;
    });
    if (waiting != commands_.end()) {
        commands_.erase(waiting);
        take(machine_.step_ended(
            strand, fail(ErrorCode::cancelled, "stopped before it began"), now()));
        return;
    }
    for (const auto& leaf : leaves_) {
        if (leaf->strand == strand && leaf->cancel) {
            auto cancel = std::exchange(leaf->cancel, {});
            cancel();
            return;
        }
    }
}

void Run::on_leaf_ended(const SharedLeaf& leaf, actions::StepResult result) {
    if (leaf->step == nullptr) {
        return;
    }
    const auto& step = *std::exchange(leaf->step, nullptr);
    leaf->timer.reset();
    leaf->cancel = {};
    leaves_.remove(leaf);
    if (gone_) {
        return;
    }
    if (trace_) {
        trace_->end_step(leaf->traced, result);
    }
    if (!result && leaf->timed_out) {
        result =
            actions::fail_step(ErrorCode::timed_out,
                               fmt::format("{} took longer than {}",
                                           step.place,
                                           format_duration(step.timeout.value_or(Milliseconds(0)))),
                               "timeout");
    } else if (!result) {
        result = actions::fail_step(result.error().with_context(step.place));
    }
    take(machine_.step_ended(leaf->strand, std::move(result), now()));
}

// With `retry` the time-out is that of each try; between two of them none runs.
void Run::arm_for_try() {
    if (const auto end = end_of_try()) {
        arm_run_timer(std::max(*end - now(), Milliseconds(0)));
    }
}

// When its timeout is over; nothing: it has none, or rests between two tries.
std::optional<WallTime> Run::end_of_try() const {
    const auto& progress = machine_.progress();
    const auto began = progress.first_began ? progress.began : std::optional(counts_from_);
    return compiled_->timeout && began ? std::optional(*began + *compiled_->timeout) : std::nullopt;
}

void Run::arm_run_timer(Milliseconds after) {
    run_timer_.emplace(services_.executor, after);
    run_timer_->async_wait([self = weak_from_this()](const boost::system::error_code& error) {
        if (const auto run = self.lock(); !error && run) {
            run->on_run_timeout();
        }
    });
}

void Run::on_run_timeout() {
    if (!ended_) {
        return;
    }
    // What follows an error is bounded, too, or nobody could wait for the run: first `on_error` is
    // cut off, then `finally`.
    if (stopping_ || was_late_) {
        arm_run_timer(kFinallyTime);
        take(machine_.stopped(machine_.progress().state, machine_.progress().detail, now()));
        return;
    }
    const auto limit = *compiled_->timeout;
    was_late_ = true;
    arm_run_timer(std::max(limit, kFinallyTime));
    take(machine_.stopped(model::RunState::timed_out,
                          fmt::format("the run took longer than {}", format_duration(limit)),
                          now()));
}

// Of a run that failed; empty for others, and where a secret stands in it: rows keep none.
std::string Run::resume_text() const {
    const auto* failed = machine_.progress().failed_at.if_object();
    if (failed == nullptr) {
        return {};
    }
    ResumePoint point;
    point.version = compiled_->version;
    point.action = static_cast<std::uint32_t>(failed->at("action").to_number<std::int64_t>());
    point.vars = failed->at("vars");
    point.outputs = failed->at("outputs");
    auto text = text_of(point);
    return services_.keeper.shows_in(text) ? std::string() : text;
}

void Run::finish(const RunCommand& command) {
    run_timer_.reset();
    write_timer_.reset();
    for (const auto& [strand, serial] : std::exchange(listening_, {})) {
        host_.unlisten(id_, strand);
    }
    RunEnd end;
    end.outcome.id = id_;
    end.outcome.directive = directive();
    end.outcome.state = command.state;
    end.outcome.started_at = started_at_;
    end.outcome.ended_at = now();
    end.outcome.duration =
        std::chrono::duration_cast<Milliseconds>(services_.clock.mono() - started_mono_);
    if (!command.text.empty()) {  // from here it goes into rows, logs and answers
        end.outcome.error =
            std::string(truncate_utf8(services_.keeper.redacted(command.text), kMaxErrorBytes));
    }
    end.outputs = machine_.take_outputs();
    end.result = machine_.progress().result;
    end.wait = wait_id_;
    end.chain = chain_;
    end.reason = missed_ ? model::Reason::misfire_skipped : model::Reason::none;
    if (trace_) {
        services_.traces->keep(*trace_, end.outcome, resume_text());
    }
    auto ended = std::exchange(ended_, {});
    ended(std::move(end));
}

}  // namespace aifp::engine
