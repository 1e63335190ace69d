#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "directives/changes.hpp"
#include "directives/parse.hpp"

namespace aifp::helpers::workflow {

/// A directive whose text differs from the one in force.
struct UpdatedDirective {
    std::string name;
    bool needs_approval = false;  ///< What decides when it runs and what it does has changed.
    bool description = false;     ///< Description, domain or tags.
};

/// What a new text of a file means for the directives that came from it.
struct UpdateReport {
    std::vector<UpdatedDirective> changed = {};
    std::vector<std::string> added = {};
    std::vector<std::string> removed = {};
    std::vector<std::string> unchanged = {};  ///< They keep clocks, waits and runs.
    std::vector<std::string> kept = {};     ///< Broken or unfinished now: the last good one stays.
    std::vector<std::string> refused = {};  ///< Their name belongs to another file.
};

/// Tells apart changed, new and removed directives of a file. `known` are the directives of the
/// store, whatever file they came from; those of other files only keep their names. Pure,
/// thread-safe. (spec: Workflow Helpers 9; directives::reconcile)
[[nodiscard]] UpdateReport update_directive(const directives::ParsedFile& file,
                                            const std::vector<directives::KnownDirective>& known);

/// {changed: [{name, needs_approval, description}], added, removed, unchanged, kept, refused}.
[[nodiscard]] boost::json::object to_json(const UpdateReport& report);

}  // namespace aifp::helpers::workflow
