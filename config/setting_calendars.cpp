#include <fmt/format.h>

#include "config/setting_rows.hpp"

// The readers of `calendars` and `blackout` (docs/flow.md).
namespace aifp::config {
namespace {

using document::Node;
using document::Report;

Calendar read_calendar(Report& report, const Node& node, std::string_view name) {
    Calendar calendar;
    const std::size_t errors = report.error_count();
    for (const Node* item : document::items_of(node)) {
        const auto text = document::read_text(report, *item, name);
        const auto added = text ? calendar.add(*text) : Status();
        if (!added) {
            report.error(
                item->mark,
                fmt::format(
                    "calendar {} cannot hold {}", document::quoted(name), document::quoted(*text)),
                added.error().detail());
        }
    }
    if (calendar.size() == 0 && report.error_count() == errors) {
        report.error(node.mark,
                     fmt::format("calendar {} has no entry", document::quoted(name)),
                     "write a list such as [12-24..12-26, sat, 22:00-06:00]");
    }
    return calendar;
}

}  // namespace

void read_calendars(Settings& settings, Report& report, const Node& node, std::string_view name) {
    if (!check_map(report, node, name)) {
        return;
    }
    for (const Node::Member& member : node.members) {
        if (check_name(report, member, "a calendar")) {
            settings.calendars.insert_or_assign(member.key,
                                                read_calendar(report, *member.value, member.key));
        }
    }
}

// Its row stands behind that of the calendars.
void read_blackout(Settings& settings, Report& report, const Node& node, std::string_view name) {
    std::vector<std::string_view> known;
    for (const auto& [calendar, entries] : settings.calendars) {
        known.push_back(calendar);
    }
    settings.blackout.clear();
    for (const Node* item : document::items_of(node)) {
        const auto text = document::read_text(report, *item, name);
        if (text && !settings.calendars.contains(*text)) {
            document::report_unknown(report, item->mark, "calendar", *text, known);
        } else if (text) {
            settings.blackout.push_back(*text);
        }
    }
}

}  // namespace aifp::config
