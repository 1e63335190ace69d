#include <fmt/format.h>

#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "directives/files.hpp"
#include "engine/engine_core.hpp"
#include "engine/proposed_configuration.hpp"
#include "model/definition.hpp"
#include "storage/database.hpp"
#include "storage/proposals.hpp"

namespace aifp::engine {

namespace json = boost::json;

/// A proposal on its way through the threads.
struct EngineCore::Draft {
    DirectiveId id;
    std::string running;  // definition when it was asked for
    json::object changes;
    std::string who;
    directives::ParseContext context;
    Result<model::Directive> proposed = model::Directive();
    storage::Proposal proposal;
    std::vector<std::string> updated_fields;
    FileHashes files;
    bool takes_effect = false;
};

// Parsed on the reading thread: the loop does not wait for a long text.
void EngineCore::propose_configuration(DirectiveId directive,
                                       json::object changes,
                                       std::string who,
                                       Answer answer) {
    const auto* entry = find_ready(directive, answer);
    if (entry == nullptr) {
        return;
    }
    auto draft = std::make_shared<Draft>();
    draft->id = directive;
    draft->running = entry->definition;
    draft->changes = std::move(changes);
    draft->who = std::move(who);
    draft->files = FileHashes(parts_.paths.root());
    draft->context = directives::context_of(parts_.settings, parts_.secrets);
    draft->context.limits.max_depth = model::kMaxDefinitionDepth;  // the canonical form is read
    parts_.store.read(
        [draft](storage::Database& database) {
            const auto pending = storage::find_proposal(database, draft->id);
            const auto base =
                stored_configuration(pending ? pending->configuration_json : draft->running);
            draft->proposed =
                read_configuration(merge_configuration(base, draft->changes), draft->context);
            if (draft->proposed) {
                draft->files.look_at(*draft->proposed);
            }
        },
        [this, draft, answer = std::move(answer)](const Status& read) {
            if (!read || !draft->proposed) {
                answer(fail(read ? draft->proposed.error() : read.error()));
                return;
            }
            keep_draft(draft, answer);
        });
}

// What leaves the approved hash as it is needs no yes; the rest waits for one, unless nobody is to
// be asked.
void EngineCore::keep_draft(std::shared_ptr<Draft> draft, Answer answer) {
    const auto* entry = catalog_.find(draft->id);
    const auto& proposed = *draft->proposed;
    if (entry == nullptr || proposed.name != entry->name) {
        answer(fail(ErrorCode::invalid_input,
                    "the name of a directive cannot be changed; write another directive"));
        return;
    }
    const auto after = model::to_json(proposed);
    draft->updated_fields = changed_members(stored_configuration(entry->definition), after);
    auto& proposal = draft->proposal;
    proposal.directive = draft->id;
    proposal.content_hash = model::content_hash(proposed);
    proposal.configuration_json = json_text(after);
    proposal.proposed_by = draft->who;
    proposal.proposed_at = format_utc_seconds(parts_.clock.wall());
    proposal.file_json = entry->definition;
    draft->takes_effect = proposal.content_hash == entry->content_hash ||
                          parts_.settings.approval == config::Approval::off;
    parts_.store.write(
        [draft](storage::Database& database) {
            storage::drop_proposal(database, draft->id);
            if (draft->updated_fields.empty()) {
                return;
            }
            if (const auto running = storage::find_accepted_proposal(database, draft->id)) {
                draft->proposal.file_json = running->file_json;
            }
            storage::keep_proposal(database, draft->proposal);
        },
        [this, draft, answer = std::move(answer)](const Status& stored) {
            if (!stored) {
                answer(fail(stored.error()));
                return;
            }
            finish_draft(draft, answer);
        });
}

void EngineCore::finish_draft(const std::shared_ptr<Draft>& draft, Answer answer) {
    json::array fields;
    for (const auto& name : draft->updated_fields) {
        fields.emplace_back(name);
    }
    json::object object;
    object["updated_fields"] = std::move(fields);
    if (const auto* known = catalog_.find(draft->id)) {
        reporter_.lifecycle(
            "directive_proposed",
            known->name,
            fmt::format("by {}: {}", draft->who, join(draft->updated_fields, ", ")));
    }
    if (draft->updated_fields.empty() || !draft->takes_effect) {
        answer(json::value(std::move(object)));
        return;
    }
    auto yes = std::make_shared<Yes>(
        Yes{draft->id, draft->proposal.content_hash, {}, std::move(draft->files)});
    accept_proposal(std::move(yes), [object, answer](const Result<json::value>& accepted) {
        answer(accepted ? Result<json::value>(object) : fail(accepted.error()));
    });
}

}  // namespace aifp::engine
