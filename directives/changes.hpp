#pragma once

#include <string>
#include <vector>

#include "base/ids.hpp"
#include "model/directive.hpp"

// Wanted against known: what a scan of the drop folder means for the directives in the store.
// Pure, thread-safe. (reference: design.md, The straight way of the data, step 3)

namespace aifp::directives {

/// What one scanned file asks for. Give every file of the folder, changed or not: a known directive
/// that no file mentions is removed.
struct WantedFile {
    std::string path =
        {};  ///< Relative to the project; decides among new duplicates, smaller first.
    std::vector<model::Directive> directives = {};
    std::vector<std::string> broken_names =
        {};                   ///< Present with errors: the last good version stays.
    bool unreadable = false;  ///< Nothing could be read: all known from this path stay.
};

/// A directive in the store.
struct KnownDirective {
    DirectiveId id;
    std::string path;            ///< The file it came from.
    model::Directive directive;  ///< The last good version.
};

/// A wanted directive, by position in the input.
struct WantedRef {
    std::size_t file = 0;       ///< Index of the WantedFile.
    std::size_t directive = 0;  ///< Index in its `directives`.
};

/// A known directive whose wanted version differs.
struct ChangedDirective {
    DirectiveId id;
    WantedRef wanted;
    /// Trigger, conditions, actions or what decides when they run: approval is needed again.
    bool content = false;
    bool description = false;  ///< Description, domain or tags.
    bool path = false;         ///< It moved to another file.
};

/// A wanted directive that does not get its name.
struct DuplicateName {
    WantedRef refused;
    std::string kept_by;  ///< Path of the file that keeps the name.
};

struct Changes {
    std::vector<WantedRef> added;
    std::vector<ChangedDirective> changed;
    std::vector<DirectiveId> removed;
    std::vector<DirectiveId> unchanged;  ///< Keep clocks, waits and runs.
    std::vector<DirectiveId> kept;       ///< The file is broken: the last good version stays.
    std::vector<DuplicateName> duplicates;
};

/// Compares what the files want with what is known. A name wanted twice goes to the file it is
/// known from, else to the first file by path; a broken or unreadable file keeps its names. The
/// result does not depend on the order of `wanted` or `known`.
[[nodiscard]] Changes reconcile(const std::vector<WantedFile>& wanted,
                                const std::vector<KnownDirective>& known);

}  // namespace aifp::directives
