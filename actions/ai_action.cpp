#include <fmt/format.h>

#include "actions/ai.hpp"
#include "actions/arguments.hpp"
#include "actions/builtin.hpp"
#include "expression/template_parts.hpp"

namespace aifp::actions {
namespace {

constexpr std::int64_t kRounds = 12;
constexpr std::int64_t kTokens = 50'000;

/// A piece of the prompt as it was written.
struct PromptPart {
    std::string text;
    std::string source;                   // of a template
    expression::CompiledTemplate render;  // likewise
};

/// Templates stay apart from the owner's words: what they give may come from anybody.
Result<std::vector<PromptPart>> compile_prompt(const std::string& text,
                                               expression::Sandbox& sandbox) {
    // Mistakes are told for the prompt as a whole, with their column in it.
    if (auto whole = sandbox.compile_template(text); !whole) {
        return fail(std::move(whole).error());
    }
    std::vector<PromptPart> parts;
    const auto pieces = expression::split_template(text);
    for (const auto& piece : *pieces) {
        PromptPart part;
        if (piece.is_expression) {
            part.source = piece.text;
            auto compiled = sandbox.compile_template(fmt::format("{{{{ {} }}}}", piece.text));
            if (!compiled) {
                return fail(std::move(compiled).error());
            }
            part.render = std::move(*compiled);
        } else {
            part.text = piece.text;
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

class AiAction final : public Action {
public:
    struct Plan {
        std::vector<PromptPart> prompt;
        expression::CompiledValue input;
        AiQuestion question;  ///< What is the same for every run.
    };

    AiAction(Plan plan, const Services& services) : plan_(std::move(plan)), services_(services) {}

    Cancel start(const RunContext& context, Done done) const override {
        auto question = build(context);
        if (!question) {
            return end_now(done, fail(std::move(question).error()));
        }
        note(context, [&] { return view_of(*question); });
        if (services_.ai == nullptr) {
            return end_now(done,
                           fail_step(ErrorCode::conflict, "no AI can be asked here", "config"));
        }
        if (auto fine = services_.ai->check(*question); !fine) {
            return end_now(done, fail_step(fine.error().code(), fine.error().detail(), "config"));
        }
        return services_.ai->ask(std::move(*question), std::move(done));
    }

    Result<boost::json::value> preview(const RunContext& context) const override {
        const auto question = build(context);
        return question ? Result<boost::json::value>(view_of(*question)) : fail(question.error());
    }

private:
    Result<AiQuestion> build(const RunContext& context) const {
        auto question = plan_.question;
        question.run = context.run;
        question.directive = context.directive;
        for (const auto& part : plan_.prompt) {
            PromptPiece piece{part.text, part.source};
            if (!part.source.empty()) {
                auto rendered = services_.sandbox.render(part.render, *context.scope);
                if (!rendered) {
                    return fail(rendered.error().with_context("prompt"));
                }
                piece.text = std::move(*rendered);
            }
            question.prompt.push_back(std::move(piece));
        }
        auto input = services_.sandbox.render_value(plan_.input, *context.scope);
        if (!input) {
            return fail(input.error().with_context("input"));
        }
        question.input = std::move(*input);
        return question;
    }

    static boost::json::value view_of(const AiQuestion& question) {
        boost::json::object view;
        std::string prompt;
        for (const auto& piece : question.prompt) {
            prompt += piece.text;
        }
        view["prompt"] = std::move(prompt);
        if (!question.input.is_null()) {
            view["input"] = question.input;
        }
        view["context_files"] =
            boost::json::array(question.context_files.begin(), question.context_files.end());
        view["tools"] = boost::json::array(question.tools.begin(), question.tools.end());
        view["max_rounds"] = question.max_rounds;
        view["max_tokens"] = question.max_tokens;
        return view;
    }

    Plan plan_;
    Services services_;
};

std::vector<std::string> names_in(const model::Action& action, std::string_view key) {
    std::vector<std::string> names;
    const auto* written = argument(action, key);
    if (written != nullptr && written->is_array()) {
        for (const auto& name : written->get_array()) {
            names.push_back(to_text(name));
        }
    }
    return names;
}

}  // namespace

MadeAction make_ai(const model::Action& action, const Services& services) {
    AiAction::Plan plan;
    auto text = services.resolver.value(main_argument(action));
    if (!text) {
        return fail(std::move(text).error());
    }
    auto prompt = compile_prompt(to_text(*text), services.sandbox);
    if (!prompt) {
        return fail(prompt.error().with_context("prompt"));
    }
    plan.prompt = std::move(*prompt);
    if (const auto* written = argument(action, "input")) {
        auto input = compile_argument(*written, services);
        if (!input) {
            return fail(input.error().with_context("input"));
        }
        plan.input = std::move(*input);
    }
    const auto* schema = argument(action, "output_schema");
    if (schema != nullptr && schema->is_object()) {
        plan.question.output_schema = schema->get_object();
    }
    plan.question.step = action.as;
    plan.question.context_files = names_in(action, "context_files");
    plan.question.tools = names_in(action, "tools");
    plan.question.max_rounds = integer_argument(action, "max_rounds", kRounds);
    plan.question.max_tokens = integer_argument(action, "max_tokens", kTokens);
    return std::make_unique<AiAction>(std::move(plan), services);
}

}  // namespace aifp::actions
