#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "base/ids.hpp"
#include "directives/parse.hpp"
#include "model/diagnostic.hpp"
#include "storage/database.hpp"

namespace aifp::engine {

/// What the last edit of a directive's file got wrong, so that the version before it stays in
/// force.
struct FileMistakes {
    model::Diagnostic first;  ///< Of this directive, if the others of the file are right.
    std::size_t count = 1;    ///< Of the same.
};

/// Nothing: the version in force is what the file says, or the file is gone. A file that was loaded
/// without mistakes is not read; another one is parsed again, as it is now. `root` is the project's
/// folder, `context` what its settings say. For the store's reading thread. Throws DatabaseError.
[[nodiscard]] std::optional<FileMistakes> find_file_mistakes(storage::Database& database,
                                                             DirectiveId directive,
                                                             const std::filesystem::path& root,
                                                             directives::ParseContext context);

}  // namespace aifp::engine
