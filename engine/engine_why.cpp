#include <fmt/format.h>

#include <memory>
#include <utility>

#include "engine/engine_core.hpp"
#include "engine/why.hpp"
#include "model/definition.hpp"
#include "storage/database.hpp"
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

}  // namespace

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
    facts->name = entry->name;
    facts->status = entry->status;
    facts->status_reason = entry->status_reason;
    facts->enabled = entry->enabled;
    facts->armed = entry->armed;
    facts->gate = text_of_gate(ask_gate(*entry), *entry);
    facts->triggers = triggers_of(directive);
    facts->next_due = next_start(*entry);
    facts->running = dispatcher_.runs_of(entry->id);
    facts->held = dispatcher_.held_of(entry->id);
    facts->block = time_block_of(*entry);
    facts->armed_since = entry->first_armed;
    parts_.store.read(
        [facts, id = entry->id](storage::Database& database) { load_rows(database, id, *facts); },
        [facts, answer = std::move(answer)](const Status& read) {
            answer(read ? Result<boost::json::value>(explain_why(*facts))
                        : Result<boost::json::value>(fail(read.error())));
        });
}

}  // namespace aifp::engine
