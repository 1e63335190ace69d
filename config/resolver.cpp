#include "config/resolver.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <utility>

#include "config/setting_rows.hpp"

namespace aifp::config {
namespace {

constexpr int kMaxDepth = 64;

// The NAME of {"$secret": NAME}.
const boost::json::string* secret_of(const boost::json::value& value) noexcept {
    const auto* object = value.if_object();
    if (object == nullptr || object->size() != 1 || object->begin()->key() != "$secret") {
        return nullptr;
    }
    return object->begin()->value().if_string();
}

Result<boost::json::value> resolve(const Resolver& resolver,
                                   const boost::json::value& value,
                                   int depth);

Result<boost::json::value> resolve_array(const Resolver& resolver,
                                         const boost::json::array& items,
                                         int depth) {
    boost::json::array resolved;
    resolved.reserve(items.size());
    for (const boost::json::value& item : items) {
        auto part = resolve(resolver, item, depth);
        if (!part) {
            return fail(part.error().with_context(fmt::format("item {}", resolved.size() + 1)));
        }
        resolved.push_back(std::move(*part));
    }
    return resolved;
}

Result<boost::json::value> resolve_object(const Resolver& resolver,
                                          const boost::json::object& members,
                                          int depth) {
    boost::json::object resolved;
    resolved.reserve(members.size());
    for (const auto& member : members) {
        auto part = resolve(resolver, member.value(), depth);
        if (!part) {
            return fail(part.error().with_context(std::string_view(member.key())));
        }
        resolved.emplace(member.key(), std::move(*part));
    }
    return resolved;
}

Result<boost::json::value> resolve(const Resolver& resolver,
                                   const boost::json::value& value,
                                   int depth) {
    if (depth > kMaxDepth) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("nested deeper than {} levels", kMaxDepth));
    }
    if (value.is_string() || secret_of(value) != nullptr) {
        auto text = resolver.text(value);
        return text ? Result<boost::json::value>(boost::json::string(*text)) : fail(text.error());
    }
    if (const auto* items = value.if_array()) {
        return resolve_array(resolver, *items, depth + 1);
    }
    if (const auto* members = value.if_object()) {
        return resolve_object(resolver, *members, depth + 1);
    }
    return value;
}

}  // namespace

std::optional<std::string> read_environment(const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Resolver::Resolver(const Secrets& secrets,
                   ReadEnvironment environment,
                   std::shared_ptr<SecretKeeper> keeper)
    : secrets_(&secrets), environment_(std::move(environment)), keeper_(std::move(keeper)) {}

Result<std::string> Resolver::expand(std::string_view text) const {
    std::string expanded;
    for (;;) {
        const auto start = text.find("${");
        const auto end = start == std::string_view::npos ? start : text.find('}', start);
        if (end == std::string_view::npos) {
            expanded += text;
            return expanded;
        }
        const std::string_view name = text.substr(start + 2, end - start - 2);
        const bool is_escaped = start > 0 && text[start - 1] == '$';
        if (!is_variable_name(name)) {
            expanded += text.substr(0, start + 2);
            text.remove_prefix(start + 2);
            continue;
        }
        if (is_escaped) {
            expanded += text.substr(0, start - 1);
            expanded += text.substr(start, end + 1 - start);
        } else if (const auto value = environment_(std::string(name))) {
            expanded += text.substr(0, start);
            expanded += *value;
            keeper_->remember_variable(name, *value);
        } else {
            return fail(ErrorCode::not_found,
                        fmt::format("the environment variable {} is not set; set it for the "
                                    "daemon, or write $${{{}}} for the text itself",
                                    name,
                                    name));
        }
        text.remove_prefix(end + 1);
    }
}

Result<std::string> Resolver::text(const boost::json::value& value) const {
    if (const auto* name = secret_of(value)) {
        auto secret = secrets_->find(*name);
        if (secret) {
            keeper_->remember_secret(*name, *secret);
        }
        return secret;
    }
    if (const auto* text = value.if_string()) {
        return expand(*text);
    }
    return fail(ErrorCode::invalid_input, "a text or a secret is needed here");
}

Result<boost::json::value> Resolver::value(const boost::json::value& value) const {
    return resolve(*this, value, 0);
}

}  // namespace aifp::config
