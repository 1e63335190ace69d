#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace aifp::storage {

/// How a directive file stood when it was last read: equal stat values mean it need not be read,
/// an equal hash that it need not be parsed.
struct SourceFileRow {
    std::string path;  ///< Relative to the project.
    std::string sha256;
    std::int64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0;
    std::int64_t inode = 0;
    bool loaded = true;  ///< false: broken, the last good version stays in force.
    std::string diagnostics_json = "[]";
};

/// By path. Throws DatabaseError, as all of these do.
[[nodiscard]] std::vector<SourceFileRow> load_source_files(Database& database);
[[nodiscard]] std::optional<SourceFileRow> find_source_file(Database& database,
                                                            std::string_view path);
void upsert_source_file(Database& database, const SourceFileRow& row);
void remove_source_file(Database& database, std::string_view path);

}  // namespace aifp::storage
