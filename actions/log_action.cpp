#include "actions/arguments.hpp"
#include "actions/builtin.hpp"

namespace aifp::actions {
namespace {

class LogAction final : public Action {
public:
    LogAction(expression::CompiledValue message, std::string level, const Services& services)
        : message_(std::move(message)),
          level_(std::move(level)),
          sandbox_(services.sandbox),
          effects_(services.effects) {}

    Cancel start(const RunContext& context, Done done) const override {
        const auto text = render(context);
        if (!text) {
            return end_now(done, fail(text.error()));
        }
        note(context, [&] { return view_of(*text); });
        effects_.log_line(context, level_, *text);
        return end_now(done, boost::json::value(*text));
    }

    Result<boost::json::value> preview(const RunContext& context) const override {
        const auto text = render(context);
        return text ? Result<boost::json::value>(view_of(*text)) : fail(text.error());
    }

private:
    [[nodiscard]] Result<std::string> render(const RunContext& context) const {
        if (message_.is_literal()) {
            return to_text(message_.literal());
        }
        const auto message = render_argument(sandbox_, message_, *context.scope);
        return message ? Result<std::string>(to_text(*message)) : fail(message.error());
    }
    [[nodiscard]] boost::json::value view_of(const std::string& text) const {
        boost::json::object view;
        view["message"] = text;
        view["level"] = level_;
        return view;
    }

    expression::CompiledValue message_;
    std::string level_;
    expression::Sandbox& sandbox_;
    Effects& effects_;
};

}  // namespace

MadeAction make_log(const model::Action& action, const Services& services) {
    auto message = compile_argument(main_argument(action), services);
    if (!message) {
        return fail(std::move(message).error());
    }
    return std::make_unique<LogAction>(
        std::move(*message), text_argument(action, "level", "info"), services);
}

}  // namespace aifp::actions
