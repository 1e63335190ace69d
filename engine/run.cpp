#include "engine/run.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/quantity.hpp"
#include "base/text.hpp"

namespace aifp::engine {
namespace {

constexpr std::size_t kMaxErrorBytes = 1'000;

std::string_view phase_name(RunProgress::Phase phase) {
    return phase == RunProgress::Phase::on_error ? "on_error step" : "action";
}

std::string step_path(const RunCommand& command) {
    return fmt::format("{}.{}",
                       command.phase == RunProgress::Phase::on_error ? "on_error" : "actions",
                       command.step + 1);
}

}  // namespace

Run::Run(const RunServices& services,
         LedgerId id,
         std::shared_ptr<const CompiledDirective> compiled,
         model::Event event,
         Ended ended)
    : services_(services),
      id_(id),
      compiled_(std::move(compiled)),
      scope_(services.scope_sources,
             compiled_->zone,
             std::move(event),
             RunScope::Names{compiled_->name, {}}),
      machine_(compiled_->plan),
      ended_(std::move(ended)) {
    scope_.set_trigger_id(compiled_->trigger_id(scope_.event().trigger_index));
    scope_.set_run(id_);
    scope_.set_steps(machine_.progress().outputs);
}

void Run::begin() {
    started_at_ = services_.clock.wall();
    started_mono_ = services_.clock.mono();
    trace_ = services_.traces != nullptr ? services_.traces->begin() : nullptr;
    if (compiled_->timeout) {
        arm_timer(run_timer_, *compiled_->timeout, &Run::on_run_timeout);
    }
    advance(machine_.begin());
}

void Run::stop(model::RunState why, std::string detail) {
    if (stop_as_ || !ended_) {
        return;
    }
    stop_as_ = why;
    stop_detail_ = std::move(detail);
    if (cancel_) {
        auto cancel = std::exchange(cancel_, {});
        cancel();
    }
}

// Steps that end at once are taken in this loop, not by recursion: a run of many steps needs no
// more stack than a run of one.
void Run::advance(RunCommand command) {
    const auto self = shared_from_this();
    while (command.kind == RunCommand::Kind::start_step) {
        command_ = command;
        start_step(command);
        if (!result_) {
            return;
        }
        auto result = std::move(*result_);
        result_.reset();
        command = take_step_result(std::move(result));
    }
    finish(command);
}

void Run::start_step(const RunCommand& command) {
    if (machine_.progress().error) {
        scope_.set_error(*machine_.progress().error);
    }
    const auto serial = ++serial_;
    step_timed_out_ = false;
    starting_ = true;
    if (trace_) {
        traced_step_ = trace_->begin_step(step_path(command), current_step().kind);
    }
    const actions::RunContext context{
        id_, compiled_->name, &scope_, scope_.event().chain_depth, trace_.get()};
    auto cancel = current_step().action->start(
        context, [self = shared_from_this(), serial](Result<boost::json::value> result) {
            self->on_step_ended(serial, std::move(result));
        });
    starting_ = false;
    if (!result_) {
        cancel_ = std::move(cancel);
        arm_timer(step_timer_, current_step().timeout, &Run::on_step_timeout);
    }
    command_ = command;
}

void Run::on_step_ended(std::uint64_t serial, Result<boost::json::value> result) {
    if (serial != serial_) {
        return;
    }
    if (starting_) {
        result_ = std::move(result);
        return;
    }
    ++serial_;
    cancel_ = {};
    step_timer_.reset();
    advance(take_step_result(std::move(result)));
}

RunCommand Run::take_step_result(Result<boost::json::value> result) {
    if (trace_) {
        trace_->end_step(traced_step_, result);
    }
    if (stop_as_) {
        const auto why = *stop_as_;
        // on_error steps of a timed-out run must not be taken for stopped themselves.
        if (why == model::RunState::timed_out) {
            stop_as_.reset();
        }
        return machine_.stopped(why, stop_detail_);
    }
    if (result) {
        return machine_.step_ended(std::move(result));
    }
    const auto place = fmt::format(
        "{} {} ({})", phase_name(command_.phase), command_.step + 1, current_step().kind);
    if (step_timed_out_) {
        return machine_.step_ended(fail(
            ErrorCode::timed_out,
            fmt::format("{} took longer than {}", place, format_duration(current_step().timeout))));
    }
    return machine_.step_ended(fail(result.error().with_context(place)));
}

void Run::arm_timer(std::optional<boost::asio::steady_timer>& timer,
                    Milliseconds after,
                    void (Run::*on_timeout)()) {
    timer.emplace(services_.executor, after);
    timer->async_wait([self = weak_from_this(), on_timeout, serial = serial_](
                          const boost::system::error_code& error) {
        const auto run = self.lock();
        const bool of_run = on_timeout == &Run::on_run_timeout;
        if (!error && run && (of_run || run->serial_ == serial)) {
            ((*run).*on_timeout)();
        }
    });
}

void Run::on_step_timeout() {
    step_timed_out_ = true;
    if (cancel_) {
        auto cancel = std::exchange(cancel_, {});
        cancel();
    }
}

void Run::on_run_timeout() {
    stop(model::RunState::timed_out,
         fmt::format("the run took longer than {}", format_duration(*compiled_->timeout)));
}

void Run::finish(const RunCommand& command) {
    step_timer_.reset();
    run_timer_.reset();
    RunEnd end;
    end.outcome.id = id_;
    end.outcome.directive = scope_.event().directive;
    end.outcome.state = command.state;
    end.outcome.started_at = started_at_;
    end.outcome.ended_at = services_.clock.wall();
    end.outcome.duration =
        std::chrono::duration_cast<Milliseconds>(services_.clock.mono() - started_mono_);
    end.outcome.error = std::string(truncate_utf8(command.error, kMaxErrorBytes));
    end.outputs = machine_.take_outputs();
    if (trace_) {
        services_.traces->keep(*trace_, end.outcome);
    }
    auto ended = std::exchange(ended_, {});
    ended(std::move(end));
}

const CompiledDirective::Step& Run::current_step() const noexcept {
    const auto& steps =
        command_.phase == RunProgress::Phase::on_error ? compiled_->on_error : compiled_->actions;
    return steps[command_.step];
}

}  // namespace aifp::engine
