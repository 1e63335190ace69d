#include "engine/sun_condition.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "schedule/sun_arguments.hpp"

namespace aifp::engine {
namespace {

class SunNode final : public ConditionNode {
public:
    enum class Wanted { above, below, window };

    SunNode(Wanted wanted, schedule::SunWindow window) : wanted_(wanted), window_(window) {}

    Result<bool> holds(const ConditionContext& context) const override {
        if (!context.position) {
            return fail(ErrorCode::invalid_input, std::string(schedule::kMissingPosition));
        }
        const auto now = context.scope.now();
        if (wanted_ == Wanted::window) {
            return is_in_sun_window(window_, *context.position, now, context.scope.zone());
        }
        return is_sun_up(*context.position, now) == (wanted_ == Wanted::above);
    }

    std::string text() const override {
        if (wanted_ != Wanted::window) {
            return wanted_ == Wanted::above ? "sun: above_horizon" : "sun: below_horizon";
        }
        std::vector<std::string> said;
        if (window_.after) {
            said.push_back(text_of("after", *window_.after));
        }
        if (window_.before) {
            said.push_back(text_of("before", *window_.before));
        }
        return "sun: " + join(said, ", ");
    }

    std::string explain(const ConditionContext& context) const override {
        if (!context.position) {
            return {};
        }
        const auto& scope = context.scope;
        const auto local = scope.zone().to_local(scope.now()).civil;
        return fmt::format("at {:02}:{:02} it stands at {:.1f} degrees",
                           local.hour,
                           local.minute,
                           sun_elevation(*context.position, scope.now()));
    }

private:
    static std::string text_of(std::string_view side, const schedule::SunWindow::Bound& bound) {
        const auto event = schedule::name_of(bound.event);
        return bound.offset == Milliseconds(0)
                   ? fmt::format("{} {}", side, event)
                   : fmt::format("{} {} {}", side, event, schedule::format_offset(bound.offset));
    }

    Wanted wanted_;
    schedule::SunWindow window_;
};

}  // namespace

Result<std::unique_ptr<ConditionNode>> make_sun_condition(const model::Condition& condition,
                                                          expression::Sandbox& /*sandbox*/) {
    const auto* main = condition.arguments.if_contains("sun");
    if (main != nullptr && main->is_object()) {
        auto window = schedule::read_sun_window(main->get_object());
        if (!window) {
            return fail(std::move(window).error());
        }
        return std::make_unique<SunNode>(SunNode::Wanted::window, *window);
    }
    const bool above = main != nullptr && *main == "above_horizon";
    if (!above && (main == nullptr || *main != "below_horizon")) {
        return fail(ErrorCode::invalid_input, "sun needs above_horizon, below_horizon or a map");
    }
    return std::make_unique<SunNode>(above ? SunNode::Wanted::above : SunNode::Wanted::below,
                                     schedule::SunWindow{});
}

}  // namespace aifp::engine
