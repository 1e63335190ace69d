#include "storage/waits.hpp"

namespace aifp::storage {

namespace {

constexpr const char* kSelect =
    "SELECT id, kind, directive_id, run_id, trigger_index, opened(key), deadline_ms, opened(data), "
    "moved_ms FROM waits ";

// All but its data, which may be long.
model::Wait read_wait(const Statement& row) {
    model::Wait wait;
    wait.id = WaitId{row.integer(0)};
    wait.kind = static_cast<model::WaitKind>(row.integer(1));
    wait.directive = DirectiveId{row.integer(2)};
    wait.run = LedgerId{row.integer(3)};
    wait.trigger_index = static_cast<std::uint32_t>(row.integer(4));
    wait.key = row.text(5);
    if (!row.is_null(6)) {
        wait.deadline = row.time(6);
    }
    wait.moved = Milliseconds(row.integer(8));
    return wait;
}

}  // namespace

void load_waits(Database& database,
                const std::function<bool(const model::Wait&)>& wants_data,
                const std::function<void(model::Wait)>& take) {
    Statement row(database, std::string(kSelect) + "ORDER BY id");
    while (row.step()) {
        auto wait = read_wait(row);
        if (wants_data(wait)) {
            wait.data = row.text(7);
        }
        take(std::move(wait));
    }
}

void load_waits(Database& database, bool with_data, const std::function<void(model::Wait)>& take) {
    load_waits(
        database, [with_data](const model::Wait&) { return with_data; }, take);
}

std::optional<model::Wait> find_wait(Database& database, WaitId id) {
    Statement row(database, std::string(kSelect) + "WHERE id = ?1");
    row.bind(id);
    if (!row.step()) {
        return std::nullopt;
    }
    auto wait = read_wait(row);
    wait.data = row.text(7);
    return wait;
}

void move_deadlines(Database& database, std::string_view key, Milliseconds by) {
    Statement statement(database,
                        "UPDATE waits SET deadline_ms = deadline_ms + ?2, moved_ms = moved_ms + ?2 "
                        "WHERE kind = 0 AND deadline_ms IS NOT NULL AND opened(key) = ?1");
    statement.run(key, by.count());
}

WaitId last_wait_id(Database& database) {
    return WaitId{database.integer("SELECT IFNULL(MAX(id), 0) FROM waits")};
}

}  // namespace aifp::storage
