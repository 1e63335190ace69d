#include <tuple>

#include "actions/arguments.hpp"
#include "actions/builtin.hpp"
#include "base/quantity.hpp"

namespace aifp::actions {
namespace {

/// What `set` was written with, beside the values.
struct SetOptions {
    expression::CompiledValue attributes;
    expression::CompiledValue if_is;
    std::optional<Milliseconds> ttl;
    bool has_attributes = false;
    bool has_if_is = false;
    bool increment = false;
};

class SetAction final : public Action {
public:
    SetAction(expression::CompiledValue values, SetOptions options, const Services& services)
        : values_(std::move(values)),
          options_(std::move(options)),
          sandbox_(services.sandbox),
          effects_(services.effects) {}

    Cancel start(const RunContext& context, Done done) const override {
        return end_now(done, store(context));
    }

    Result<boost::json::value> preview(const RunContext& context) const override {
        return render_argument(sandbox_, values_, *context.scope);
    }

private:
    Result<boost::json::value> store(const RunContext& context) const {
        auto values = render_argument(sandbox_, values_, *context.scope);
        if (!values) {
            return values;
        }
        note(context, [&] { return *values; });
        if (!values->is_object()) {
            return fail(ErrorCode::invalid_input, "set needs a map of names and values");
        }
        model::StateUpdate update;
        update.values = std::move(values->get_object());
        update.ttl = options_.ttl;
        update.increment = options_.increment;
        if (auto read = read_options(context, update); !read) {
            return fail(std::move(read).error());
        }
        auto outcome = effects_.update_state(context, std::move(update));
        if (!outcome) {
            return fail(std::move(outcome).error());
        }
        if (!options_.has_if_is) {
            return boost::json::value(std::move(outcome->values));
        }
        boost::json::object said;
        said["done"] = outcome->done;
        said["values"] = std::move(outcome->values);
        return boost::json::value(std::move(said));
    }

    Status read_options(const RunContext& context, model::StateUpdate& update) const {
        if (options_.has_attributes) {
            auto attributes = render_argument(sandbox_, options_.attributes, *context.scope);
            if (!attributes) {
                return fail(std::move(attributes).error());
            }
            if (!attributes->is_object()) {
                return fail(ErrorCode::invalid_input, "attributes needs a map of names and values");
            }
            update.attributes = std::move(attributes->get_object());
        }
        if (options_.has_if_is) {
            auto wanted = render_argument(sandbox_, options_.if_is, *context.scope);
            if (!wanted) {
                return fail(std::move(wanted).error());
            }
            update.if_is = std::move(*wanted);
        }
        return {};
    }

    expression::CompiledValue values_;
    SetOptions options_;
    expression::Sandbox& sandbox_;
    Effects& effects_;
};

}  // namespace

MadeAction make_set(const model::Action& action, const Services& services) {
    auto values = compile_argument(main_argument(action), services);
    if (!values) {
        return fail(std::move(values).error());
    }
    SetOptions options;
    for (auto [key, compiled, has] :
         {std::tuple{"attributes", &options.attributes, &options.has_attributes},
          std::tuple{"if_is", &options.if_is, &options.has_if_is}}) {
        const auto* written = argument(action, key);
        if (written == nullptr) {
            continue;
        }
        auto made = compile_argument(*written, services);
        if (!made) {
            return fail(std::move(made).error());
        }
        *compiled = std::move(*made);
        *has = true;
    }
    const auto* increment = argument(action, "increment");
    options.increment = increment != nullptr && increment->is_bool() && increment->get_bool();
    if (argument(action, "ttl") != nullptr) {
        options.ttl = duration_argument(action, "ttl", Milliseconds(0));
    }
    return std::make_unique<SetAction>(std::move(*values), std::move(options), services);
}

}  // namespace aifp::actions
