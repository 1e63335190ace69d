#include <algorithm>

#include "directives/directive_checks.hpp"
#include "document/report.hpp"
#include "schedule/sun_arguments.hpp"

namespace aifp::directives {

namespace json = boost::json;

namespace {

// Of a height: any day will do to see that it never comes.
constexpr WallTime kSomeDay{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};

bool names_sun(const json::object& condition) {
    if (condition.empty()) {
        return false;
    }
    const auto main = *condition.begin();
    if (main.key() == "sun") {
        return true;
    }
    const json::array* nested = main.value().if_array();
    return nested != nullptr &&
           std::any_of(nested->begin(), nested->end(), [](const json::value& entry) {
               return entry.is_object() && names_sun(entry.get_object());
           });
}

void check_keys(Reading& reading, const Item& item) {
    const bool by_height = text_at(item.arguments, "sun") == "elevation";
    const bool has_height = item.arguments.contains("elevation");
    const bool has_direction = item.arguments.contains("direction");
    if (by_height != has_height || by_height != has_direction) {
        reading.report.error(item.mark,
                             by_height ? "a height of the sun needs elevation and direction"
                                       : "elevation and direction go with sun: elevation",
                             "write {sun: elevation, elevation: -4, direction: setting}");
    }
}

void check_reached(Reading& reading, const Item& item, const schedule::SunPosition& position) {
    auto plan = schedule::read_sun_plan(item.arguments);
    if (!plan) {
        return;
    }
    plan->position = position;
    if (!schedule::next_sun_event(*plan, kSomeDay)) {
        reading.report.warning(item.mark,
                               "this never fires: the sun does not come to that height there",
                               "look at elevation, and at latitude and longitude in "
                               ".aifp-project/engine.yaml");
    }
}

}  // namespace

void check_sun(Reading& reading, const ItemLists& lists) {
    const Item* first = nullptr;
    for (const Item& item : lists.triggers) {
        if (item.kind->name == "sun") {
            first = first == nullptr ? &item : first;
            check_keys(reading, item);
        }
    }
    for (const Item& item : lists.conditions) {
        if (first == nullptr && names_sun(item.arguments)) {
            first = &item;
        }
    }
    if (first == nullptr || !reading.context.position) {
        return;
    }
    // No error: what is in the file is right, and it is armed as soon as the settings say where.
    if (!*reading.context.position) {
        reading.report.warning(first->mark,
                               "where? The directive asks the sun, and the settings name no place",
                               "write latitude: 52.52 and longitude: 13.40 (yours) as two lines "
                               "in .aifp-project/engine.yaml");
        return;
    }
    for (const Item& item : lists.triggers) {
        if (item.kind->name == "sun") {
            check_reached(reading, item, **reading.context.position);
        }
    }
}

}  // namespace aifp::directives
