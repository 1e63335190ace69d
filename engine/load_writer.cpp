#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <utility>

#include "actions/implementation.hpp"
#include "document/diagnostics_json.hpp"
#include "engine/loader.hpp"
#include "storage/directives.hpp"
#include "storage/implementations.hpp"
#include "storage/source_files.hpp"
#include "storage/versions.hpp"

namespace aifp::engine {
namespace {

using model::DirectiveStatus;

constexpr std::string_view kBuiltinPrefix = "builtin:";

// One transaction's worth of work: what apply_load does, step by step.
class LoadWriter {
public:
    LoadWriter(storage::Database& database, LoadPlan& plan, const LoadOptions& options)
        : database_(database), plan_(plan), options_(options) {}

    LoadReport run() {
        report_.diagnostics = plan_.scan.problems;
        tell_duplicates();
        for (const auto& wanted : plan_.changes.added) {
            write_directive(wanted, "directive_added", true);
        }
        for (const auto& changed : plan_.changes.changed) {
            write_directive(changed.wanted, "directive_changed", changed.content);
        }
        for (const auto id : plan_.changes.removed) {
            remove_directive(id);
        }
        write_files();
        report_.unchanged = plan_.changes.unchanged.size() + plan_.changes.kept.size();
        return std::move(report_);
    }

private:
    ScannedFile& file_of(const directives::WantedRef& wanted) {
        return plan_.scan.files[plan_.wanted_files[wanted.file]];
    }

    void tell_duplicates() {
        for (const auto& duplicate : plan_.changes.duplicates) {
            auto& file = file_of(duplicate.refused);
            const auto& parsed = file.parsed.directives[duplicate.refused.directive];
            const document::SourceText source(file.row.path, file.text);
            file.parsed.diagnostics.push_back(source.diagnostic(
                parsed.mark,
                model::Severity::error,
                fmt::format(
                    "the name {} is already taken by {}", parsed.directive.name, duplicate.kept_by),
                "give this directive another name"));
        }
    }

    void write_directive(const directives::WantedRef& wanted,
                         const char* event,
                         bool content_changed) {
        auto& file = file_of(wanted);
        const auto& parsed = file.parsed.directives[wanted.directive];
        const auto& directive = parsed.directive;
        const auto id = upsert(file, directive);
        keep_version(file, parsed);
        const auto before = storage::find_directive(database_, id);
        write_implementations(id, directive);
        std::string said;
        if (content_changed) {
            said = approve_if_owned(id, file, directive, before->content_hash);
            report_.rearm.push_back(id);
        }
        settle(id, *before);
        report_.notes.push_back(LoadNote{event, directive.name, std::move(said)});
    }

    DirectiveId upsert(const ScannedFile& file, const model::Directive& directive) {
        storage::DirectiveUpsert row;
        row.name = directive.name;
        row.source_file = file.row.path;
        row.type = model::derive_type(directive);
        row.trigger = model::short_triggers(directive);
        row.action = model::short_actions(directive);
        row.configuration_json = boost::json::serialize(model::to_json(directive));
        row.description = directive.description;
        row.domain = directive.domain;
        row.content_hash = model::content_hash(directive);
        return storage::upsert_directive(database_, row, options_.now);
    }

    void keep_version(const ScannedFile& file, const directives::ParsedDirective& parsed) {
        const document::SourceText source(file.row.path, file.text);
        storage::DirectiveVersion version;
        version.hash = model::content_hash(parsed.directive);
        version.name = parsed.directive.name;
        version.source_file = file.row.path;
        version.configuration_json = boost::json::serialize(model::to_json(parsed.directive));
        version.source_text = std::string(directives::slice(source, parsed));
        version.loaded_at = options_.now;
        storage::keep_version(database_, version);
    }

    void write_implementations(DirectiveId id, const model::Directive& directive) {
        auto steps = directive.actions;
        steps.insert(steps.end(), directive.on_error.begin(), directive.on_error.end());
        int step = 0;
        for (const auto& action : steps) {
            storage::ImplementationRow row;
            row.directive = id;
            row.step_index = step++;
            row.status = "deployed";
            row.test_status = "passing";
            row.implementation_file = fmt::format("{}{}", kBuiltinPrefix, action.kind);
            row.entry_point = action.kind;
            if (action.kind == "run") {
                fill_from_file(row, action);
            }
            storage::upsert_implementation(database_, row, options_.now);
        }
        storage::remove_implementations(database_, id, step);
    }

    void fill_from_file(storage::ImplementationRow& row, const model::Action& action) {
        ImplementationFile file;
        const auto* path = action.arguments.if_contains("run");
        const auto* entry = action.arguments.if_contains("entry");
        file.path = path != nullptr && path->is_string() ? std::string(path->get_string()) : "";
        refresh_implementation(file, options_.scan.paths.root() / file.path);
        row.implementation_file = file.path;
        row.entry_point =
            entry != nullptr && entry->is_string() ? std::string(entry->get_string()) : "";
        row.file_hash = file.sha256;
        row.status = file.sha256.empty() ? "draft" : "deployed";
        row.test_status = "pending";
        for (const auto& old : storage::load_implementations(database_, row.directive)) {
            if (old.implementation_file == row.implementation_file) {
                row.approved_hash = old.approved_hash;
            }
        }
    }

    /// Says why it did not, or that it did.
    std::string approve_if_owned(DirectiveId id,
                                 const ScannedFile& file,
                                 const model::Directive& directive,
                                 const std::string& content_hash) {
        if (options_.approval != config::Approval::owner_files) {
            return {};
        }
        auto owned = file.owner;
        if (storage::was_written_by_daemon(database_, file.row.path, file.row.sha256)) {
            owned = fail(ErrorCode::denied, "was written by the engine for somebody else");
        }
        for (const auto& path : actions::implementation_files(directive)) {
            if (owned) {
                owned =
                    check_owner_file(options_.scan.paths.root() / path, options_.scan.paths.root());
            }
        }
        if (!owned) {
            return fmt::format("waits for approval: {}", owned.error().detail());
        }
        storage::approve_directive(database_, id, content_hash, kApprovedByOwnerFile, options_.now);
        approve_files(
            database_, id, load_entry(database_, options_.scan.paths, id)->files, options_.now);
        return "approved: the file is the owner's";
    }

    // Paused stays paused; archived by a person stays archived; the rest goes as far as the gate.
    void settle(DirectiveId id, const storage::DirectiveRow& before) {
        auto entry = load_entry(database_, options_.scan.paths, id);
        const bool keeps =
            before.status == DirectiveStatus::paused ||
            (before.status == DirectiveStatus::archived && before.error_text != kFileRemoved);
        if (!keeps) {
            const auto gate =
                decide_gate(options_.approval, entry->approval, entry->content_hash, entry->files);
            entry->status = status_for(gate);
            entry->status_reason =
                gate == model::Reason::none ? "" : std::string(model::name_of(gate));
            storage::set_directive_status(
                database_, id, entry->status, entry->status_reason, options_.now);
        }
        report_.entries.push_back(std::move(*entry));
    }

    void remove_directive(DirectiveId id) {
        const auto row = storage::find_directive(database_, id);
        if (row && row->status != DirectiveStatus::archived) {
            storage::set_directive_status(
                database_, id, DirectiveStatus::archived, kFileRemoved, options_.now);
            report_.removed.push_back(id);
            report_.notes.push_back(
                LoadNote{"directive_removed", row->name, std::string(kFileRemoved)});
        }
    }

    void write_files() {
        for (auto& file : plan_.scan.files) {
            if (file.state == ScannedFile::State::parsed) {
                file.row.loaded = !file.parsed.has_errors() && !file.parsed.unreadable;
                file.row.diagnostics_json =
                    boost::json::serialize(document::to_json(file.parsed.diagnostics));
                report_.diagnostics.insert(report_.diagnostics.end(),
                                           file.parsed.diagnostics.begin(),
                                           file.parsed.diagnostics.end());
            }
            if (file.row_is_new) {
                storage::upsert_source_file(database_, file.row);
            }
        }
        for (const auto& path : plan_.scan.removed) {
            storage::remove_source_file(database_, path);
        }
    }

    storage::Database& database_;
    LoadPlan& plan_;
    const LoadOptions& options_;
    LoadReport report_;
};

}  // namespace

void approve_files(storage::Database& database,
                   DirectiveId id,
                   const std::vector<ImplementationFile>& files,
                   WallTime now) {
    if (files.empty()) {
        return;
    }
    for (auto& row : storage::load_implementations(database, id)) {
        for (const auto& file : files) {
            if (row.implementation_file == file.path) {
                row.file_hash = file.sha256;
                row.approved_hash = file.sha256;
                storage::upsert_implementation(database, row, now);
            }
        }
    }
}

LoadReport apply_load(storage::Database& database, LoadPlan& plan, const LoadOptions& options) {
    return LoadWriter(database, plan, options).run();
}

}  // namespace aifp::engine
