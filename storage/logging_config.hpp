#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace aifp::storage {

/// A row of `logging_config`.
struct LoggingConfigRow {
    std::int64_t id = 0;
    std::string log_type;  ///< "execution", "error", "lifecycle"
    int retention_days = 0;
    int rotation_size_mb = 0;
    std::string log_directory;  ///< Relative to the project.
    bool enabled = true;
};

/// What to change; absent members stay.
struct LoggingConfigChange {
    std::optional<int> retention_days = std::nullopt;
    std::optional<int> rotation_size_mb = std::nullopt;
    std::optional<bool> enabled = std::nullopt;
};

/// The three rows, in the order above. Throws DatabaseError.
[[nodiscard]] std::vector<LoggingConfigRow> load_logging_config(Database& database);
/// False if there is no such log type. Throws DatabaseError, also when a number is not positive.
bool update_logging_config(Database& database,
                           std::string_view log_type,
                           const LoggingConfigChange& change);

}  // namespace aifp::storage
