#include "engine/proposed_configuration.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/json_text.hpp"
#include "model/definition.hpp"

namespace aifp::engine {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxToldProblems = 3;

// The short forms of the spec stand for the lists of the native form.
json::string_view without(json::string_view key) {
    constexpr std::array<std::array<std::string_view, 2>, 3> kShort{
        {{"trigger", "triggers"}, {"condition", "conditions"}, {"action", "actions"}}};
    for (const auto& pair : kShort) {
        if (std::string_view(key.data(), key.size()) == pair[0]) {
            return {pair[1].data(), pair[1].size()};
        }
    }
    return key;
}

std::string describe_problems(const model::Diagnostics& diagnostics) {
    std::string text;
    std::size_t errors = 0;
    for (const auto& diagnostic : diagnostics) {
        if (diagnostic.severity != model::Severity::error || ++errors > kMaxToldProblems) {
            continue;
        }
        text += fmt::format("{}{}{}{}",
                            text.empty() ? "" : "; ",
                            diagnostic.message,
                            diagnostic.hint.empty() ? "" : ": ",
                            diagnostic.hint);
    }
    return errors > kMaxToldProblems
               ? fmt::format("{}; and {} more", text, errors - kMaxToldProblems)
               : text;
}

}  // namespace

json::object merge_configuration(json::object base, const json::object& changes) {
    for (const auto& change : changes) {
        const auto replaced = without(change.key());
        if (const auto old = base.find(replaced);
            old != base.end() && (replaced != change.key() || change.value().is_null())) {
            base.stable_erase(old);
        }
        if (!change.value().is_null()) {
            base[change.key()] = change.value();
        }
    }
    return base;
}

Result<model::Directive> read_configuration(const json::object& configuration,
                                            const directives::ParseContext& context) {
    const document::SourceText source("configuration_json", json_text(configuration));
    auto parsed = directives::parse_directives(source, document::Format::json, context);
    if (parsed.has_errors() || parsed.directives.size() != 1) {
        const auto problems = describe_problems(parsed.diagnostics);
        return fail(ErrorCode::invalid_input,
                    fmt::format("the configuration is not valid: {}",
                                problems.empty() ? "it holds no directive" : problems));
    }
    return std::move(parsed.directives.front().directive);
}

std::vector<std::string> changed_members(const json::object& before, const json::object& after) {
    std::vector<std::string> names;
    for (const auto& member : after) {
        const auto* old = before.if_contains(member.key());
        if (old == nullptr || *old != member.value()) {
            names.emplace_back(member.key());
        }
    }
    for (const auto& member : before) {
        if (!after.contains(member.key())) {
            names.emplace_back(member.key());
        }
    }
    return names;
}

json::object stored_configuration(std::string_view text) {
    auto stored = model::parse_stored_or_null(text);
    return stored.is_object() ? std::move(stored.get_object()) : json::object();
}

}  // namespace aifp::engine
