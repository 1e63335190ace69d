#pragma once

#include <string>

#include "engine/file_hashes.hpp"
#include "model/directive.hpp"
#include "storage/database.hpp"
#include "storage/directives.hpp"

// What the rows of a directive hold, whether it came from a file or from an accepted proposal.
namespace aifp::engine {

/// The row of `user_directives`. Pure.
[[nodiscard]] storage::DirectiveUpsert row_for(const model::Directive& directive,
                                               std::string source_file);

struct DirectiveVersionAt {
    DirectiveId id;
    const model::Directive& directive;
    WallTime now;
};
/// Writes one row of `directive_implementations` per step and removes those of steps that are gone.
/// Throws DatabaseError.
void write_implementations(storage::Database& database,
                           FileHashes& files,
                           const DirectiveVersionAt& version);

}  // namespace aifp::engine
