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
};

/// Opens or creates the file as open_store says, without threads. Blocks. `now` names what is set
/// aside. Errors: conflict, busy, io_failure.
[[nodiscard]] Result<OpenedFile> open_store_file(const StoreOptions& options, WallTime now);

/// A file larger than this has only its small tables checked at start: reading gigabytes would cost
/// seconds. The tables left out are the ledger, its index and the executions.
inline constexpr std::uintmax_t kMaxFullyCheckedBytes = 8 * 1024 * 1024;

}  // namespace aifp::storage
