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
        if (message_.is_literal()) {
            return write(context, message_.literal(), done);
        }
        auto message = sandbox_.render_value(message_, *context.scope);
        if (!message) {
            return end_now(done, fail(std::move(message).error()));
        }
        return write(context, *message, done);
    }

private:
    Cancel write(const RunContext& context,
                 const boost::json::value& message,
                 const Done& done) const {
        const auto text = to_text(message);
        effects_.log_line(context, level_, text);
        return end_now(done, boost::json::value(text));
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
