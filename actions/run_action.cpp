#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/parse.hpp>

#include "actions/arguments.hpp"
#include "actions/builtin.hpp"
#include "actions/calls.hpp"
#include "actions/implementation.hpp"
#include "base/json_text.hpp"

namespace aifp::actions {
namespace {

class RunAction final : public Action {
public:
    struct Parts {
        expression::CompiledValue with;
        expression::CompiledValue environment;
        process::ProcessRequest bounds;
        std::string written;  ///< The file, as the directive names it.
    };

    RunAction(Parts parts, const Services& services)
        : parts_(std::move(parts)),
          services_(services),
          venv_python_(services.paths.venv_python().string()) {}

    Cancel start(const RunContext& context, Done done) const override {
        auto request = build(context);
        if (!request) {
            return end_now(done, fail(std::move(request).error()));
        }
        if (auto allowed = services_.effects.check_program(context, parts_.written); !allowed) {
            return end_now(done, fail_step(std::move(allowed).error()));
        }
        note(context, [&] { return view_of(*request); });
        return call_process(
            services_,
            std::move(*request),
            [this, context, done = std::move(done)](Result<process::ProcessResult> result) {
                done(finish(context, std::move(result)));
            });
    }

    Result<boost::json::value> preview(const RunContext& context) const override {
        const auto request = build(context);
        return request ? Result<boost::json::value>(view_of(*request)) : fail(request.error());
    }

private:
    Result<process::ProcessRequest> build(const RunContext& context) const {
        auto request = parts_.bounds;
        // What a directive's programs need is installed there (docs/dependencies.md).
        if (request.argv.front() == "python3" && ::access(venv_python_.c_str(), X_OK) == 0) {
            request.argv.front() = venv_python_;
        }
        auto with = render_argument(services_.sandbox, parts_.with, *context.scope);
        if (!with) {
            return fail(with.error().with_context("with"));
        }
        auto environment = render_argument(services_.sandbox, parts_.environment, *context.scope);
        if (!environment) {
            return fail(environment.error().with_context("env"));
        }
        auto pairs = to_text_pairs(*environment);
        if (!pairs) {
            return fail(pairs.error().with_context("env"));
        }
        request.environment = std::move(*pairs);
        const auto* trigger = context.scope->find("trigger");
        request.stdin_text = fmt::format(R"({{"with":{},"trigger":{},"directive":{},"run":{}}})"
                                         "\n",
                                         json_text(*with),
                                         trigger != nullptr ? json_text(*trigger) : "null",
                                         json_text(boost::json::value(context.directive)),
                                         context.run.value);
        return request;
    }

    StepResult finish(const RunContext& context, Result<process::ProcessResult> result) const {
        if (!result) {
            return fail(std::move(result).error());
        }
        auto output = read_implementation_output(result->out);
        for (const auto& line : output.log_lines) {
            services_.effects.log_line(context, "info", line);
        }
        for (const auto& line : read_implementation_output(result->err).log_lines) {
            services_.effects.log_line(context, "warning", line);
        }
        if (output.dropped_lines > 0) {
            services_.effects.log_line(
                context,
                "warning",
                fmt::format("{} more lines are not kept", output.dropped_lines));
        }
        auto fine = check_process(*result);
        for (const auto& request : output.requests) {
            if (auto done = fine ? perform(context, request) : Status(); !done) {
                fine = fail_step(std::move(done).error());
            }
        }
        if (!fine) {
            return fail_step(std::move(fine).error());
        }
        return std::move(output.result);
    }

    // What a program may ask of the engine: the effects that it cannot have by itself.
    [[nodiscard]] Status perform(const RunContext& context,
                                 const boost::json::object& request) const {
        const auto* what = request.if_contains("aifp");
        const auto* values = request.if_contains("values");
        const auto* event = request.if_contains("event");
        const auto* data = request.if_contains("data");
        if (*what == "emit" && event != nullptr && event->is_string()) {
            return services_.effects.emit_event(context,
                                                std::string(event->get_string()),
                                                data != nullptr ? *data : boost::json::value());
        }
        if (*what != "set" || values == nullptr || !values->is_object()) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("the program asks for {}: it may ask for set with values and "
                                    "emit with event and data",
                                    json_text(*what)));
        }
        model::StateUpdate update;
        update.values = values->get_object();
        auto done = services_.effects.update_state(context, std::move(update));
        return done ? Status() : fail(std::move(done).error());
    }

    Parts parts_;
    Services services_;
    std::string venv_python_;
};

}  // namespace

MadeAction make_run(const model::Action& action, const Services& services) {
    auto written = to_text(main_argument(action));
    auto file = locate_implementation(services.paths, written);
    if (!file) {
        return fail(std::move(file).error());
    }
    const auto map_of = [&](std::string_view key) {
        const auto* value = argument(action, key);
        return value != nullptr ? *value : boost::json::value(boost::json::object());
    };
    auto with = compile_argument(map_of("with"), services);
    auto environment = compile_argument(map_of("env"), services);
    for (auto* part : {&with, &environment}) {
        if (!*part) {
            return fail(std::move(*part).error());
        }
    }
    process::ProcessRequest bounds;
    bounds.argv = implementation_argv(*file, text_argument(action, "entry", ""));
    bounds.working_directory = text_argument(action, "working_dir", "");
    bounds.max_output_bytes =
        size_argument(action, "max_output", services.settings.limits.max_output);
    bounds.grace = duration_argument(action, "grace", Seconds(5));
    RunAction::Parts parts{
        std::move(*with), std::move(*environment), std::move(bounds), std::move(written)};
    return std::make_unique<RunAction>(std::move(parts), services);
}

}  // namespace aifp::actions
