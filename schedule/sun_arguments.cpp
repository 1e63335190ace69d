#include "schedule/sun_arguments.hpp"

#include <fmt/format.h>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "schedule/cron_field.hpp"

namespace aifp::schedule {
namespace {

namespace json = boost::json;

std::string_view text_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

Result<Milliseconds> offset_at(const json::object& object, std::string_view key) {
    const std::string_view text = text_at(object, key);
    return text.empty() ? Result<Milliseconds>(Milliseconds(0)) : parse_offset(text);
}

Result<SunEvent> event_at(const json::object& object, std::string_view key) {
    const std::string_view text = text_at(object, key);
    const auto event = sun_event_from(text);
    if (!event) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("`{}` is nothing the sun does: write sunrise, sunset, dawn, dusk "
                                "or noon",
                                printable(text)));
    }
    return *event;
}

Status read_elevation(const json::object& arguments, SunPlan& plan) {
    const json::value* elevation = arguments.if_contains("elevation");
    boost::system::error_code error;
    plan.elevation = elevation == nullptr ? 0 : elevation->to_number<double>(error);
    const std::string_view direction = text_at(arguments, "direction");
    if (elevation == nullptr || error || !(plan.elevation >= -90 && plan.elevation <= 90) ||
        (direction != "rising" && direction != "setting")) {
        return fail(ErrorCode::invalid_input,
                    "a height of the sun needs degrees and a way: write {sun: elevation, "
                    "elevation: -4, direction: setting}");
    }
    plan.event = direction == "rising" ? SunEvent::rising : SunEvent::setting;
    return {};
}

Status read_bound(const json::object& window,
                  std::string_view key,
                  std::optional<SunWindow::Bound>& bound) {
    if (!window.contains(key)) {
        return {};
    }
    const auto event = event_at(window, key);
    const auto offset = offset_at(window, std::string(key) + "_offset");
    if (!event || !offset) {
        return fail(event ? offset.error() : event.error());
    }
    bound = SunWindow::Bound{*event, *offset};
    return {};
}

}  // namespace

Result<Milliseconds> parse_offset(std::string_view text) {
    const bool is_signed = text.starts_with('-') || text.starts_with('+');
    auto duration = parse_duration(trim(text.substr(is_signed ? 1 : 0)));
    if (!duration || *duration > kMaxSunOffset) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("`{}` is no offset: write for example -20m or 1h30m, at most {}",
                                printable(text),
                                format_duration(kMaxSunOffset)));
    }
    return text.starts_with('-') ? -*duration : *duration;
}

std::string format_offset(Milliseconds offset) {
    return offset < Milliseconds(0) ? "-" + format_duration(-offset) : format_duration(offset);
}

Result<SunPlan> read_sun_plan(const json::object& arguments) {
    SunPlan plan;
    if (text_at(arguments, "sun") == "elevation") {
        if (auto status = read_elevation(arguments, plan); !status) {
            return fail(status.error());
        }
    } else {
        const auto event = event_at(arguments, "sun");
        if (!event) {
            return fail(event.error());
        }
        plan.event = *event;
    }
    const auto offset = offset_at(arguments, "offset");
    if (!offset) {
        return fail(offset.error().with_context("offset"));
    }
    plan.offset = *offset;
    return plan;
}

Result<SunWindow> read_sun_window(const json::object& window) {
    SunWindow read;
    auto status = read_bound(window, "after", read.after);
    if (status) {
        status = read_bound(window, "before", read.before);
    }
    if (!status) {
        return fail(status.error());
    }
    return read;
}

}  // namespace aifp::schedule
