#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/time_zone.hpp"
#include "engine/state_store.hpp"

// What others see of the state: its listeners, the ledger and the faces.

namespace aifp::engine {

namespace json = boost::json;

std::optional<model::StateView> StateStore::find(std::string_view name) const {
    const auto& values = values_.get_object();
    const auto* value = values.if_contains(name);
    if (value == nullptr && name.starts_with(kHost) && name.size() > kHost.size() + 1) {
        const auto* host = values.if_contains(kHost);
        value = host != nullptr && host->is_object()
                    ? host->get_object().if_contains(name.substr(kHost.size() + 1))
                    : nullptr;
    }
    if (value == nullptr) {
        return std::nullopt;
    }
    model::StateView view{*value, {}};
    if (const auto* attributes = attributes_.get_object().if_contains(name)) {
        view.attributes = attributes->get_object();
    }
    return view;
}

std::optional<WallTime> StateStore::last_changed(std::string_view name) const {
    const auto meta = meta_.find(std::string(name));
    return meta == meta_.end() ? std::nullopt : std::optional(meta->second.changed);
}

std::optional<json::object> StateStore::describe(const std::string& name) const {
    auto view = find(name);
    if (!view) {
        return std::nullopt;
    }
    json::object object;
    object["name"] = name;
    object["value"] = std::move(view->value);
    object["attributes"] = std::move(view->attributes);
    const auto meta = meta_.find(name);
    const auto changed = meta == meta_.end() ? host_at_ : meta->second.changed;
    object["last_changed"] = format_utc_ms(changed);
    object["last_updated"] = format_utc_ms(meta == meta_.end() ? host_at_ : meta->second.updated);
    const auto expires = meta == meta_.end() ? std::nullopt : meta->second.expires;
    object["expires_at"] = expires ? json::value(format_utc_ms(*expires)) : json::value();
    return object;
}

json::array StateStore::describe_all() const {
    std::vector<std::string> names;
    for (const auto& [name, meta] : meta_) {
        names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    const auto* host = values_.get_object().if_contains(kHost);
    if (host != nullptr && host->is_object()) {
        for (const auto& figure : host->get_object()) {
            names.push_back(fmt::format("{}.{}", kHost, std::string_view(figure.key())));
        }
    }
    json::array list;
    for (const auto& name : names) {
        list.emplace_back(std::move(*describe(name)));
    }
    return list;
}

void StateStore::listen(StateListener& listener, const std::string& name) {
    listeners_[name].push_back(&listener);
}

void StateStore::stop_listening(StateListener& listener) {
    for (auto slot = listeners_.begin(); slot != listeners_.end();) {
        std::erase(slot->second, &listener);
        slot = slot->second.empty() ? listeners_.erase(slot) : std::next(slot);
    }
}

// What listeners change meanwhile comes in a turn of its own, so that nobody keeps the loop busy.
void StateStore::deliver() {
    if (telling_ || queue_.empty()) {
        return;
    }
    telling_ = true;
    for (auto& item : std::exchange(queue_, {})) {
        if (item.write) {
            writes_.insert_or_assign(item.write->name, std::move(*item.write));
        }
        if (item.change) {
            tell(*item.change, item.change->name);
            tell(*item.change, {});
        }
    }
    const auto all = listeners_.find({});
    const auto listeners = all == listeners_.end() ? std::vector<StateListener*>() : all->second;
    for (auto* listener : listeners) {
        const auto still = listeners_.find({});
        if (still != listeners_.end() &&
            std::find(still->second.begin(), still->second.end(), listener) !=
                still->second.end()) {
            listener->on_changes_told();
        }
    }
    telling_ = false;
    if (!queue_.empty()) {
        wake_();
    }
}

void StateStore::tell(const model::StateChange& change, const std::string& listened) {
    const auto found = listeners_.find(listened);
    if (found == listeners_.end()) {
        return;
    }
    const auto listeners = found->second;  // a copy: they may stop listening
    for (auto* listener : listeners) {
        const auto still = listeners_.find(listened);
        if (still == listeners_.end()) {
            return;
        }
        if (std::find(still->second.begin(), still->second.end(), listener) !=
            still->second.end()) {
            listener->on_state_change(change);
        }
    }
}

storage::WriteGroup StateStore::changes_again(const std::vector<storage::StateWrite>& lost) {
    storage::WriteGroup group;
    for (const auto& one : lost) {
        const bool comes_anyway =
            writes_.contains(one.name) ||
            std::any_of(queue_.begin(), queue_.end(), [&](const Queued& item) {
                return item.write && item.write->name == one.name;
            });
        if (!comes_anyway) {
            group.states.push_back(meta_.contains(one.name)
                                       ? row_of(one.name)
                                       : storage::StateWrite{one.name, {}, one.at});
        }
    }
    return group;
}

std::vector<storage::StateWrite> StateStore::take_changes() {
    std::vector<storage::StateWrite> changes;
    changes.reserve(writes_.size());
    for (auto& [name, write] : std::exchange(writes_, {})) {
        changes.push_back(std::move(write));
    }
    return changes;
}

}  // namespace aifp::engine
