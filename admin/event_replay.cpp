#include "admin/event_replay.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <utility>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "base/time_zone.hpp"

namespace aifp::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kPage = 500;

/// An event and when it was; times of one form compare as texts.
struct Told {
    std::string at;
    engine::FeedEvent event;
};

Told told(std::string at, engine::FeedKind kind, json::object data) {
    auto directive = text_member(data, "directive").value_or("");
    return {std::move(at), {0, kind, std::move(directive), json_text(data)}};
}

Told decision_of(const json::object& row) {
    json::object data;
    data["ledger_id"] = row.at("id");
    for (const auto* same : {"directive", "decision", "reason", "detail"}) {
        data[same] = row.at(same);
    }
    data["trigger"] = row.at("cause");
    data["scheduled_for"] = row.at("scheduled_for");
    data["seen_at"] = row.at("seen_at");
    return told(
        text_member(row, "seen_at").value_or(""), engine::FeedKind::decision, std::move(data));
}

/// Nothing when its end, or how long it took, is not known.
json::value start_of(const json::object& row) {
    const auto ended = parse_instant(text_member(row, "ended_at").value_or(""), TimeZone::utc());
    const auto* took = row.if_contains("duration_ms");
    return ended && took != nullptr && took->is_int64()
               ? json::value(format_utc_ms(*ended - Milliseconds(took->get_int64())))
               : json::value();
}

Told end_of(const json::object& row) {
    json::object data;
    data["run"] = row.at("id");
    data["directive"] = row.at("directive");
    data["state"] = row.at("state");
    data["at"] = row.at("ended_at");
    data["started_at"] = start_of(row);
    data["duration_ms"] = row.at("duration_ms");
    data["error"] = row.at("error");
    return told(text_member(row, "ended_at").value_or(""), engine::FeedKind::run, std::move(data));
}

/// One reading of the ledger on its way, page by page.
class Replay : public std::enable_shared_from_this<Replay> {
public:
    Replay(ReadHistory read,
           WallTime since,
           std::function<void(std::vector<engine::FeedEvent>)> done)
        : read_(std::move(read)), since_(since), done_(std::move(done)) {}

    void go_on() {
        engine::HistoryQuery query;
        query.limit = kPage;
        query.before = before_;
        read_(query,
              [self = shared_from_this()](const Result<json::value>& page) { self->take(page); });
    }

private:
    void take(const Result<json::value>& page) {
        const auto* rows = page ? page->if_array() : nullptr;
        const auto count = rows != nullptr ? rows->size() : 0;
        for (std::size_t i = 0; i < count; ++i) {
            rows_.push_back(rows->at(i));
        }
        if (count == kPage && rows_.size() < kMaxReplayedRows) {
            before_ = rows_.back().at("id").as_int64();
            go_on();
            return;
        }
        done_(events_of(rows_, since_));
    }

    ReadHistory read_;
    WallTime since_;
    std::function<void(std::vector<engine::FeedEvent>)> done_;
    std::optional<std::int64_t> before_;
    json::array rows_;
};

}  // namespace

// A run may have been decided about before, and ended since.
std::vector<engine::FeedEvent> events_of(const json::array& rows, WallTime since) {
    const auto first = format_utc_ms(since);
    std::vector<Told> all;
    for (const auto& row : rows) {
        const auto& object = row.as_object();
        if (text_member(object, "seen_at").value_or("") >= first) {
            all.push_back(decision_of(object));
        }
        if (text_member(object, "ended_at").value_or("") >= first) {
            all.push_back(end_of(object));
        }
    }
    std::reverse(all.begin(), all.end());  // the newest came first
    std::stable_sort(all.begin(), all.end(), [](const Told& left, const Told& right) {
        return left.at < right.at;
    });
    std::vector<engine::FeedEvent> events;
    for (auto& each : all) {
        events.push_back(std::move(each.event));
    }
    return events;
}

void replay_events(const ReadHistory& read,
                   WallTime since,
                   std::function<void(std::vector<engine::FeedEvent>)> done) {
    std::make_shared<Replay>(read, since, std::move(done))->go_on();
}

}  // namespace aifp::admin
