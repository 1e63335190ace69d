#pragma once

#include <string>
#include <vector>

#include "directives/question.hpp"
#include "engine/catalog.hpp"
#include "engine/scan.hpp"
#include "storage/database.hpp"

// Directives with open questions: how they pass through a load. Functions with a Database run on
// its thread and throw DatabaseError.

namespace aifp::engine {

/// `context` and what the store adds to it: the answers so far and the names that are taken.
[[nodiscard]] directives::ParseContext with_stored(storage::Database& database,
                                                   directives::ParseContext context);

/// Lets each draft of the scanned files stand as a directive, unless a good version of it is in the
/// store: that one stays in force, and the draft stays in `parsed.drafts`.
void place_drafts(storage::Database& database, ScanResult& scan);

/// Keeps what the parsed files leave open. Those of a draft that is held back block nothing.
void write_questions(storage::Database& database, const ScanResult& scan);
void write_questions(storage::Database& database,
                     DirectiveId id,
                     const std::vector<directives::Question>& questions);
/// Counts the stored questions into the entry.
void fill_questions(storage::Database& database, Entry& entry);
void fill_questions(storage::Database& database, std::vector<Entry>& entries);

/// Whether every answer that went into the directive came from its owner: over the socket or with
/// the admin's token. What others answered needs a yes, as what they write does.
[[nodiscard]] bool are_owners_answers(storage::Database& database,
                                      const directives::ParsedDirective& parsed);

}  // namespace aifp::engine
