#include "actions/arguments.hpp"
#include "actions/builtin.hpp"

namespace aifp::actions {
namespace {

class SetAction final : public Action {
public:
    SetAction(expression::CompiledValue values, const Services& services)
        : values_(std::move(values)), sandbox_(services.sandbox), effects_(services.effects) {}

    Cancel start(const RunContext& context, Done done) const override {
        if (values_.is_literal()) {
            note(context, [&] { return values_.literal(); });
            return end_now(done, store(values_.literal()));
        }
        auto values = sandbox_.render_value(values_, *context.scope);
        if (!values) {
            return end_now(done, fail(std::move(values).error()));
        }
        note(context, [&] { return *values; });
        return end_now(done, store(*values));
    }

    Result<boost::json::value> preview(const RunContext& context) const override {
        return sandbox_.render_value(values_, *context.scope);
    }

private:
    Result<boost::json::value> store(const boost::json::value& values) const {
        if (!values.is_object()) {
            return fail(ErrorCode::invalid_input, "set needs a map of names and values");
        }
        for (const auto& member : values.get_object()) {
            auto stored = effects_.set_state(std::string(member.key()), member.value());
            if (!stored) {
                return fail(std::move(stored).error());
            }
        }
        return values;
    }

    expression::CompiledValue values_;
    expression::Sandbox& sandbox_;
    Effects& effects_;
};

}  // namespace

MadeAction make_set(const model::Action& action, const Services& services) {
    auto values = compile_argument(main_argument(action), services);
    if (!values) {
        return fail(std::move(values).error());
    }
    return std::make_unique<SetAction>(std::move(*values), services);
}

}  // namespace aifp::actions
