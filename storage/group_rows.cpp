#include "storage/group_rows.hpp"

#include <chrono>

#include "base/time_zone.hpp"

namespace aifp::storage {

namespace {

// Texts that are mostly absent are stored as NULL: one byte less and quicker to read past.
void put_unless_empty(const Cell& cell, std::string_view text) {
    if (!text.empty()) {
        cell.put(text);
    }
}

}  // namespace

DecisionRows::DecisionRows(Database& database) : RowFeed(database, std::string(kColumns)) {}

void DecisionRows::read(std::size_t row, int column, const Cell& cell) {
    const auto& record = *records_[row];
    const auto& event = record.event;
    switch (column) {
        case 0:
            return cell.put(record.id);
        case 1:
            return cell.put(event.directive);
        case 2:
            return cell.put(std::int64_t{event.trigger_index});
        case 3:
            return cell.put(std::string_view(event.cause));
        case 4:
            return cell.put(event.scheduled_for);
        case 5:
            return cell.put(event.seen_at);
        case 6:
            return cell.put(name_of(record.kind));
        case 7:
            return record.reason == model::Reason::none ? void() : cell.put(name_of(record.reason));
        case 8:
            return put_unless_empty(cell, record.detail);
        case 9:
            return put_unless_empty(cell, event.payload);
        case 10:
            return put_unless_empty(cell, event.key);
        default:
            return put_unless_empty(cell, event.vars);
    }
}

ExecutionRows::ExecutionRows(Database& database) : RowFeed(database, std::string(kColumns)) {}

void ExecutionRows::read(std::size_t row, int column, const Cell& cell) {
    const auto& outcome = *ends_[row].outcome;
    switch (column) {
        case 0:
            return cell.put(outcome.id);
        case 1:
            return cell.put(outcome.directive);
        case 2:
            return cell.put(name_of(ends_[row].status));
        case 3:
            return cell.put(text_of_second(outcome.started_at));
        case 4:
            return cell.put(std::int64_t{outcome.duration.count()});
        case 5:
            return put_unless_empty(cell, outcome.error);
        case 6:
            return cell.put(name_of(outcome.state));
        default:
            return cell.put(outcome.ended_at);
    }
}

// Runs that end together mostly began in the same second.
std::string_view ExecutionRows::text_of_second(WallTime time) {
    const std::int64_t second = std::chrono::floor<Seconds>(time).time_since_epoch().count();
    if (second != second_ || second_text_.empty()) {
        second_ = second;
        second_text_ = format_utc_seconds(time);
    }
    return second_text_;
}

}  // namespace aifp::storage
