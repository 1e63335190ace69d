#include "engine/state_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.hpp"
#include "model/definition.hpp"

namespace aifp::engine {

namespace json = boost::json;

namespace {

bool is_of_host(std::string_view name) noexcept {
    return name == StateStore::kHost ||
           (name.starts_with(StateStore::kHost) && name[StateStore::kHost.size()] == '.');
}

// A text may need six bytes for one; everything else that is no list or object is short.
bool is_surely_small(const json::value& value) noexcept {
    return value.is_string() ? value.get_string().size() * 6 + 2 <= StateStore::kMaxValueBytes
                             : value.is_primitive();
}

Result<json::value> sum_of(const std::string& name,
                           const json::value* before,
                           const json::value& amount) {
    if (!amount.is_number()) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("increment of {}: {} is no number; write set: {{{}: 1}}",
                                name,
                                json_text(amount),
                                name));
    }
    if (before == nullptr || before->is_null()) {
        return amount;
    }
    const auto start = model::state_number(*before);
    if (!start) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("increment of {}: it is {}, which is no number; set it to one first",
                        name,
                        json_text(*before)));
    }
    std::int64_t whole = 0;
    if (before->is_int64() && amount.is_int64() &&
        !__builtin_add_overflow(before->get_int64(), amount.get_int64(), &whole)) {
        return json::value(whole);
    }
    return json::value(*start + amount.to_number<double>());
}

}  // namespace

void StateStore::restore(const storage::StateWrite& stored) {
    auto value = model::parse_stored(stored.value_json);
    if (!value || is_of_host(stored.name)) {
        return;
    }
    values_.get_object()[stored.name] = std::move(*value);
    if (!stored.attributes_json.empty()) {
        auto attributes = model::parse_stored(stored.attributes_json);
        if (attributes && attributes->is_object()) {
            attributes_.get_object()[stored.name] = std::move(*attributes);
        }
    }
    auto& meta = meta_[stored.name];
    meta.changed = stored.changed_at.value_or(stored.at);
    meta.updated = stored.at;
    set_expiry(stored.name, meta, stored.expires_at);
}

Status StateStore::check(const model::StateUpdate& update) const {
    if (queue_.size() + update.values.size() > kMaxQueued) {
        return fail(ErrorCode::busy,
                    fmt::format("{} changes of states wait to be told: do directives answer each "
                                "other?",
                                queue_.size()));
    }
    std::size_t more = 0;
    for (const auto& member : update.values) {
        if (is_of_host(member.key())) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("{} belongs to the host's own figures; use another name",
                                    std::string_view(member.key())));
        }
        more += update.remove || values_.get_object().contains(member.key()) ? 0U : 1U;
    }
    if (more > 0 && meta_.size() + more > max_entries_) {
        return fail(ErrorCode::busy,
                    fmt::format("the state already has {} entries (limits.max_state_entries)",
                                max_entries_));
    }
    return {};
}

Result<json::object> StateStore::new_values(const model::StateUpdate& update) const {
    json::object result;
    const auto& known = values_.get_object();
    const auto attributes_size = update.attributes ? json_text(*update.attributes).size() : 0;
    for (const auto& member : update.values) {
        const std::string name(member.key());
        Result<json::value> value = member.value();
        if (update.increment) {
            value = sum_of(name, known.if_contains(name), member.value());
        }
        if (!value) {
            return fail(std::move(value).error());
        }
        const auto size =
            std::max(is_surely_small(*value) ? 0 : json_text(*value).size(), attributes_size);
        if (size > kMaxValueBytes) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("the value for {} has {} bytes; at most {} are kept",
                                    name,
                                    size,
                                    kMaxValueBytes));
        }
        result[name] = std::move(*value);
    }
    return result;
}

bool StateStore::stands_at(std::string_view name, const json::value& wanted) const {
    const auto* value = values_.get_object().if_contains(name);
    if (value == nullptr) {
        return wanted.is_null();
    }
    return value->is_number() && wanted.is_number()
               ? value->to_number<double>() == wanted.to_number<double>()
               : *value == wanted;
}

Result<model::StateOutcome> StateStore::update(const model::StateUpdate& update, WallTime now) {
    if (auto right = check(update); !right) {
        return fail(std::move(right).error());
    }
    model::StateOutcome outcome;
    for (const auto& member : update.values) {
        outcome.done = outcome.done && (!update.if_is || stands_at(member.key(), *update.if_is));
    }
    if (outcome.done) {
        auto fresh = new_values(update);
        if (!fresh) {
            return fail(std::move(fresh).error());
        }
        for (const auto& member : *fresh) {
            if (update.remove) {
                remove(std::string(member.key()), update, now);
            } else {
                put(std::string(member.key()), member.value(), update, now);
            }
        }
    }
    for (const auto& member : update.values) {
        const auto* value = values_.get_object().if_contains(member.key());
        outcome.values[member.key()] = value != nullptr ? *value : json::value();
    }
    return outcome;
}

void StateStore::put(const std::string& name,
                     const json::value& value,
                     const model::StateUpdate& update,
                     WallTime now) {
    const auto* known = values_.get_object().if_contains(name);
    const bool is_other = known == nullptr || *known != value;
    Queued item;
    if (is_other || update.attributes) {
        auto before = find(name);
        values_.get_object()[name] = value;
        set_attributes(name, update.attributes);
        auto after = find(name);
        if (is_other || before->attributes != after->attributes) {
            item.change = model::StateChange{
                name, std::move(before), std::move(after), now, update.by, update.chain};
        }
    }
    auto& meta = meta_[name];
    meta.updated = now;
    meta.changed = is_other ? now : meta.changed;
    set_expiry(name, meta, update.ttl ? std::optional(now + *update.ttl) : std::nullopt);
    item.write = row_of(name);
    queue(std::move(item));
}

void StateStore::set_attributes(const std::string& name,
                                const std::optional<json::object>& attributes) {
    if (!attributes) {
        return;
    }
    if (attributes->empty()) {
        attributes_.get_object().erase(name);
    } else {
        attributes_.get_object()[name] = *attributes;
    }
}

void StateStore::remove(const std::string& name, const model::StateUpdate& update, WallTime now) {
    model::StateChange change{name, find(name), std::nullopt, now, update.by, update.chain};
    if (!change.before) {
        return;
    }
    set_expiry(name, meta_[name], std::nullopt);
    values_.get_object().erase(name);
    attributes_.get_object().erase(name);
    meta_.erase(name);
    queue({std::move(change), storage::StateWrite{name, {}, now}});
}

void StateStore::set_expiry(const std::string& name, Meta& meta, std::optional<WallTime> expires) {
    if (meta.expires) {
        expiries_.erase({*meta.expires, name});
    }
    meta.expires = expires;
    if (expires) {
        expiries_.emplace(*expires, name);
    }
}

void StateStore::expire(WallTime now) {
    model::StateUpdate update;
    update.by = "ttl";
    while (!expiries_.empty() && expiries_.begin()->first <= now) {
        remove(std::string(expiries_.begin()->second), update, now);
    }
}

std::optional<WallTime> StateStore::next_expiry() const {
    return expiries_.empty() ? std::nullopt : std::optional(expiries_.begin()->first);
}

void StateStore::set_host(const json::object& figures, WallTime now) {
    auto& host = values_.get_object()[kHost];
    if (!host.is_object()) {
        host = json::object();
    }
    host_at_ = now;
    for (const auto& figure : figures) {
        const auto* before = host.get_object().if_contains(figure.key());
        if (before != nullptr && *before == figure.value()) {
            continue;
        }
        model::StateChange change;
        change.name = fmt::format("{}.{}", kHost, std::string_view(figure.key()));
        change.before = find(change.name);
        host.get_object()[figure.key()] = figure.value();
        change.after = find(change.name);
        change.at = now;
        change.by = kHost;
        if (queue_.size() < kMaxQueued) {
            queue({std::move(change), std::nullopt});
        }
    }
}

storage::StateWrite StateStore::row_of(const std::string& name) const {
    const auto& meta = meta_.at(name);
    storage::StateWrite row{name, json_text(values_.get_object().at(name)), meta.updated};
    if (const auto* attributes = attributes_.get_object().if_contains(name)) {
        row.attributes_json = json_text(*attributes);
    }
    row.changed_at = meta.changed;
    row.expires_at = meta.expires;
    return row;
}

void StateStore::queue(Queued item) {
    queue_.push_back(std::move(item));
    if (queue_.size() == 1 && !telling_) {
        wake_();
    }
}

}  // namespace aifp::engine
