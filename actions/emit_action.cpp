#include "actions/arguments.hpp"
#include "actions/builtin.hpp"

namespace aifp::actions {
namespace {

class EmitAction final : public Action {
public:
    EmitAction(std::string name, expression::CompiledValue data, const Services& services)
        : name_(std::move(name)),
          data_(std::move(data)),
          sandbox_(services.sandbox),
          effects_(services.effects) {}

    Cancel start(const RunContext& context, Done done) const override {
        auto data = render_argument(sandbox_, data_, *context.scope);
        if (!data) {
            return end_now(done, fail(std::move(data).error()));
        }
        note(context, [&] { return view_of(*data); });
        auto told = effects_.emit_event(context, name_, *data);
        if (!told) {
            return end_now(done, fail(std::move(told).error()));
        }
        return end_now(done, std::move(*data));
    }

    Result<boost::json::value> preview(const RunContext& context) const override {
        auto data = render_argument(sandbox_, data_, *context.scope);
        return data ? Result<boost::json::value>(view_of(*data)) : fail(std::move(data).error());
    }

private:
    [[nodiscard]] boost::json::value view_of(const boost::json::value& data) const {
        boost::json::object view;
        view["event"] = name_;
        view["data"] = data;
        return view;
    }

    std::string name_;
    expression::CompiledValue data_;
    expression::Sandbox& sandbox_;
    Effects& effects_;
};

}  // namespace

MadeAction make_emit(const model::Action& action, const Services& services) {
    const auto* written = argument(action, "data");
    auto data = compile_argument(written != nullptr ? *written : boost::json::value(), services);
    if (!data) {
        return fail(std::move(data).error());
    }
    return std::make_unique<EmitAction>(to_text(main_argument(action)), std::move(*data), services);
}

}  // namespace aifp::actions
