#include "agents/step_agent.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "agents/answer_schema.hpp"
#include "agents/toolset.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "helpers/json_text.hpp"
#include "model/error_class.hpp"
#include "prompts/render.hpp"
#include "prompts/utf8.hpp"

namespace aifp::agents {
namespace {

namespace json = boost::json;

// The engine ends a step by its own timeout; this is for one without.
constexpr Milliseconds kStepTime = std::chrono::hours(1);
constexpr std::string_view kBegin = "Do your part of the workflow now.";

ExchangeLimits limits_of(const actions::AiQuestion& question) {
    ExchangeLimits limits;
    limits.max_rounds = static_cast<int>(question.max_rounds);
    limits.max_tokens = question.max_tokens;
    return limits;
}

std::string written_prompt(const actions::AiQuestion& question) {
    std::string text;
    for (const auto& piece : question.prompt) {
        text += piece.source.empty() ? piece.text : piece.source;
    }
    return text;
}

/// As the prompt stands in the configuration, without blanks and braces around templates.
std::string comparable(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        if (c != ' ' && c != '\n' && c != '\t' && c != '{' && c != '}') {
            plain += c;
        }
    }
    return plain;
}

AgentTask task_of(const actions::AiQuestion& question, std::vector<AgentTool> tools) {
    AgentTask task("pipeline");
    prompts::Message input;
    input.role = prompts::Role::user;
    input.text = input_of(question);
    task.draft.conversation.push_back(std::move(input));
    task.draft.run = question.run;
    task.draft.directive = question.directive;
    if (!question.step.empty()) {
        task.draft.step = question.step;
    }
    for (const auto& path : question.context_files) {
        task.draft.files.push_back({path, {}});
    }
    task.tools = std::move(tools);
    task.limits = limits_of(question);
    task.max_time = kStepTime;
    task.judge = [question](const std::string& answer, const FaultFound& found) {
        found(fault_in(question, answer));
    };
    return task;
}

/// One step under way: its directive is looked up for the workflow line, then the agent runs.
class Asking : public std::enable_shared_from_this<Asking> {
public:
    Asking(const AgentServices& services, actions::AiQuestion question, actions::Done done)
        : services_(services), question_(std::move(question)), done_(std::move(done)) {}

    void begin(const helpers::ProjectParts& parts) {
        auto tools =
            step_tools(parts, fmt::format("directive {}", question_.directive), question_.tools);
        if (!tools) {
            finish(actions::fail_step(tools.error().code(), tools.error().detail(), "config"));
            return;
        }
        tools_ = std::move(*tools);
        parts.control.show_directive(
            question_.directive, [self = shared_from_this()](const Result<json::value>& shown) {
                json::object configuration;
                const auto* found = shown && shown->is_object()
                                        ? shown->get_object().if_contains("configuration_json")
                                        : nullptr;
                if (found != nullptr && found->is_object()) {
                    configuration = found->get_object();
                }
                self->run(configuration);
            });
    }

    // Who cancels is told later, as by every action.
    void stop() {
        if (auto done = std::exchange(done_, nullptr)) {
            boost::asio::post(services_.executor, [done = std::move(done)] {
                done(fail(ErrorCode::cancelled, "stopped before it ended"));
            });
        }
        if (stop_agent_) {
            std::exchange(stop_agent_, nullptr)();
        }
    }

private:
    void run(const json::object& configuration) {
        if (!done_) {
            return;
        }
        auto task = task_of(question_, std::move(tools_));
        task.draft.pipeline =
            std::make_shared<const prompts::Pipeline>(pipeline_of(question_, configuration));
        auto stop =
            run_agent(services_, std::move(task), [self = shared_from_this()](AgentResult result) {
                self->stop_agent_ = nullptr;
                self->finish(
                    step_result(self->question_, limits_of(self->question_), std::move(result)));
            });
        if (done_) {
            stop_agent_ = std::move(stop);
        }
    }

    void finish(actions::StepResult result) {
        if (auto done = std::exchange(done_, nullptr)) {
            done(std::move(result));
        }
    }

    AgentServices services_;
    actions::AiQuestion question_;
    actions::Done done_;
    std::vector<AgentTool> tools_;
    std::function<void()> stop_agent_;
};

std::string_view class_of(const Error& error) {
    // Nothing to wait for: a setting is missing.
    return error.code() == ErrorCode::conflict ? "config" : model::error_class_of(error.code());
}

std::string_view class_of(Ended ended) {
    return ended == Ended::rounds || ended == Ended::tokens || ended == Ended::cut ? "limit"
                                                                                   : "answer";
}

}  // namespace

std::string goals_of(const actions::AiQuestion& question) {
    std::string goals;
    for (const auto& piece : question.prompt) {
        goals += piece.source.empty()
                     ? piece.text
                     : prompts::marked_as_data(piece.source, prompts::well_formed(piece.text));
    }
    if (!question.output_schema.empty() && !trim(goals).empty()) {
        goals += fmt::format(
            "\n\nYour answer is read by a program: give one JSON value that satisfies this JSON "
            "Schema, and nothing beside it.\n{}",
            json_text(question.output_schema));
    }
    return goals;
}

std::string input_of(const actions::AiQuestion& question) {
    if (question.input.is_null()) {
        return std::string(kBegin);
    }
    auto text = question.input.is_string() ? std::string(question.input.get_string())
                                           : helpers::to_json_text(question.input);
    return fmt::format(
        "{}\n{}", kBegin, prompts::marked_as_data("input", prompts::well_formed(std::move(text))));
}

std::optional<std::string> fault_in(const actions::AiQuestion& question, std::string_view answer) {
    if (question.output_schema.empty()) {
        return trim(answer).empty() ? std::optional<std::string>("Your answer is empty.")
                                    : std::nullopt;
    }
    const auto value = json_in_answer(answer);
    if (!value) {
        return fmt::format("{}. Give the JSON value alone.", value.error().detail());
    }
    const auto mismatch = find_mismatch(question.output_schema, *value);
    return mismatch ? std::optional(fmt::format(
                          "The answer does not satisfy the schema: {}. Give the whole JSON value "
                          "again, mended.",
                          *mismatch))
                    : std::nullopt;
}

prompts::Pipeline pipeline_of(const actions::AiQuestion& question,
                              const json::object& configuration) {
    prompts::Pipeline pipeline;
    pipeline.id = question.run.value;
    pipeline.prompt = goals_of(question);
    const auto* list = configuration.if_contains("actions");
    if (list == nullptr) {
        return pipeline;
    }
    const auto wanted = comparable(written_prompt(question));
    for (const auto& action : model::read_actions(*list)) {
        prompts::WorkflowStep step;
        step.id = fmt::format("{}", pipeline.steps.size());
        step.type = action.kind == "ai" ? "ai" : "action";
        step.handler = action.kind == "ai" ? "" : action.kind;
        const auto* prompt = action.arguments.if_contains("ai");
        const bool is_it = prompt != nullptr && prompt->is_string() && action.as == question.step &&
                           comparable(std::string(prompt->get_string())) == wanted;
        if (is_it && pipeline.current_step.empty()) {
            pipeline.current_step = step.id;
        }
        pipeline.steps.push_back(std::move(step));
    }
    return pipeline;
}

actions::StepResult step_result(const actions::AiQuestion& question,
                                const ExchangeLimits& limits,
                                AgentResult result) {
    if (result.error) {
        return actions::fail_step(
            actions::StepError(Error(result.error->code(), result.error->detail()),
                               std::string(class_of(*result.error))));
    }
    if (result.ended != Ended::answered) {
        auto why = describe(result.ended, limits);
        if (result.ended == Ended::unusable) {
            why += ": " + fault_in(question, result.text).value_or("");
        }
        return actions::fail_step(
            ErrorCode::invalid_input, std::move(why), std::string(class_of(result.ended)));
    }
    json::object output;
    output["text"] = result.text;
    if (!question.output_schema.empty()) {
        auto value = json_in_answer(result.text);
        output["json"] = value ? std::move(*value) : json::value();
    }
    output["model"] = result.model.model;
    output["tokens"] = result.usage.input_tokens + result.usage.output_tokens;
    output["requests"] = result.rounds;
    return json::value(std::move(output));
}

Status StepAgent::check(const actions::AiQuestion& question) const {
    if (auto fine = check_schema(question.output_schema); !fine) {
        return fine;
    }
    if (parts_ == nullptr) {
        return {};
    }
    const auto tools = step_tools(*parts_, {}, question.tools);
    return tools ? Status() : fail(tools.error());
}

actions::Cancel StepAgent::ask(actions::AiQuestion question, actions::Done done) {
    if (parts_ == nullptr) {
        done(fail(ErrorCode::busy, "the engine is still starting"));
        return {};
    }
    auto asking = std::make_shared<Asking>(services_, std::move(question), std::move(done));
    asking->begin(*parts_);
    return [weak = std::weak_ptr(asking)] {
        if (const auto self = weak.lock()) {
            self->stop();
        }
    };
}

}  // namespace aifp::agents
