#include "engine/directive_rows.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/json_text.hpp"
#include "storage/implementations.hpp"

namespace aifp::engine {
namespace {

std::string text_argument(const model::Action& action, const char* name) {
    const auto* value = action.arguments.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

void fill_from_file(storage::Database& database,
                    FileHashes& files,
                    const model::Action& action,
                    storage::ImplementationRow& row) {
    const auto& file = files.look(text_argument(action, "run"));
    row.implementation_file = file.path;
    row.entry_point = text_argument(action, "entry");
    row.file_hash = file.sha256;
    row.status = file.sha256.empty() ? "draft" : "deployed";
    row.test_status = "pending";
    for (const auto& old : storage::load_implementations(database, row.directive)) {
        if (old.implementation_file != row.implementation_file) {
            continue;
        }
        row.approved_hash = old.approved_hash ? old.approved_hash : row.approved_hash;
        if (old.file_hash == row.file_hash &&
            old.test_file) {  // the same code: its tests still count
            row.test_file = old.test_file;
            row.test_status = old.test_status;
        }
    }
}

}  // namespace

storage::DirectiveUpsert row_for(const model::Directive& directive, std::string source_file) {
    storage::DirectiveUpsert row;
    row.name = directive.name;
    row.source_file = std::move(source_file);
    row.type = model::derive_type(directive);
    row.trigger = model::short_triggers(directive);
    row.action = model::short_actions(directive);
    row.configuration_json = json_text(model::to_json(directive));
    row.description = directive.description;
    row.domain = directive.domain;
    row.content_hash = model::content_hash(directive);
    return row;
}

void write_implementations(storage::Database& database,
                           FileHashes& files,
                           const DirectiveVersionAt& version) {
    int step = 0;
    for (const auto& action : model::all_actions(version.directive)) {
        storage::ImplementationRow row;
        row.directive = version.id;
        row.step_index = step++;
        row.status = "deployed";
        row.test_status = "passing";
        row.implementation_file = fmt::format("{}{}", storage::kBuiltinPrefix, action.kind);
        row.entry_point = action.kind;
        if (action.kind == "run") {
            fill_from_file(database, files, action, row);
        }
        storage::upsert_implementation(database, row, version.now);
    }
    storage::remove_implementations(database, version.id, step);
}

}  // namespace aifp::engine
