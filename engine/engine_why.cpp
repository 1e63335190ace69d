#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "directives/files.hpp"
#include "engine/engine_core.hpp"
#include "engine/explain.hpp"
#include "engine/file_mistakes.hpp"
#include "engine/loader.hpp"
#include "engine/why.hpp"
#include "model/definition.hpp"
#include "storage/database.hpp"
#include "storage/directives.hpp"
#include "storage/ledger.hpp"

namespace aifp::engine {
namespace {

constexpr std::size_t kRecentRows = 100;
constexpr std::size_t kMaxRows = 1'000;

std::vector<WhyFacts::Trigger> triggers_of(const model::Directive& directive) {
    std::vector<WhyFacts::Trigger> list;
    for (const auto& trigger : directive.triggers) {
        model::Directive alone;
        alone.triggers.push_back(trigger);
        list.push_back({trigger.kind, model::short_triggers(alone), is_enabled(trigger)});
    }
    return list;
}

// Newest first: what is older than `since` goes.
void load_rows(storage::Database& database, DirectiveId directive, WhyFacts& facts) {
    storage::HistoryQuery wanted;
    wanted.directive = directive;
    wanted.limit = (facts.since ? kMaxRows : kRecentRows) + 1;
    facts.rows = storage::load_history(database, wanted);
    facts.has_more_rows = facts.rows.size() >= std::min(wanted.limit, kMaxRows);
    if (!facts.since) {
        return;
    }
    const auto is_older = [&](const storage::HistoryEntry& row) {
        return row.decision.event.seen_at < *facts.since;
    };
    const auto removed = std::erase_if(facts.rows, is_older);
    facts.has_more_rows = facts.has_more_rows || removed > 0;
}

std::string names_of_missing_files(const Entry& entry) {
    std::vector<std::string> names;
    for (const auto& file : entry.files) {
        if (file.sha256.empty()) {
            names.push_back(file.path);
        }
    }
    return join(names, ", ");
}

void load_standing(storage::Database& database, DirectiveId directive, WhyFacts& facts) {
    const auto row = storage::find_directive(database, directive);
    const auto changed =
        row ? parse_instant(row->updated_at, TimeZone::utc()) : Result<WallTime>(WallTime());
    facts.standing_since = changed.value_or(WallTime());
}

// What somebody can do about the gate's answer; of a person's own doing the way back.
std::string step_for(model::Reason gate, const Entry& entry) {
    switch (gate) {
        case model::Reason::none:
            return is_held(entry.status, entry.status_reason)
                       ? fmt::format("aifp activate {}", entry.name)
                       : "";
        case model::Reason::directive_invalid:
            return fmt::format("the answers, with aifp validate {}", entry.name);
        case model::Reason::not_approved:
            return fmt::format("a look at it, then aifp approve {}", entry.name);
        case model::Reason::implementation_changed:
            return fmt::format("a look at the file that it runs, then aifp approve {}", entry.name);
        case model::Reason::implementation_missing:
            return "the file that it runs: " + names_of_missing_files(entry);
        case model::Reason::dependency_missing:
            return "what is missing: " + join(entry.missing, ", ");
        default:
            return {};
    }
}

}  // namespace

// Of an event, who emits it; of `after`, which directives there are; of the rest what the sensor
// says.
std::string EngineCore::source_of(const Entry& entry,
                                  const model::Directive& directive,
                                  std::uint32_t index) {
    const auto& trigger = directive.triggers[index];
    const auto* main = trigger.arguments.if_contains(trigger.kind);
    if (trigger.kind == "event" && main != nullptr) {
        const auto wanted = fmt::format(R"("emit":{})", json_text(*main));
        std::vector<std::string> emitters;
        catalog_.for_each([&](const Entry& other) {
            if (other.armed && other.definition.find(wanted) != std::string::npos) {
                emitters.push_back(other.name);
            }
        });
        std::sort(emitters.begin(), emitters.end());
        return emitters.empty() ? "no armed directive emits it; a program may"
                                : fmt::format("{} emits it", join(emitters, ", "));
    }
    if (trigger.kind == "after" && main != nullptr && main->is_array()) {
        for (const auto& name : main->get_array()) {
            if (name.is_string() && catalog_.find(std::string_view(name.get_string())) == nullptr) {
                return fmt::format("there is no directive {}", std::string_view(name.get_string()));
            }
        }
    }
    const bool is_secret =
        main != nullptr && main->is_string() && sounds_secret(main->get_string());
    return is_secret ? std::string() : sensors_.source_of(entry.id, index);
}

void EngineCore::tell_standing(Entry& entry, const model::Directive& directive, WhyFacts& facts) {
    facts.name = entry.name;
    facts.status = entry.status;
    facts.status_reason = entry.status_reason;
    facts.enabled = entry.enabled;
    facts.armed = entry.armed;
    const auto gate = ask_gate(entry);
    facts.gate = text_of_gate(gate, entry);
    facts.step = step_for(gate, entry);
    facts.triggers = triggers_of(directive);
    for (std::uint32_t i = 0; i < facts.triggers.size(); ++i) {
        facts.triggers[i].source = source_of(entry, directive, i);
    }
    if (const auto* streak = notices_.streak_of(entry.id)) {
        facts.failures = streak->failures;
        facts.failing_since = streak->since;
    }
    facts.running = dispatcher_.runs_of(entry.id);
    facts.held = dispatcher_.held_of(entry.id);
    facts.block = time_block_of(entry);
    facts.armed_since = entry.first_armed;
}

void EngineCore::why(WhyQuery query, Answer answer) {
    auto* entry = find_entry(query.directive);
    if (entry == nullptr) {
        answer(
            fail(ErrorCode::not_found, fmt::format("no directive is called {}", query.directive)));
        return;
    }
    const auto stored = model::read_definition(entry->definition);
    if (!stored) {
        answer(fail(stored.error()));
        return;
    }
    const auto& directive = *stored;
    auto facts = std::make_shared<WhyFacts>();
    facts->now = parts_.clock.wall();
    facts->zone = zone_of(directive, parts_.settings);
    if (!query.since.empty()) {
        const auto since = parse_since(query.since, facts->now, facts->zone);
        if (!since) {
            answer(fail(since.error()));
            return;
        }
        facts->since = *since;
    }
    tell_standing(*entry, directive, *facts);
    const auto id = entry->id;
    auto ids = std::make_shared<std::vector<DirectiveId>>(1, id);
    with_next_starts(std::move(ids), [this, facts, id, answer = std::move(answer)] {
        if (const auto* known = catalog_.find(id)) {
            facts->next_due = next_start(*known);
            facts->waits_for_end = armory_.timetable().waits_for_end(id);
            facts->next_start =
                facts->next_due ? placed_start(*known, *facts->next_due) : std::nullopt;
        }
        auto context = directives::context_of(parts_.settings, parts_.secrets);
        parts_.store.read(
            [facts, id, root = parts_.paths.root(), context = std::move(context)](
                storage::Database& database) {
                load_rows(database, id, *facts);
                load_standing(database, id, *facts);
                facts->mistakes = find_file_mistakes(database, id, root, context);
            },
            [facts, answer](const Status& read) {
                answer(read ? Result<boost::json::value>(explain_why(*facts))
                            : Result<boost::json::value>(fail(read.error())));
            });
    });
}

}  // namespace aifp::engine
