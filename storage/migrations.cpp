#include "storage/migrations.hpp"

#include <string>

namespace aifp::storage {

int newest_schema_version() noexcept {
    return migrations().back().version;
}

int schema_version(Database& database) {
    return static_cast<int>(database.integer("PRAGMA user_version"));
}

void migrate(Database& database, int target) {
    for (const Migration& migration : migrations()) {
        if (migration.version > target || migration.version <= schema_version(database)) {
            continue;
        }
        Transaction transaction(database);
        database.execute(migration.sql);
        database.execute(("PRAGMA user_version = " + std::to_string(migration.version)).c_str());
        transaction.commit();
    }
}

}  // namespace aifp::storage
