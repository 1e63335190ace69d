#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "storage/database.hpp"

// Rows of `directive_proposals`: at most one that waits and one that was accepted per directive.
// All throw DatabaseError. (reference/decisions.md, Approval)
namespace aifp::storage {

/// A configuration that does not come from the directive's file.
struct Proposal {
    DirectiveId directive;
    std::string content_hash;        ///< model::content_hash of the configuration.
    std::string configuration_json;  ///< Canonical text.
    std::string proposed_by;
    std::string proposed_at;  ///< UTC `YYYY-MM-DDTHH:MM:SS`
    std::string file_json;    ///< What the file says, canonical text too.
};

/// Replaces the one that waits.
void keep_proposal(Database& database, const Proposal& proposal);
/// The one that waits for a yes.
[[nodiscard]] std::optional<Proposal> find_proposal(Database& database, DirectiveId directive);
/// The one that is the running version.
[[nodiscard]] std::optional<Proposal> find_accepted_proposal(Database& database,
                                                             DirectiveId directive);
/// The one that waits becomes the accepted one. False if none waits.
bool accept_proposal(Database& database, DirectiveId directive);
/// False if none waited.
bool drop_proposal(Database& database, DirectiveId directive);
/// Both of them: the file was edited. False if there were none.
bool drop_all_proposals(Database& database, DirectiveId directive);
/// For directives that run an accepted proposal: what their file says.
[[nodiscard]] std::unordered_map<DirectiveId, std::string> load_overridden_files(
    Database& database);

}  // namespace aifp::storage
