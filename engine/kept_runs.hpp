#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/parked_runs.hpp"
#include "model/run.hpp"
#include "model/wait.hpp"
#include "storage/database.hpp"

// Runs that wait, as their rows have them. For the store's reading thread; they throw
// DatabaseError.
namespace aifp::engine {

/// Runs that wait, as they were when the engine stopped.
struct KeptRuns {
    std::unordered_map<LedgerId, model::Wait> waits;        ///< By run.
    std::unordered_map<std::string, std::string> versions;  ///< configuration_json by hash.
    std::vector<ParkedRun> parked;                          ///< Those that only wait for a time.
};
/// What parked runs need to go on.
struct ParkedRows {
    KeptRuns kept;
    std::unordered_map<LedgerId, model::DecisionRecord> records;
    struct Unreadable {
        DirectiveId directive;
        std::string why;
    };
    std::unordered_map<LedgerId, Unreadable> unreadable;  ///< They are in neither of both.
};

/// Of those that only wait for a time no more than their places; of the others the rows, and the
/// texts of the versions that they run. `others` is given the waits of other kinds.
[[nodiscard]] KeptRuns load_kept_runs(storage::Database& database,
                                      const std::function<void(model::Wait)>& others);
/// Whether it is one of those of which load_kept_runs gives the place. `kept.parked` is in the
/// order of their runs.
[[nodiscard]] bool is_parked(const KeptRuns& kept, LedgerId run);

/// What these need to go on. A run whose row is gone is left out. One whose rows the database
/// cannot give, however often it is asked, takes none of the others with it: `unreadable`.
[[nodiscard]] ParkedRows read_parked_rows(storage::Database& database,
                                          const std::vector<ParkedRun>& places);

/// One of them for people, as Run::view. `directive` is its name.
[[nodiscard]] boost::json::object view_parked(const model::Wait& wait,
                                              const std::string& directive);

}  // namespace aifp::engine
