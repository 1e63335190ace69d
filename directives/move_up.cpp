#include <fmt/format.h>

#include <algorithm>

#include "base/time_zone.hpp"
#include "directives/directive_checks.hpp"

// What older forms write into a trigger, though it is about the directive.

namespace aifp::directives {

namespace json = boost::json;

namespace {

void move_zone_up(Reading& reading, const Item& item, model::Directive& directive) {
    const std::string zone = text_at(item.modifiers, "timezone");
    if (zone.empty() || zone == directive.timezone) {
        return;
    }
    if (directive.timezone.empty()) {
        directive.timezone = zone;
        return;
    }
    reading.report.error(item.mark,
                         "this directive already has the time zone " + directive.timezone,
                         "a directive has one time zone: write two directives");
}

// The zone without daylight saving that has the zone's winter offset, as an IANA name.
std::optional<std::string> standard_zone(const std::string& name) {
    const auto zone = TimeZone::load(name);
    if (!zone) {
        return std::nullopt;
    }
    const auto offset_in = [&zone](int month) {
        const CivilTime day{2026, month, 1, 12, 0, 0};
        return zone->to_local(zone->to_instants(day).first).offset_seconds;
    };
    const int offset = std::min(offset_in(1), offset_in(7));
    if (offset_in(1) == offset_in(7)) {
        return name;
    }
    if (offset % 3600 != 0) {
        return std::nullopt;
    }
    // POSIX signs: Etc/GMT-1 is one hour east.
    return offset == 0 ? "Etc/UTC" : fmt::format("Etc/GMT{:+d}", -offset / 3600);
}

void apply_standard_time(Reading& reading, const Item& item, model::Directive& directive) {
    if (flag_at(item.modifiers, "daylight_savings", true)) {
        return;
    }
    const auto zone = directive.timezone.empty() ? std::nullopt : standard_zone(directive.timezone);
    if (!zone) {
        reading.report.error(item.mark,
                             "daylight_savings: false needs to know the time zone",
                             "write timezone: with a zone that has no daylight saving, such as "
                             "Etc/GMT-1 for UTC+1");
        return;
    }
    directive.timezone = *zone;
}

void move_filter_up(Reading& reading, const ItemLists& lists, model::Directive& directive) {
    for (const Item& item : lists.triggers) {
        const std::string filter = text_at(item.modifiers, "filter");
        if (filter.empty()) {
            continue;
        }
        if (lists.triggers.size() > 1) {
            reading.report.error(item.mark,
                                 "a filter on one of several triggers cannot become a condition",
                                 "write it below conditions: with trigger.id");
            return;
        }
        directive.conditions.insert(
            directive.conditions.begin(),
            model::Condition{"expression", {{"expression", json::string(filter)}}});
    }
}

}  // namespace

void move_up(Reading& reading, const ItemLists& lists, model::Directive& directive) {
    for (const Item& item : lists.triggers) {
        move_zone_up(reading, item, directive);
    }
    for (const Item& item : lists.triggers) {
        apply_standard_time(reading, item, directive);
    }
    move_filter_up(reading, lists, directive);
}

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

bool flag_at(const json::object& object, std::string_view key, bool fallback) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_bool() ? value->get_bool() : fallback;
}

}  // namespace aifp::directives
