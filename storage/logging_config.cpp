#include "storage/logging_config.hpp"

namespace aifp::storage {

std::vector<LoggingConfigRow> load_logging_config(Database& database) {
    Statement row(database,
                  "SELECT id, log_type, retention_days, rotation_size_mb, log_directory, enabled "
                  "FROM logging_config ORDER BY id");
    std::vector<LoggingConfigRow> rows;
    while (row.step()) {
        LoggingConfigRow config;
        config.id = row.integer(0);
        config.log_type = row.text(1);
        config.retention_days = static_cast<int>(row.integer(2));
        config.rotation_size_mb = static_cast<int>(row.integer(3));
        config.log_directory = row.text(4);
        config.enabled = row.boolean(5);
        rows.push_back(std::move(config));
    }
    return rows;
}

bool update_logging_config(Database& database,
                           std::string_view log_type,
                           const LoggingConfigChange& change) {
    Statement(database,
              "UPDATE logging_config SET retention_days = coalesce(?2, retention_days), "
              "rotation_size_mb = coalesce(?3, rotation_size_mb), enabled = coalesce(?4, enabled) "
              "WHERE log_type = ?1")
        .run(log_type, change.retention_days, change.rotation_size_mb, change.enabled);
    return database.changes() > 0;
}

}  // namespace aifp::storage
