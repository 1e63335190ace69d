#include "directives/schema.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "directives/grammar.hpp"
#include "directives/pretty_json.hpp"

namespace aifp::directives {

namespace json = boost::json;

namespace {

json::object typed(std::string_view type) {
    return {{"type", json::string(type)}};
}

json::object reference(std::string_view name) {
    return {{"$ref", json::string("#/$defs/" + std::string(name))}};
}

json::object pattern(std::string_view text) {
    return {{"type", "string"}, {"pattern", json::string(text)}};
}

json::object either(json::array options) {
    return {{"anyOf", std::move(options)}};
}

json::object one_or_list(json::object item) {
    json::object list{{"type", "array"}, {"items", item}, {"minItems", 1}};
    return either({std::move(item), std::move(list)});
}

json::object text_or_secret() {
    return either({typed("string"), typed("number"), reference("secret")});
}

json::array words_array(std::string_view words) {
    json::array list;
    for (const std::string_view word : words_of(words)) {
        list.emplace_back(json::string(word));
    }
    return list;
}

json::object properties_of(std::span<const Key> keys);

json::object closed_map(std::span<const Key> keys) {
    return {
        {"type", "object"}, {"properties", properties_of(keys)}, {"additionalProperties", false}};
}

json::object auth_schema() {
    json::object rules = closed_map(auth_keys());
    json::object& properties = rules["properties"].get_object();
    properties["bearer"] = one_or_list(text_or_secret());
    properties["hmac_sha256"] = one_or_list(text_or_secret());
    return either({json::object{{"const", "none"}}, std::move(rules)});
}

json::object integer_schema(const Key& key) {
    return {{"type", "integer"}, {"minimum", key.low}, {"maximum", key.high}};
}

json::object plain_schema(const Key& key) {
    switch (key.type) {
        case ValueType::nothing:
            return typed("null");
        case ValueType::any:
        case ValueType::wait_time:
            return {};
        case ValueType::boolean:
            return typed("boolean");
        case ValueType::integer:
            return integer_schema(key);
        case ValueType::number:
            return {{"type", "number"}, {"minimum", key.low}, {"maximum", key.high}};
        case ValueType::count:
            return either({typed("integer"), typed("string")});
        case ValueType::items:
            return either({typed("array"), typed("string")});
        case ValueType::identifier:
            return pattern("^[A-Za-z_][A-Za-z0-9_]*$");
        case ValueType::directive_name:
            return pattern("^[a-z0-9_.-]{1,64}$");
        case ValueType::choice:
            return {{"enum", words_array(key.choices)}};
        case ValueType::duration:
        case ValueType::positive_duration:
        case ValueType::interval:
        case ValueType::size:
            return either({typed("string"), json::object{{"type", "integer"}, {"minimum", 0}}});
        case ValueType::offset:
            return either({typed("string"), typed("integer")});
        case ValueType::degrees:
            return {{"type", "number"}, {"minimum", -90}, {"maximum", 90}};
        case ValueType::map:
        case ValueType::state_map:
        case ValueType::variables:
            return typed("object");
        case ValueType::text_map:
            return {{"type", "object"}, {"additionalProperties", text_or_secret()}};
        default:
            return either({typed("string"), typed("number")});
    }
}

/// Of the maps whose keys are a table; empty for other types.
std::span<const Key> keys_of(ValueType type) {
    switch (type) {
        case ValueType::time_window:
            return time_window_keys();
        case ValueType::dst:
            return dst_keys();
        case ValueType::retry:
            return retry_keys();
        case ValueType::stop_after:
            return stop_after_keys();
        case ValueType::watchdog:
            return watchdog_keys();
        case ValueType::state_window:
            return state_window_keys();
        case ValueType::number_window:
            return number_window_keys();
        default:
            return {};
    }
}

// A short form, or a map that says more.
json::object limit_schema(const Key& key) {
    switch (key.type) {
        case ValueType::run_rate:
            return either({typed("string"), closed_map(run_rate_keys())});
        case ValueType::jitter:
            return either({typed("string"), typed("integer"), closed_map(jitter_keys())});
        case ValueType::calendars:
            return either({one_or_list(typed("string")), closed_map(calendar_keys())});
        default:
            return either(
                {json::object{{"enum", words_array(key.choices)}}, closed_map(misfire_keys())});
    }
}

json::object schema_of(const Key& key) {
    if (const auto keys = keys_of(key.type); !keys.empty()) {
        return closed_map(keys);
    }
    switch (key.type) {
        case ValueType::instants:
        case ValueType::weekdays:
        case ValueType::trigger_ids:
        case ValueType::text_list:
        case ValueType::last_result:
        case ValueType::file_events:
            return one_or_list(either({typed("string"), typed("number")}));
        case ValueType::methods:
        case ValueType::notice_events:
            return one_or_list(typed("string"));
        case ValueType::statuses:
            return one_or_list(either({typed("integer"), typed("string")}));
        case ValueType::command_line:
            return either({typed("string"),
                           json::object{{"type", "array"},
                                        {"items", either({typed("string"), typed("number")})},
                                        {"minItems", 1}}});
        case ValueType::auth:
            return auth_schema();
        case ValueType::sun_window:
            return either({json::object{{"enum", json::array{"above_horizon", "below_horizon"}}},
                           closed_map(sun_window_keys())});
        case ValueType::notices:
            return either({one_or_list(typed("string")), closed_map(notices_keys())});
        case ValueType::options:
            return one_or_list(closed_map(option_keys()));
        case ValueType::run_rate:
        case ValueType::jitter:
        case ValueType::calendars:
        case ValueType::misfire:
            return limit_schema(key);
        case ValueType::error_classes:
            return one_or_list(either({typed("string"), typed("integer")}));
        case ValueType::error_switch:
            return either(
                {typed("boolean"), one_or_list(either({typed("string"), typed("integer")}))});
        case ValueType::state_values:
            return either(
                {typed("null"), typed("string"), typed("number"), json::object{{"type", "array"}}});
        case ValueType::poll_source:
            return either({typed("string"), json::object{{"type", "array"}}});
        case ValueType::expression:
            return either({typed("string"), typed("boolean")});
        case ValueType::conditions:
            return one_or_list(reference("condition"));
        case ValueType::actions:
            return one_or_list(reference("action"));
        case ValueType::triggers:
            return one_or_list(reference("trigger"));
        default:
            return plain_schema(key);
    }
}

void add_property(json::object& properties, std::string_view name, const Key& key) {
    json::object schema = schema_of(key);
    schema["description"] = json::string(key.doc);
    if (!key.fallback.empty()) {
        schema["default"] = json::parse(key.fallback);
    }
    properties.emplace(name, std::move(schema));
}

json::object properties_of(std::span<const Key> keys) {
    json::object properties;
    for (const Key& key : keys) {
        if (!key.built) {
            continue;
        }
        add_property(properties, key.name, key);
        for (const std::string_view alias : words_of(key.aliases)) {
            add_property(properties, alias, key);
        }
    }
    return properties;
}

/// The native map with this spelling of the kind key; the long form below it is let through.
json::object kind_schema(const Kind& kind, std::string_view word) {
    json::object properties;
    json::object main = either({schema_of(kind.argument), typed("object")});
    main["description"] = json::string(kind.doc);
    properties.emplace(word, std::move(main));
    for (auto& [name, schema] : properties_of(kind.keys)) {
        properties.emplace(name, std::move(schema));
    }
    for (auto& [name, schema] : properties_of(common_keys(kind.group))) {
        properties.emplace(name, std::move(schema));
    }
    return {{"type", "object"},
            {"required", json::array{json::string(word)}},
            {"properties", std::move(properties)},
            {"additionalProperties", false}};
}

/// `type: KIND`, and the shapes of older documents; the parser looks at them closely.
json::array older_schemas(Group group) {
    json::array schemas{json::object{{"type", "object"}, {"required", json::array{"type"}}}};
    const auto add_shape = [&schemas](std::string_view key) {
        schemas.push_back(
            json::object{{"type", "object"}, {"required", json::array{json::string(key)}}});
    };
    if (group == Group::trigger) {
        add_shape("event_name");
        add_shape("event_type");
    } else if (group == Group::condition) {
        add_shape("field");
    } else {
        for (const std::string_view key : {"url", "endpoint", "script", "module", "entity"}) {
            add_shape(key);
        }
    }
    return schemas;
}

json::object group_schema(Group group) {
    json::array options{typed("string")};
    if (group == Group::condition) {
        options.push_back(typed("boolean"));
    }
    for (const Kind& kind : kinds_of(group)) {
        if (kind.built) {
            options.push_back(kind_schema(kind, kind.name));
            for (const std::string_view alias : words_of(kind.aliases)) {
                options.push_back(kind_schema(kind, alias));
            }
        }
    }
    for (json::value& schema : older_schemas(group)) {
        options.push_back(std::move(schema));
    }
    return either(std::move(options));
}

json::object directive_definition() {
    json::object directive = closed_map(directive_keys());
    directive["required"] = json::array{"name"};
    json::array all;
    for (const std::string_view list : {"trigger", "action"}) {
        const std::string plural = std::string(list) + "s";
        all.push_back(either({json::object{{"required", json::array{json::string(list)}}},
                              json::object{{"required", json::array{json::string(plural)}}}}));
    }
    directive["allOf"] = std::move(all);
    return directive;
}

}  // namespace

json::object directive_schema() {
    json::object list{{"type", "array"}, {"items", reference("directive")}};
    json::object wrapped{
        {"type", "object"},
        {"required", json::array{"directives"}},
        {"properties", json::object{{"directives", either({list, reference("directive")})}}},
        {"additionalProperties", false}};
    json::object secret{{"type", "object"},
                        {"description", "A secret of secrets.yaml; in YAML !secret NAME"},
                        {"required", json::array{"$secret"}},
                        {"properties", json::object{{"$secret", typed("string")}}},
                        {"additionalProperties", false}};
    return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "Directive file"},
            {"anyOf", json::array{std::move(wrapped), std::move(list), reference("directive")}},
            {"$defs",
             json::object{{"directive", directive_definition()},
                          {"trigger", group_schema(Group::trigger)},
                          {"condition", group_schema(Group::condition)},
                          {"action", group_schema(Group::action)},
                          {"secret", std::move(secret)}}}};
}

std::string directive_schema_text() {
    return indented_json(directive_schema()) + "\n";
}

}  // namespace aifp::directives
