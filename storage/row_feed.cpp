#include "storage/row_feed.hpp"

#include <sqlite3.h>

#include <atomic>
#include <memory>

namespace aifp::storage {

// SQLite's interface for tables that are not in the file (sqlite.org/vtab.html); this one only
// exists under its own name ("eponymous-only"), for reading, in the order of the rows.
struct FeedModule {
    struct Table {
        sqlite3_vtab base;
        RowFeed* feed;
    };
    struct Cursor {
        sqlite3_vtab_cursor base;
        std::size_t row;
    };

    static RowFeed& feed_of(sqlite3_vtab_cursor* cursor) {
        return *reinterpret_cast<Table*>(cursor->pVtab)->feed;
    }
    static std::size_t& row_of(sqlite3_vtab_cursor* cursor) {
        return reinterpret_cast<Cursor*>(cursor)->row;
    }

    static int connect(
        sqlite3* database, void* feed, int, const char* const*, sqlite3_vtab** table, char**) {
        auto* const own = static_cast<RowFeed*>(feed);
        const int code =
            sqlite3_declare_vtab(database, ("CREATE TABLE x(" + own->columns_ + ")").c_str());
        if (code == SQLITE_OK) {
            *table = &(new Table{{}, own})->base;
        }
        return code;
    }
    static int disconnect(sqlite3_vtab* table) {
        delete reinterpret_cast<Table*>(table);
        return SQLITE_OK;
    }
    static int best_index(sqlite3_vtab*, sqlite3_index_info*) { return SQLITE_OK; }
    static int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
        *cursor = &(new Cursor{{}, 0})->base;
        return SQLITE_OK;
    }
    static int close(sqlite3_vtab_cursor* cursor) {
        delete reinterpret_cast<Cursor*>(cursor);
        return SQLITE_OK;
    }
    static int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
        row_of(cursor) = 0;
        return SQLITE_OK;
    }
    static int next(sqlite3_vtab_cursor* cursor) {
        ++row_of(cursor);
        return SQLITE_OK;
    }
    static int is_over(sqlite3_vtab_cursor* cursor) {
        return row_of(cursor) >= feed_of(cursor).size() ? 1 : 0;
    }
    static int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
        feed_of(cursor).read(row_of(cursor), column, Cell(context));
        return SQLITE_OK;
    }
    static int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
        *id = static_cast<sqlite3_int64>(row_of(cursor));
        return SQLITE_OK;
    }

    static const sqlite3_module* get() {
        static const sqlite3_module module = [] {
            sqlite3_module made{};
            made.xConnect = connect;
            made.xBestIndex = best_index;
            made.xDisconnect = disconnect;
            made.xOpen = open;
            made.xClose = close;
            made.xFilter = filter;
            made.xNext = next;
            made.xEof = is_over;
            made.xColumn = column;
            made.xRowid = row_id;
            return made;
        }();
        return &module;
    }
};

void Cell::put(std::int64_t value) const noexcept {
    sqlite3_result_int64(context_, value);
}

void Cell::put(std::string_view text) const noexcept {
    // A null pointer would be NULL: an empty view may hold one.
    sqlite3_result_text64(context_,
                          text.data() == nullptr ? "" : text.data(),
                          text.size(),
                          SQLITE_STATIC,
                          SQLITE_UTF8);
}

RowFeed::RowFeed(Database& database, std::string columns)
    : database_(database), columns_(std::move(columns)) {
    // A name of its own: several may live on one connection.
    static std::atomic<int> made = 0;
    name_ = "aifp_feed_" + std::to_string(++made);
    const int code =
        sqlite3_create_module(database.handle(), name_.c_str(), FeedModule::get(), this);
    if (code != SQLITE_OK) {
        throw DatabaseError(code, sqlite3_errmsg(database.handle()));
    }
}

RowFeed::~RowFeed() {
    sqlite3_create_module(database_.handle(), name_.c_str(), nullptr, nullptr);
}

}  // namespace aifp::storage
