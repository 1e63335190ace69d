#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "engine/armory.hpp"
#include "model/directive.hpp"
#include "storage/database.hpp"
#include "storage/directives.hpp"

// What becomes of the cursors of schedules whose directive is edited or taken out. A schedule that
// is another one begins anew; what the one before was due for has its ledger row all the same, also
// when nobody could decide it before: the engine was down, or could store nothing. All throw
// DatabaseError.
namespace aifp::engine {

/// Whether the cursors of the stored version hold for the edited one, too: then what was missed is
/// made up for as that one says. One that might not run begins anew, and so does what is counted
/// from runs (docs/triggers.md).
[[nodiscard]] bool keeps_schedules(const storage::DirectiveRow& stored,
                                   const model::Directive& edited);

/// In the transaction of the edit: the schedules begin anew at `now`. `stored` is as it was before.
void leave_schedules(storage::Database& database,
                     DirectiveId id,
                     const storage::DirectiveRow& stored,
                     WallTime now);

/// A version of a directive, and what it left undecided.
struct LeftVersion {
    std::string hash;
    std::string definition;
    Cursors cursors;
    WallTime until;
};
[[nodiscard]] std::unordered_map<DirectiveId, LeftVersion> load_left_versions(
    storage::Database& database);

}  // namespace aifp::engine
