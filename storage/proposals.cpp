#include "storage/proposals.hpp"

namespace aifp::storage {
namespace {

std::optional<Proposal> find_one(Database& database, DirectiveId directive, bool accepted) {
    Statement row(database,
                  "SELECT content_hash, configuration_json, proposed_by, proposed_at, file_json "
                  "FROM directive_proposals WHERE directive_id = ?1 AND accepted = ?2");
    row.bind(directive, accepted);
    if (!row.step()) {
        return std::nullopt;
    }
    Proposal proposal;
    proposal.directive = directive;
    proposal.content_hash = row.text(0);
    proposal.configuration_json = row.text(1);
    proposal.proposed_by = row.text(2);
    proposal.proposed_at = row.text(3);
    proposal.file_json = row.text(4);
    return proposal;
}

}  // namespace

void keep_proposal(Database& database, const Proposal& proposal) {
    Statement(database,
              "INSERT OR REPLACE INTO directive_proposals (directive_id, accepted, content_hash, "
              "configuration_json, proposed_by, proposed_at, file_json) "
              "VALUES (?, 0, ?, ?, ?, ?, ?)")
        .run(proposal.directive,
             proposal.content_hash,
             proposal.configuration_json,
             proposal.proposed_by,
             proposal.proposed_at,
             proposal.file_json);
}

std::optional<Proposal> find_proposal(Database& database, DirectiveId directive) {
    return find_one(database, directive, false);
}

std::optional<Proposal> find_accepted_proposal(Database& database, DirectiveId directive) {
    return find_one(database, directive, true);
}

bool accept_proposal(Database& database, DirectiveId directive) {
    Statement(database,
              "INSERT OR REPLACE INTO directive_proposals SELECT directive_id, 1, content_hash, "
              "configuration_json, proposed_by, proposed_at, file_json FROM directive_proposals "
              "WHERE directive_id = ?1 AND accepted = 0")
        .run(directive);
    return drop_proposal(database, directive);
}

bool drop_proposal(Database& database, DirectiveId directive) {
    Statement(database, "DELETE FROM directive_proposals WHERE directive_id = ?1 AND accepted = 0")
        .run(directive);
    return database.changes() > 0;
}

bool drop_all_proposals(Database& database, DirectiveId directive) {
    Statement(database, "DELETE FROM directive_proposals WHERE directive_id = ?1").run(directive);
    return database.changes() > 0;
}

std::unordered_map<DirectiveId, std::string> load_overridden_files(Database& database) {
    Statement row(database,
                  "SELECT directive_id, file_json FROM directive_proposals WHERE accepted = 1");
    std::unordered_map<DirectiveId, std::string> files;
    while (row.step()) {
        files.emplace(DirectiveId{row.integer(0)}, row.text(1));
    }
    return files;
}

}  // namespace aifp::storage
