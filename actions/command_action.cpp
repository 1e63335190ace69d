#include <fmt/format.h>

#include "actions/arguments.hpp"
#include "actions/builtin.hpp"
#include "actions/calls.hpp"

namespace aifp::actions {
namespace {

boost::json::value output_of(process::ProcessResult result) {
    boost::json::object output;
    output["exit_code"] = result.exit_code;
    output["stdout"] = std::move(result.out);
    output["stderr"] = std::move(result.err);
    output["duration_ms"] = result.duration.count();
    return output;
}

class CommandAction final : public Action {
public:
    struct Parts {
        expression::CompiledValue argv;
        expression::CompiledValue environment;
        expression::CompiledValue standard_input;
        process::ProcessRequest bounds;
    };

    CommandAction(Parts parts, const Services& services)
        : parts_(std::move(parts)), services_(services) {}

    Cancel start(const RunContext& context, Done done) const override {
        auto request = build(*context.scope);
        if (!request) {
            return end_now(done, fail(std::move(request).error()));
        }
        note(context, [&] { return view_of(*request); });
        return call_process(services_,
                            std::move(*request),
                            [done = std::move(done)](Result<process::ProcessResult> result) {
                                if (!result) {
                                    done(fail(std::move(result).error()));
                                } else if (auto fine = check_process(*result); !fine) {
                                    done(fail_step(std::move(fine).error()));
                                } else {
                                    done(output_of(std::move(*result)));
                                }
                            });
    }

    Result<boost::json::value> preview(const RunContext& context) const override {
        const auto request = build(*context.scope);
        return request ? Result<boost::json::value>(view_of(*request)) : fail(request.error());
    }

private:
    Result<process::ProcessRequest> build(const expression::Scope& scope) const {
        auto& sandbox = services_.sandbox;
        auto request = parts_.bounds;
        auto argv = render_argument(sandbox, parts_.argv, scope);
        auto environment = argv ? render_argument(sandbox, parts_.environment, scope) : argv;
        auto input =
            environment ? render_argument(sandbox, parts_.standard_input, scope) : environment;
        if (!input) {
            return fail(std::move(input).error());
        }
        if (argv->is_array()) {
            for (const auto& word : argv->get_array()) {
                request.argv.push_back(to_text(word));
            }
        }
        auto pairs = to_text_pairs(*environment);
        if (!pairs) {
            return fail(pairs.error().with_context("env"));
        }
        request.environment = std::move(*pairs);
        request.stdin_text = to_text(*input);
        return request;
    }

    Parts parts_;
    Services services_;
};

// Templates are refused in `shell` by the parser: a payload must never become shell text.
boost::json::value argv_of(const model::Action& action) {
    if (action.kind != "shell") {
        return main_argument(action);
    }
    return boost::json::array{"/bin/sh", "-c", main_argument(action)};
}

}  // namespace

MadeAction make_command(const model::Action& action, const Services& services) {
    const auto* env = argument(action, "env");
    const auto* input = argument(action, "stdin");
    auto argv = compile_argument(argv_of(action), services);
    auto environment = compile_argument(
        env != nullptr ? *env : boost::json::value(boost::json::object()), services);
    auto standard_input =
        compile_argument(input != nullptr ? *input : boost::json::value(), services);
    for (auto* part : {&argv, &environment, &standard_input}) {
        if (!*part) {
            return fail(std::move(*part).error());
        }
    }
    process::ProcessRequest bounds;
    bounds.working_directory = text_argument(action, "working_dir", "");
    bounds.max_output_bytes =
        size_argument(action, "max_output", services.settings.limits.max_output);
    bounds.grace = duration_argument(action, "grace", Seconds(5));
    CommandAction::Parts parts{
        std::move(*argv), std::move(*environment), std::move(*standard_input), std::move(bounds)};
    return std::make_unique<CommandAction>(std::move(parts), services);
}

}  // namespace aifp::actions
