#include "storage/store_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <system_error>

#include "base/file.hpp"
#include "base/time_zone.hpp"
#include "storage/integrity.hpp"
#include "storage/migrations.hpp"
#include "storage/versions.hpp"

namespace aifp::storage {

namespace fs = std::filesystem;

namespace {

enum class FileState {
    absent,  ///< Not there, or without any content.
    ours,
    newer,      ///< Ours, written by a later version of the program.
    neighbour,  ///< AIFP's own database.
    foreign,    ///< Some other file.
    corrupt,
};

struct Inspection {
    FileState state = FileState::absent;
    std::string detail;
    bool is_unchecked = false;           ///< Closed cleanly: the check may follow.
    bool has_left_out = false;           ///< Checked but for the tables that are left out.
    std::unique_ptr<Database> database;  ///< Only if ours.
};

DatabaseOptions writable(const StoreOptions& options, Access access) {
    DatabaseOptions database;
    database.file = options.file;
    database.access = access;
    database.synchronous_full = options.durability == Durability::full;
    return database;
}

bool has_table(Database& database, std::string_view name) {
    Statement row(database, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
    row.bind(name);
    return row.step();
}

Inspection inspect_ours(std::unique_ptr<Database> database, const fs::path& file) {
    Inspection found;
    const int version = schema_version(*database);
    if (version > newest_schema_version()) {
        database->keep_wal_on_close();
        found.state = FileState::newer;
        found.detail = fmt::format(
            "schema version {}, this program knows up to {}", version, newest_schema_version());
        return found;
    }
    // A migration rewrites tables: what it would make of damage nobody could set aside any more.
    found.is_unchecked = version == newest_schema_version() && was_closed_cleanly(*database);
    if (!found.is_unchecked) {
        found.detail = find_damage(*database, file);
        found.has_left_out = !tables_left_out(*database, file).empty();
    }
    found.state = found.detail.empty() ? FileState::ours : FileState::corrupt;
    if (found.state == FileState::ours) {
        database->release_memory();  // the check has read every page, and nobody else will
        found.database = std::move(database);
    } else {
        database->keep_wal_on_close();
    }
    return found;
}

Inspection inspect_open(std::unique_ptr<Database> database, const fs::path& file) {
    if (database->integer("PRAGMA application_id") == kApplicationId) {
        return inspect_ours(std::move(database), file);
    }
    Inspection found;
    database->keep_wal_on_close();
    if (database->integer("SELECT count(*) FROM sqlite_schema") == 0) {
        found.state = FileState::absent;
    } else if (has_table(*database, "user_directives")) {
        found.state = FileState::neighbour;
        found.detail = "it has AIFP's tables but was not made by this program";
    } else {
        found.state = FileState::foreign;
        found.detail = "it is a database of some other program";
    }
    return found;
}

// Throws DatabaseError when the file can be neither read nor judged.
Inspection inspect(const StoreOptions& options) {
    std::error_code ignored;
    if (!fs::exists(options.file, ignored) || fs::file_size(options.file, ignored) == 0) {
        return {};
    }
    try {
        return inspect_open(Database::open(writable(options, Access::read_write)), options.file);
    } catch (const DatabaseError& error) {
        if (!error.is_corruption()) {
            throw;
        }
        Inspection found;
        found.state = FileState::corrupt;
        found.detail = error.what();
        return found;
    }
}

std::string_view word_for(FileState state) {
    switch (state) {
        case FileState::neighbour:
            return "aifp";
        case FileState::foreign:
            return "foreign";
        default:
            return "corrupt";
    }
}

fs::path free_name_beside(const fs::path& file, FileState state, WallTime now) {
    std::string time = format_utc_seconds(now);
    std::erase(time, ':');
    const std::string name = fmt::format("{}.{}-{}", file.string(), word_for(state), time);
    fs::path candidate = name;
    for (int i = 2; fs::exists(fs::symlink_status(candidate)); ++i) {
        candidate = fmt::format("{}-{}", name, i);
    }
    return candidate;
}

fs::path log_of(const fs::path& file) {
    return file.string() + "-wal";
}

void sync_beside(const fs::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    if (const auto synced = sync_folder(folder); !synced) {
        throw std::runtime_error(synced.error().detail());
    }
}

// The database first: without its log it would look sound, and be opened with the rows of some
// earlier day. Should the process die here, the log that is left tells what happened (the next
// start sets it aside too, see is_left_over). Throws std::filesystem errors.
fs::path set_aside(const fs::path& file, FileState state, WallTime now) {
    const fs::path target = free_name_beside(file, state, now);
    if (fs::exists(file)) {
        fs::rename(file, target);
        sync_beside(file);
    }
    for (const char* suffix : {"-wal", "-shm", "-journal"}) {
        const fs::path companion = file.string() + suffix;
        if (fs::exists(companion)) {
            fs::rename(companion, target.string() + suffix);
        }
    }
    sync_beside(file);
    return target;
}

// A log without its database: SQLite would delete it.
bool is_left_over(const StoreOptions& options, const Inspection& found) {
    std::error_code ignored;
    return options.file != ":memory:" && found.state == FileState::absent &&
           fs::file_size(log_of(options.file), ignored) > 0 && !ignored;
}

std::unique_ptr<Database> create(const StoreOptions& options) {
    auto database = Database::open(writable(options, Access::create));
    database->execute("PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL;");
    return database;
}

std::string notice_about(const StoreOptions& options,
                         const Inspection& found,
                         const fs::path& aside) {
    return fmt::format(
        "{} could not be used ({}). It was kept as {} and an empty database was made",
        options.file.filename().string(),
        found.detail,
        aside.string());
}

void finish_opening(const StoreOptions& options, Database& database) {
    if (options.file != ":memory:") {
        database.execute("PRAGMA journal_mode = WAL");
    }
    migrate(database);
}

OpenedFile open_or_throw(const StoreOptions& options, Inspection found, WallTime now) {
    OpenedFile opened;
    opened.database = std::move(found.database);
    opened.is_unchecked = found.is_unchecked || found.has_left_out;
    if (is_left_over(options, found)) {
        found.state = FileState::corrupt;
        found.detail = "only its write-ahead log is there";
    }
    if (!opened.database) {
        if (found.state != FileState::absent) {
            const fs::path aside = set_aside(options.file, found.state, now);
            opened.notices.push_back(notice_about(options, found, aside));
            if (found.state == FileState::neighbour) {
                opened.neighbour = aside;
            }
        }
        opened.database = create(options);
    }
    finish_opening(options, *opened.database);
    if (found.state == FileState::ours && found.has_left_out) {
        mark_half_checked(*opened.database);
    }
    if (found.state == FileState::corrupt) {
        mark_origins_lost(*opened.database);
    }
    return opened;
}

}  // namespace

Result<OpenedFile> open_store_file(const StoreOptions& options, WallTime now) {
    Result<OpenedFile> result = fail(ErrorCode::internal, "not opened");
    const Status status = guard([&] {
        Inspection found = options.file == ":memory:" ? Inspection{} : inspect(options);
        if (found.state == FileState::newer) {
            result =
                fail(ErrorCode::conflict,
                     fmt::format("{} was written by a newer version ({}): install that version "
                                 "again, or move the file away to start empty",
                                 options.file.string(),
                                 found.detail));
            return;
        }
        result = open_or_throw(options, std::move(found), now);
    });
    if (!status) {
        return fail(status.error().with_context("opening " + options.file.string()));
    }
    return result;
}

}  // namespace aifp::storage
