#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"
#include "storage/store.hpp"

namespace aifp::storage {

/// The writable connection of a store, its schema up to date.
struct OpenedFile {
    std::unique_ptr<Database> database;
    std::vector<std::string> notices;                ///< For people: what was set aside and why.
    std::optional<std::filesystem::path> neighbour;  ///< As in OpenedStore.
    bool is_unchecked = false;                       ///< As in OpenedStore.
};

/// Opens or creates the file as open_store says, without threads. Blocks. `now` names what is set
/// aside. Errors: conflict, busy, io_failure.
[[nodiscard]] Result<OpenedFile> open_store_file(const StoreOptions& options, WallTime now);

}  // namespace aifp::storage
