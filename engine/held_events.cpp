#include "engine/held_events.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/json_text.hpp"
#include "model/definition.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kKinds{"debounce", "jitter", "catch_up", "accuracy"};

std::optional<HoldKind> hold_kind_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds.at(i) == name) {
            return static_cast<HoldKind>(i);
        }
    }
    return std::nullopt;
}

std::optional<json::object> held_object(const model::Wait& row) {
    json::error_code error;
    const auto data = json::parse(row.data, error);
    const auto* held = !error && data.is_object() ? data.get_object().if_contains("held") : nullptr;
    return row.kind == model::WaitKind::flow && held != nullptr && held->is_object()
               ? std::optional(held->get_object())
               : std::nullopt;
}

std::int64_t number_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace

std::string_view name_of(HoldKind kind) noexcept {
    return kKinds.at(static_cast<std::size_t>(kind));
}

model::Wait row_of(const HeldEvent& held) {
    json::object data;
    data["decision"] = held.id.value;
    data["kind"] = name_of(held.kind);
    data["since"] = to_unix_ms(held.held_since);
    data["version"] = held.version;
    if (held.kind == HoldKind::debounce) {
        data["count"] = held.count;
        data["first"] = to_unix_ms(held.first_seen);
    }
    model::Wait row;
    row.id = held.wait;
    row.kind = model::WaitKind::flow;
    row.directive = held.event.directive;
    row.trigger_index = held.event.trigger_index;
    row.key = held.event.key;
    row.deadline = held.deadline;
    row.data = json_text(json::object{{"held", std::move(data)}});
    return row;
}

std::optional<LedgerId> held_decision_of(const model::Wait& row) {
    const auto held = held_object(row);
    return held ? std::optional(LedgerId{number_at(*held, "decision")}) : std::nullopt;
}

Result<HeldEvent> held_from(const model::Wait& row, model::DecisionRecord decision) {
    const auto object = held_object(row);
    const auto* name = object ? object->if_contains("kind") : nullptr;
    const auto kind =
        name != nullptr && name->is_string() ? hold_kind_from(name->get_string()) : std::nullopt;
    if (!kind || !row.deadline) {
        return fail(ErrorCode::invalid_input, "the row of an event held back cannot be read");
    }
    HeldEvent held;
    held.id = decision.id;
    held.event = std::move(decision.event);
    held.kind = *kind;
    held.wait = row.id;
    held.held_since = from_unix_ms(number_at(*object, "since"));
    held.deadline = *row.deadline;
    held.is_stored = true;
    if (const auto* version = object->if_contains("version"); version && version->is_string()) {
        held.version = std::string(version->get_string());
    }
    held.first_seen = held.event.seen_at;
    if (*kind == HoldKind::debounce) {
        held.count = static_cast<std::uint32_t>(number_at(*object, "count"));
        held.first_seen = from_unix_ms(number_at(*object, "first"));
    }
    return held;
}

std::string released_payload(const HeldEvent& held) {
    if (held.kind != HoldKind::debounce) {
        return held.event.payload;
    }
    auto payload = held.event.payload.empty() ? json::value(json::object())
                                              : model::parse_stored_or_null(held.event.payload);
    if (!payload.is_object()) {
        return held.event.payload;
    }
    const std::chrono::duration<double> span = held.event.seen_at - held.first_seen;
    payload.get_object()["count"] = held.count;
    payload.get_object()["span"] = span.count();
    return json_text(payload);
}

void HeldEvents::insert(HeldEvent held) {
    const auto id = held.id;
    const auto directive = held.event.directive;
    by_directive_.emplace(directive, id);
    if (held.kind == HoldKind::debounce) {
        debounced_[{directive, held.event.key}] = id;
    }
    if (held.is_stored) {
        deadlines_.emplace(held.deadline, id);
    }
    events_.emplace(id, std::move(held));
}

std::optional<HeldEvent> HeldEvents::hold(HeldEvent held) {
    std::optional<HeldEvent> before;
    if (held.kind == HoldKind::debounce) {
        const auto place = debounced_.find({held.event.directive, held.event.key});
        before = place == debounced_.end() ? std::nullopt : take(place->second);
    }
    if (before) {
        held.wait = before->wait;
        held.count = before->count + 1;
        held.first_seen = before->first_seen;
    }
    insert(std::move(held));
    return before;
}

const HeldEvent* HeldEvents::stored(LedgerId id) {
    const auto found = events_.find(id);
    if (found == events_.end()) {
        replaced_[id].fate = Fate::stored;
        return nullptr;
    }
    found->second.is_stored = true;
    deadlines_.emplace(found->second.deadline, id);
    return &found->second;
}

void HeldEvents::refused(LedgerId id, std::optional<HeldEvent> replaced) {
    if (auto known = replaced ? replaced_.extract(replaced->id) : decltype(replaced_)::node_type();
        !known.empty()) {
        if (known.mapped().fate == Fate::stored) {
            replaced->is_stored = true;
        } else {
            replaced = std::move(known.mapped().before);
        }
    }
    if (!take(id)) {
        replaced_[id] = Replaced{Fate::refused, std::move(replaced)};
    } else if (replaced) {
        insert(std::move(*replaced));
    }
}

std::optional<HeldEvent> HeldEvents::settle(const HeldEvent& replaced) {
    if (auto known = replaced_.extract(replaced.id); !known.empty()) {
        return std::move(known.mapped().before);
    }
    if (!replaced.is_stored) {
        replaced_[replaced.id].fate = Fate::overtaken;
    }
    return std::nullopt;
}

bool HeldEvents::was_overtaken(LedgerId id) {
    const auto known = replaced_.find(id);
    if (known == replaced_.end() || known->second.fate != Fate::overtaken) {
        return false;
    }
    replaced_.erase(known);
    return true;
}

void HeldEvents::doom(LedgerId id, model::Reason reason, const std::string& detail) {
    if (const auto found = events_.find(id); found != events_.end()) {
        found->second.doom = storage::LateSkip{id, reason, detail};
    }
}

std::optional<HeldEvent> HeldEvents::take(LedgerId id) {
    const auto found = events_.find(id);
    if (found == events_.end()) {
        return std::nullopt;
    }
    auto held = std::move(found->second);
    events_.erase(found);
    deadlines_.erase({held.deadline, id});
    by_directive_.erase({held.event.directive, id});
    const auto place = debounced_.find({held.event.directive, held.event.key});
    if (place != debounced_.end() && place->second == id) {
        debounced_.erase(place);
    }
    return held;
}

void HeldEvents::clock_stepped(Milliseconds step) {
    deadlines_.clear();
    for (auto& [id, held] : events_) {
        held.deadline += step;
        held.held_since += step;
        if (held.is_stored) {
            deadlines_.emplace(held.deadline, id);
        }
    }
}

const HeldEvent* HeldEvents::find(LedgerId id) const {
    const auto found = events_.find(id);
    return found == events_.end() ? nullptr : &found->second;
}

const HeldEvent* HeldEvents::find_debounced(DirectiveId directive, const std::string& key) const {
    const auto place = debounced_.find({directive, key});
    return place == debounced_.end() ? nullptr : find(place->second);
}

std::vector<LedgerId> HeldEvents::of(DirectiveId directive) const {
    std::vector<LedgerId> ids;
    for (auto row = by_directive_.lower_bound({directive, LedgerId{}});
         row != by_directive_.end() && row->first == directive;
         ++row) {
        ids.push_back(row->second);
    }
    return ids;
}

std::vector<LedgerId> HeldEvents::due(WallTime now) const {
    std::vector<LedgerId> ids;
    for (const auto& [deadline, id] : deadlines_) {
        if (deadline > now) {
            break;
        }
        ids.push_back(id);
    }
    return ids;
}

std::optional<WallTime> HeldEvents::next_due() const {
    return deadlines_.empty() ? std::nullopt : std::optional(deadlines_.begin()->first);
}

}  // namespace aifp::engine
