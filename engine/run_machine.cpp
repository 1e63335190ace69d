#include "engine/run_machine.hpp"

#include <array>
#include <utility>

namespace aifp::engine {
namespace {

using model::RunState;

constexpr std::array kPhaseNames{
    std::string_view("actions"), std::string_view("on_error"), std::string_view("ended")};

std::string_view text_of(const boost::json::value& value) {
    return value.is_string() ? std::string_view(value.get_string()) : std::string_view();
}

constexpr std::array kErrorCodes{ErrorCode::invalid_input,
                                 ErrorCode::not_found,
                                 ErrorCode::conflict,
                                 ErrorCode::denied,
                                 ErrorCode::busy,
                                 ErrorCode::timed_out,
                                 ErrorCode::cancelled,
                                 ErrorCode::unreachable,
                                 ErrorCode::io_failure,
                                 ErrorCode::internal};

ErrorCode error_code_from(std::string_view name) {
    for (ErrorCode code : kErrorCodes) {
        if (name_of(code) == name) {
            return code;
        }
    }
    return ErrorCode::internal;
}

}  // namespace

boost::json::object to_json(const RunProgress& progress) {
    boost::json::object object;
    object["phase"] = kPhaseNames.at(static_cast<std::size_t>(progress.phase));
    object["next_step"] = progress.next_step;
    object["outputs"] = progress.outputs;
    object["warned"] = progress.warned;
    object["timed_out"] = progress.timed_out;
    if (progress.error) {
        object["error_code"] = name_of(progress.error->code());
        object["error"] = progress.error->detail();
    }
    return object;
}

Result<RunProgress> run_progress_from_json(const boost::json::object& object) {
    const auto* phase = object.if_contains("phase");
    const auto* next = object.if_contains("next_step");
    const auto* outputs = object.if_contains("outputs");
    if (phase == nullptr || next == nullptr || outputs == nullptr || !outputs->is_object()) {
        return fail(ErrorCode::invalid_input, "the stored progress of a run is incomplete");
    }
    RunProgress progress;
    bool known = false;
    for (std::size_t i = 0; i < kPhaseNames.size(); ++i) {
        if (text_of(*phase) == kPhaseNames.at(i)) {
            progress.phase = static_cast<RunProgress::Phase>(i);
            known = true;
        }
    }
    boost::json::error_code ignored;
    auto index = next->to_number<std::uint64_t>(ignored);
    if (!known || ignored.failed()) {
        return fail(ErrorCode::invalid_input, "the stored progress of a run is damaged");
    }
    progress.next_step = static_cast<std::size_t>(index);
    progress.outputs = *outputs;
    const auto is_true = [&](std::string_view key) {
        const auto* value = object.if_contains(key);
        return value != nullptr && value->is_bool() && value->get_bool();
    };
    progress.warned = is_true("warned");
    progress.timed_out = is_true("timed_out");
    if (const auto* error = object.if_contains("error")) {
        const auto* code = object.if_contains("error_code");
        progress.error.emplace(error_code_from(code != nullptr ? text_of(*code) : ""),
                               std::string(text_of(*error)));
    }
    return progress;
}

RunMachine::RunMachine(const StepPlan& plan, RunProgress progress)
    : plan_(plan), progress_(std::move(progress)) {}

RunCommand RunMachine::begin() {
    return next_command();
}

RunCommand RunMachine::step_ended(Result<boost::json::value> result) {
    const auto& step = steps()[progress_.next_step];
    if (result) {
        if (!step.as.empty()) {
            progress_.outputs.get_object()[step.as] = std::move(*result);
        }
        ++progress_.next_step;
        return next_command();
    }
    if (step.continue_on_error) {
        progress_.warned = true;
        progress_.error = std::move(result).error();
        ++progress_.next_step;
        return next_command();
    }
    return fail_with(std::move(result).error());
}

RunCommand RunMachine::stopped(RunState why, std::string detail) {
    if (why == RunState::timed_out) {
        return fail_with(Error(ErrorCode::timed_out, std::move(detail)));
    }
    progress_.phase = RunProgress::Phase::ended;
    RunCommand command;
    command.state = why;
    command.error = std::move(detail);
    return command;
}

const std::vector<StepPlan::Step>& RunMachine::steps() const noexcept {
    return progress_.phase == RunProgress::Phase::on_error ? plan_.on_error : plan_.actions;
}

RunCommand RunMachine::next_command() {
    while (progress_.next_step < steps().size() && !steps()[progress_.next_step].enabled) {
        ++progress_.next_step;
    }
    if (progress_.phase == RunProgress::Phase::ended || progress_.next_step >= steps().size()) {
        return finish();
    }
    RunCommand command;
    command.kind = RunCommand::Kind::start_step;
    command.phase = progress_.phase;
    command.step = progress_.next_step;
    return command;
}

// A failure inside on_error ends the run: the first error is the one worth telling.
RunCommand RunMachine::fail_with(Error error) {
    if (progress_.phase == RunProgress::Phase::on_error) {
        progress_.next_step = plan_.on_error.size();
        return finish();
    }
    progress_.timed_out = error.code() == ErrorCode::timed_out;
    progress_.error = std::move(error);
    progress_.phase = RunProgress::Phase::on_error;
    progress_.next_step = 0;
    return next_command();
}

RunCommand RunMachine::finish() {
    RunCommand command;
    if (progress_.phase == RunProgress::Phase::on_error) {
        command.state = progress_.timed_out ? RunState::timed_out : RunState::failed;
    } else if (progress_.warned) {
        command.state = RunState::warned;
    }
    if (progress_.error) {
        command.error = progress_.error->detail();
    }
    progress_.phase = RunProgress::Phase::ended;
    return command;
}

}  // namespace aifp::engine
