#include "storage/row_secrets.hpp"

#include <sqlite3.h>

#include <memory>
#include <utility>

namespace aifp::storage {
namespace {

void change(std::string& text, const RowSecrets::Change& how) {
    if (how && !text.empty()) {
        text = how(std::move(text));
    }
}

void hide_in(model::DecisionRecord& decision, const RowSecrets& secrets) {
    change(decision.detail, secrets.redacted);
    change(decision.event.payload, secrets.sealed_json);
    change(decision.event.vars, secrets.sealed_json);
    change(decision.event.key, secrets.sealed_text);
}

// SQL: opened(TEXT); anything but a text stays as it is.
void open_text(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    const auto& opened = *static_cast<RowSecrets::Change*>(sqlite3_user_data(context));
    if (!opened || sqlite3_value_type(values[0]) != SQLITE_TEXT) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
    const auto text = opened(std::string(bytes, size));
    sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

}  // namespace

void set_opener(Database& database, RowSecrets::Change opened) {
    auto kept = std::make_unique<RowSecrets::Change>(std::move(opened));
    const int code = sqlite3_create_function_v2(
        database.handle(),
        "opened",
        1,
        SQLITE_UTF8 | SQLITE_DIRECTONLY,
        kept.release(),  // freed by SQLite, also when it refuses
        open_text,
        nullptr,
        nullptr,
        [](void* change) { delete static_cast<RowSecrets::Change*>(change); });
    if (code != SQLITE_OK) {
        throw DatabaseError(code, sqlite3_errmsg(database.handle()));
    }
}

void hide_secrets(WriteGroup& group, const RowSecrets& secrets) {
    for (auto& decision : group.decisions) {
        hide_in(decision, secrets);
    }
    for (auto& decision : group.released) {
        hide_in(decision, secrets);
    }
    for (auto& skip : group.skipped) {
        change(skip.detail, secrets.redacted);
    }
    for (auto& outcome : group.outcomes) {
        change(outcome.error, secrets.redacted);
    }
    for (auto& state : group.states) {
        change(state.value_json, secrets.sealed_json);
        change(state.attributes_json, secrets.sealed_json);
    }
    for (auto& wait : group.waits) {
        change(wait.key, secrets.sealed_text);
        change(wait.data, secrets.sealed_json);
    }
    for (auto& trace : group.traces) {
        change(trace.steps, secrets.redacted_json);
    }
}

}  // namespace aifp::storage
