#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json_text.hpp"
#include "engine/run_machine.hpp"

namespace aifp::engine {

/// Plans for RunMachine in one line each. Steps are called by their `place`.
namespace plan {

inline PlanStep step(StepKind kind,
                     std::string place,
                     std::vector<std::vector<PlanStep>> lists = {}) {
    PlanStep made;
    made.kind = kind;
    made.place = std::move(place);
    made.lists = std::move(lists);
    return made;
}
inline PlanStep leaf(std::string place) {
    auto made = step(StepKind::leaf, place);
    made.as = std::move(place);
    return made;
}
inline PlanStep repeat(Loop loop, std::vector<PlanStep> body) {
    auto made = step(StepKind::repeat, "repeat", {std::move(body)});
    made.loop = loop;
    return made;
}
inline RunPlan of(std::vector<PlanStep> actions,
                  std::vector<PlanStep> on_error = {},
                  std::vector<PlanStep> finally = {}) {
    return RunPlan{std::move(actions), std::move(on_error), std::move(finally)};
}
inline PlanStep retrying(PlanStep step, int attempts) {
    step.retry.emplace().attempts = attempts;
    step.retry->delay = Seconds(10);
    return step;
}
/// The whole run, tried again after 10 s.
inline RunPlan retried(RunPlan plan, int attempts) {
    plan.retry.emplace().attempts = attempts;
    plan.retry->delay = Seconds(10);
    plan.retry->backoff = scheduler::RetryPolicy::Backoff::constant;
    return plan;
}
inline PlanStep continuing(PlanStep step, std::vector<std::string> classes = {}) {
    step.continues = true;
    step.continue_on = std::move(classes);
    return step;
}

}  // namespace plan

/// Plays the shell: answers questions by the place of the step, keeps what was started, and moves
/// time by hand. Leaves end when the test says so, or at once with `result_of`.
class MachinePlayer : public RunQuestions {
public:
    explicit MachinePlayer(RunPlan plan, boost::json::value variables = boost::json::object())
        : plan_(std::move(plan)), vars(std::move(variables)), machine(plan_, *this, vars) {}

    Result<bool> holds(const PlanStep& step, std::size_t which, const StrandNames& names) override {
        const auto found = truths.find(step.place);
        return found == truths.end() ? Result<bool>(true) : found->second(which, names);
    }
    Result<boost::json::value> value(const PlanStep& step, const StrandNames& names) override {
        const auto found = values.find(step.place);
        return found == values.end() ? boost::json::value() : found->second(names);
    }
    double chance() override { return 0; }

    void begin() { take(machine.begin(now)); }
    void pass(Milliseconds time) {
        now += time;
        take(machine.time_passed(now));
    }
    void end(const std::string& place, actions::StepResult result = boost::json::value(1)) {
        const auto strand = strand_of(place);
        under_way.erase(place);
        take(machine.step_ended(strand, std::move(result), now));
    }
    void fail_leaf(const std::string& place, const std::string& error_class = "io") {
        end(place, actions::fail_step(ErrorCode::io_failure, place + " broke", error_class));
    }
    void stop(model::RunState why) { take(machine.stopped(why, "by hand", now)); }

    /// A second machine made of the written progress: what a restart does.
    void restart() {
        auto progress = run_progress_from_json(to_json(machine.progress()));
        under_way.clear();
        again.emplace(plan_, *this, vars, std::move(*progress));
        take(again->resume(now));
    }
    void end_again(const std::string& place) {
        const auto strand = strand_of(place);
        under_way.erase(place);
        take(again->step_ended(strand, boost::json::value(1), now));
    }

    /// Does what is asked for; a loop's next turn comes after it, not inside it.
    void take(RunMachine::Commands commands) {
        const bool is_inner = std::exchange(taking_, true);
        for (auto& command : commands) {
            take(command);
        }
        while (!is_inner && std::exchange(yielded_, false)) {
            for (auto& command : (again ? *again : machine).time_passed(now)) {
                take(command);
            }
        }
        taking_ = is_inner;
    }

    RunPlan plan_;
    boost::json::value vars;
    RunMachine machine;
    std::optional<RunMachine> again;
    WallTime now = from_unix_ms(1'700'000'000'000);
    std::map<std::string, std::function<Result<bool>(std::size_t, const StrandNames&)>> truths;
    std::map<std::string, std::function<boost::json::value(const StrandNames&)>> values;
    std::map<std::string, actions::StepResult> result_of;
    std::string said;  ///< Every start, in order: "a b".
    std::map<std::string, std::uint32_t> under_way;
    std::vector<std::string> cancelled;
    std::vector<std::string> warnings;
    std::optional<RunCommand> finished;
    std::string notes;  ///< "delay 10000 ms: {...}, if 0 ms: \"then\""
    std::size_t yields = 0;
    std::size_t pauses = 0;
    std::size_t tries = 1;

private:
    bool taking_ = false;
    bool yielded_ = false;

    static std::string note_of(const RunCommand& command) {
        const auto& [began, ended, result] = *command.note;
        return command.step->place + " " + std::to_string((ended - began).count()) +
               " ms: " + (result ? json_text(*result) : result.error().error_class());
    }

    std::uint32_t strand_of(const std::string& place) { return under_way.at(place); }

    void take(const RunCommand& command) {
        auto& running = again ? *again : machine;
        switch (command.kind) {
            case RunCommand::Kind::start:
                said += (said.empty() ? "" : " ") + command.step->place;
                if (const auto found = result_of.find(command.step->place);
                    found != result_of.end()) {
                    take(running.step_ended(command.strand, found->second, now));
                } else {
                    under_way[command.step->place] = command.strand;
                }
                break;
            case RunCommand::Kind::cancel:
                cancelled.push_back(command.step->place);
                break;
            case RunCommand::Kind::yield:
                ++yields;
                yielded_ = true;
                break;
            case RunCommand::Kind::warn:
                warnings.push_back(command.text);
                break;
            case RunCommand::Kind::note:
                notes += (notes.empty() ? "" : ", ") + note_of(command);
                break;
            case RunCommand::Kind::pause:
                ++pauses;
                break;
            case RunCommand::Kind::again:
                ++tries;
                break;
            case RunCommand::Kind::finish:
                finished = command;
                break;
            default:
                under_way[command.step->place] = command.strand;
                break;
        }
    }
};

}  // namespace aifp::engine
