#include "model/directive.hpp"

#include <algorithm>
#include <array>

#include "base/enum_names.hpp"
#include "base/hash.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

namespace aifp::model {
namespace {

namespace json = boost::json;

constexpr EnumNames<5> kTypes = {"trigger", "schedule", "api", "conditional", "sequence"};
static_assert(name_in(kTypes, DirectiveType::sequence) == "sequence");

constexpr EnumNames<7> kStatuses = {
    "draft", "validated", "implemented", "active", "paused", "error", "archived"};
static_assert(name_in(kStatuses, DirectiveStatus::archived) == "archived");

constexpr EnumNames<4> kModes = {"single", "restart", "queued", "parallel"};
static_assert(name_in(kModes, RunMode::parallel) == "parallel");

constexpr EnumNames<3> kMisfires = {"skip", "once", "all"};
static_assert(name_in(kMisfires, Misfire::all) == "all");

constexpr std::size_t kShortTextBytes = 200;

// The spec's words where they differ from the native kind. (docs/directive-kinds.md)
struct ShortName {
    std::string_view kind;
    std::string_view shown;
};
constexpr std::array kShortNames = {
    ShortName{"at", "time"}, ShortName{"webhook", "http"}, ShortName{"shell", "command"}};

bool watches_a_value(const Trigger& trigger) noexcept {
    return trigger.kind == "condition" || trigger.kind == "template" ||
           trigger.kind == "numeric_state";
}

std::string plain_text(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json_text(value);
}

// The main argument as one line: a list's items, a map's keys, else the value.
std::string main_text(const json::value& main, std::string_view separator) {
    std::vector<std::string> parts;
    if (const auto* list = main.if_array()) {
        for (const json::value& item : *list) {
            parts.push_back(plain_text(item));
        }
    } else if (const auto* map = main.if_object()) {
        for (const auto& member : *map) {
            parts.emplace_back(member.key());
        }
    } else if (!main.is_null()) {
        parts.push_back(plain_text(main));
    }
    return join(parts, separator);
}

std::string short_item(std::string_view kind, const json::object& arguments) {
    const auto* named = std::find_if(kShortNames.begin(),
                                     kShortNames.end(),
                                     [kind](const ShortName& name) { return name.kind == kind; });
    std::string text(named == kShortNames.end() ? kind : named->shown);
    const auto main = arguments.find(json::string_view(kind.data(), kind.size()));
    if (main == arguments.end()) {
        return text;
    }
    const std::string shown = main_text(main->value(), kind == "command" ? " " : ", ");
    if (!shown.empty()) {
        text += ": ";
        text += truncate_utf8(shown, kShortTextBytes);
        text += shown.size() > kShortTextBytes ? "\u2026" : "";
    }
    return text;
}

template <class Item>
std::string short_items(const std::vector<Item>& items) {
    std::vector<std::string> parts;
    parts.reserve(items.size());
    for (const Item& item : items) {
        parts.push_back(short_item(item.kind, item.arguments));
    }
    return join(parts, "; ");
}

}  // namespace

std::string_view name_of(DirectiveType type) noexcept {
    return name_in(kTypes, type);
}
std::string_view name_of(DirectiveStatus status) noexcept {
    return name_in(kStatuses, status);
}
std::string_view name_of(RunMode mode) noexcept {
    return name_in(kModes, mode);
}
std::string_view name_of(Misfire misfire) noexcept {
    return name_in(kMisfires, misfire);
}

std::optional<DirectiveStatus> directive_status_from(std::string_view name) noexcept {
    return find_by_name<DirectiveStatus>(kStatuses, name);
}

std::optional<DirectiveType> directive_type_from(std::string_view name) noexcept {
    return find_by_name<DirectiveType>(kTypes, name);
}

std::optional<RunMode> run_mode_from(std::string_view name) noexcept {
    return find_by_name<RunMode>(kModes, name);
}

std::optional<Misfire> misfire_from(std::string_view name) noexcept {
    return find_by_name<Misfire>(kMisfires, name);
}

DirectiveType derive_type(const Directive& directive) noexcept {
    const auto& triggers = directive.triggers;
    if (directive.actions.size() > 1) {
        return DirectiveType::sequence;
    }
    if (!directive.conditions.empty() ||
        std::any_of(triggers.begin(), triggers.end(), watches_a_value)) {
        return DirectiveType::conditional;
    }
    if (triggers.empty()) {
        return DirectiveType::trigger;
    }
    const std::string& first = triggers.front().kind;
    if (first == "webhook") {
        return DirectiveType::api;
    }
    return first == "cron" || first == "every" ? DirectiveType::schedule : DirectiveType::trigger;
}

std::string content_hash(const Directive& directive) {
    json::object canonical = to_json(directive);
    for (const std::string_view described : {"description", "domain", "tags"}) {
        // stable_erase keeps the order of the keys that stay
        const auto member = canonical.find(json::string_view(described.data(), described.size()));
        if (member != canonical.end()) {
            canonical.stable_erase(member);
        }
    }
    return sha256_hex(json_text(canonical));
}

std::string short_triggers(const Directive& directive) {
    return short_items(directive.triggers);
}

std::string short_actions(const Directive& directive) {
    return short_items(directive.actions);
}

bool may_become(DirectiveStatus from, DirectiveStatus to) noexcept {
    if (from == to) {
        return false;
    }
    if (to == DirectiveStatus::error || to == DirectiveStatus::archived) {
        return true;
    }
    switch (from) {
        case DirectiveStatus::draft:
            return to == DirectiveStatus::validated;
        case DirectiveStatus::validated:
            return to == DirectiveStatus::implemented;
        case DirectiveStatus::implemented:
        case DirectiveStatus::paused:
            return to == DirectiveStatus::active;
        case DirectiveStatus::active:
            return to == DirectiveStatus::paused;
        case DirectiveStatus::error:
            return to == DirectiveStatus::active || to == DirectiveStatus::paused ||
                   to == DirectiveStatus::draft;
        case DirectiveStatus::archived:
            return to == DirectiveStatus::draft;
    }
    return false;
}

}  // namespace aifp::model
