#include "scheduler/notice_memory.hpp"

#include <algorithm>

namespace aifp::scheduler {

namespace json = boost::json;

namespace {

std::int64_t number_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::string text_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

WallTime time_at(const json::object& object, std::string_view key) {
    return from_unix_ms(number_at(object, key));
}

const json::object* object_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr ? value->if_object() : nullptr;
}

json::object untold_json(const Untold& untold) {
    json::object object;
    object["count"] = untold.count;
    object["first_ms"] = to_unix_ms(untold.first);
    object["last_ms"] = to_unix_ms(untold.last);
    object["detail"] = untold.detail;
    object["due_ms"] = to_unix_ms(untold.due);
    object["tries"] = untold.tries;
    object["failures"] = untold.failures;
    object["since_ms"] = to_unix_ms(untold.since);
    return object;
}

Untold untold_from(const json::object& object) {
    Untold untold;
    untold.count = number_at(object, "count");
    untold.first = time_at(object, "first_ms");
    untold.last = time_at(object, "last_ms");
    untold.detail = text_at(object, "detail");
    untold.due = time_at(object, "due_ms");
    untold.tries = static_cast<int>(number_at(object, "tries"));
    untold.failures = number_at(object, "failures");
    untold.since = time_at(object, "since_ms");
    return untold;
}

json::object event_json(const NoticeMemory::Event& event) {
    json::object object;
    if (event.told_at) {
        object["told_ms"] = to_unix_ms(*event.told_at);
    }
    auto untold = event.untold;
    if (event.sending) {
        merge(untold, *event.sending);
    }
    if (untold) {
        object["untold"] = untold_json(*untold);
    }
    return object;
}

}  // namespace

bool NoticeMemory::is_sending() const noexcept {
    return std::any_of(
        events.begin(), events.end(), [](const Event& event) { return event.sending.has_value(); });
}

bool NoticeMemory::is_over(WallTime now) const noexcept {
    const auto window = rules.digest.value_or(Milliseconds(0));
    return streak.failures == 0 &&
           std::none_of(events.begin(), events.end(), [&](const Event& event) {
               const bool is_open = event.told_at && *event.told_at + window > now;
               return event.untold || event.sending || is_open;
           });
}

void merge(std::optional<Untold>& untold, const Untold& more) {
    if (!untold) {
        untold = more;
        return;
    }
    untold->count += more.count;
    untold->first = std::min(untold->first, more.first);
    untold->due = std::min(untold->due, more.due);
    untold->tries = std::max(untold->tries, more.tries);
    if (more.last >= untold->last) {
        untold->last = more.last;
        untold->detail = more.detail;
        untold->failures = more.failures;
        untold->since = more.since;
    }
}

json::object to_json(const NoticeMemory& memory) {
    json::object object;
    object["name"] = memory.name;
    object["rules"] = model::to_json(memory.rules);
    if (memory.streak.failures > 0) {
        json::object streak;
        streak["failures"] = memory.streak.failures;
        streak["since_ms"] = to_unix_ms(memory.streak.since);
        streak["last_ms"] = to_unix_ms(memory.streak.last);
        streak["last_run"] = memory.streak.last_run.value;
        object["streak"] = std::move(streak);
    }
    for (std::size_t i = 0; i < memory.events.size(); ++i) {
        if (auto event = event_json(memory.events[i]); !event.empty()) {
            object[model::name_of(static_cast<model::NoticeEvent>(i))] = std::move(event);
        }
    }
    return object;
}

NoticeMemory notice_memory_from_json(const json::object& object) {
    NoticeMemory memory;
    memory.name = text_at(object, "name");
    if (const auto* rules = object_at(object, "rules")) {
        memory.rules = model::notice_rules_from_json(*rules);
    }
    if (const auto* streak = object_at(object, "streak")) {
        memory.streak = {number_at(*streak, "failures"),
                         time_at(*streak, "since_ms"),
                         time_at(*streak, "last_ms"),
                         LedgerId{number_at(*streak, "last_run")}};
    }
    for (std::size_t i = 0; i < memory.events.size(); ++i) {
        const auto* event = object_at(object, model::name_of(static_cast<model::NoticeEvent>(i)));
        if (event == nullptr) {
            continue;
        }
        if (event->contains("told_ms")) {
            memory.events[i].told_at = time_at(*event, "told_ms");
        }
        if (const auto* untold = object_at(*event, "untold")) {
            memory.events[i].untold = untold_from(*untold);
        }
    }
    return memory;
}

}  // namespace aifp::scheduler
