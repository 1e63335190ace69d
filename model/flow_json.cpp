#include "base/time_zone.hpp"
#include "model/flow.hpp"
#include "model/json_members.hpp"

namespace aifp::model {
namespace {

using namespace members;

void put_instant(json::object& object,
                 json::string_view key,
                 const std::optional<WallTime>& instant) {
    if (instant) {
        object.emplace(key, json_text(format_utc_ms(*instant)));
    }
}

std::optional<WallTime> instant_at(const json::object& object, json::string_view key) {
    const auto instant = parse_instant(text_at(object, key), TimeZone::utc());
    return instant ? std::optional(*instant) : std::nullopt;
}

void put_texts(json::object& object, json::string_view key, const std::vector<std::string>& texts) {
    if (!texts.empty()) {
        object.emplace(key, json::array(texts.begin(), texts.end()));
    }
}

std::vector<std::string> texts_at(const json::object& object, json::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr ? texts_in(*value) : std::vector<std::string>();
}

void put_jitter(json::object& object, const std::optional<Jitter>& jitter) {
    if (!jitter) {
        return;
    }
    if (!jitter->fixed) {
        return put_duration(object, "jitter", jitter->max);
    }
    json::object form;
    put_duration(form, "max", jitter->max);
    form.emplace("fixed", true);
    object.emplace("jitter", std::move(form));
}

std::optional<Jitter> jitter_at(const json::object& object) {
    if (const auto plain = duration_at(object, "jitter")) {
        return Jitter{.max = *plain};
    }
    const auto form = object_at(object, "jitter");
    const auto longest = duration_at(form, "max");
    return longest ? std::optional(Jitter{.max = *longest, .fixed = flag_at(form, "fixed", false)})
                   : std::nullopt;
}

void put_calendars(json::object& object, const Flow& flow) {
    json::object calendars;
    put_texts(calendars, "include", flow.include);
    put_texts(calendars, "exclude", flow.exclude);
    if (!calendars.empty()) {
        object.emplace("calendars", std::move(calendars));
    }
}

}  // namespace

void put_flow(json::object& directive, const Flow& flow) {
    put_text(directive, "key", flow.key);
    put_duration(directive, "max_age", flow.max_age);
    put_unless(directive, "recheck", flow.recheck, false);
    put_text(directive, "max_exceeded", flow.silent_when_busy ? "silent" : "");
    if (!flow.retry.empty()) {
        directive.emplace("retry", flow.retry);
    }
    if (flow.stop_after_failures > 0) {
        directive.emplace("stop_after", json::object{{"failures", flow.stop_after_failures}});
    }
    put_duration(directive, "debounce", flow.debounce);
    put_duration(directive, "throttle", flow.throttle);
    put_duration(directive, "cooldown", flow.cooldown);
    put_jitter(directive, flow.jitter);
    put_duration(directive, "accuracy", flow.accuracy);
    put_instant(directive, "starts_at", flow.starts_at);
    put_instant(directive, "expires_at", flow.expires_at);
    put_calendars(directive, flow);
    put_unless(directive, "cap", flow.cap, Flow().cap);
    put_duration(directive, "stagger", flow.stagger);
}

Flow flow_from_json(const json::object& directive) {
    Flow flow;
    flow.key = text_at(directive, "key");
    flow.max_age = duration_at(directive, "max_age");
    flow.recheck = flag_at(directive, "recheck", false);
    flow.silent_when_busy = text_at(directive, "max_exceeded") == "silent";
    flow.retry = object_at(directive, "retry");
    flow.stop_after_failures = number_at(object_at(directive, "stop_after"), "failures", 0);
    flow.debounce = duration_at(directive, "debounce");
    flow.throttle = duration_at(directive, "throttle");
    flow.cooldown = duration_at(directive, "cooldown");
    flow.jitter = jitter_at(directive);
    flow.accuracy = duration_at(directive, "accuracy");
    flow.starts_at = instant_at(directive, "starts_at");
    flow.expires_at = instant_at(directive, "expires_at");
    const auto calendars = object_at(directive, "calendars");
    flow.include = texts_at(calendars, "include");
    flow.exclude = texts_at(calendars, "exclude");
    flow.cap = number_at(directive, "cap", flow.cap);
    flow.stagger = duration_at(directive, "stagger");
    return flow;
}

}  // namespace aifp::model
