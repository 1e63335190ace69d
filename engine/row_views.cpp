#include "engine/row_views.hpp"

#include <optional>

#include "base/time_zone.hpp"
#include "base/well_formed.hpp"

namespace aifp::engine {
namespace {

boost::json::value optional_time(const std::optional<WallTime>& time) {
    return time ? boost::json::value(format_utc_ms(*time)) : boost::json::value();
}

}  // namespace

boost::json::object view_of(const storage::DirectiveRow& row) {
    boost::json::object object;
    object["id"] = row.id.value;
    object["name"] = row.name;
    object["source_file"] = row.source_file;
    object["directive_type"] = model::name_of(row.type);
    object["trigger"] = row.trigger;
    object["action"] = row.action;
    object["status"] = model::name_of(row.status);
    object["status_reason"] = row.error_text;
    object["approved"] = row.approved;
    object["description"] = row.description;
    object["created_at"] = row.created_at;
    object["updated_at"] = row.updated_at;
    return object;
}

boost::json::object view_of(const storage::HistoryEntry& entry, std::string_view directive) {
    const auto& decision = entry.decision;
    boost::json::object object;
    object["id"] = decision.id.value;
    object["directive_id"] = decision.event.directive.value;
    object["directive"] = directive;
    object["cause"] = decision.event.cause;
    object["scheduled_for"] = optional_time(decision.event.scheduled_for);
    object["seen_at"] = format_utc_ms(decision.event.seen_at);
    object["decision"] = model::name_of(decision.kind);
    object["reason"] = decision.reason == model::Reason::none
                           ? boost::json::value()
                           : boost::json::value(model::name_of(decision.reason));
    // Rows of earlier versions may hold bytes of programs that are no text.
    object["detail"] = well_formed_utf8(decision.detail);
    if (!decision.event.key.empty()) {
        object["key"] = decision.event.key;
    }
    if (entry.end) {
        object["state"] = model::name_of(entry.end->state);
        object["ended_at"] = format_utc_ms(entry.end->ended_at);
        object["duration_ms"] = entry.end->duration
                                    ? boost::json::value(entry.end->duration->count())
                                    : boost::json::value();
        object["error"] = well_formed_utf8(entry.end->error);
    } else if (decision.kind != model::DecisionKind::skipped) {
        object["state"] = decision.kind == model::DecisionKind::queued    ? "queued"
                          : decision.kind == model::DecisionKind::waiting ? "held"
                                                                          : "running";
    }
    return object;
}

}  // namespace aifp::engine
