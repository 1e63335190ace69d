#include <fmt/format.h>

#include <utility>

#include "actions/implementation.hpp"
#include "base/json_text.hpp"
#include "document/diagnostics_json.hpp"
#include "engine/directive_rows.hpp"
#include "engine/drafts.hpp"
#include "engine/edited_schedules.hpp"
#include "engine/loader.hpp"
#include "engine/owner_approvals.hpp"
#include "storage/directives.hpp"
#include "storage/implementations.hpp"
#include "storage/proposals.hpp"
#include "storage/source_files.hpp"
#include "storage/versions.hpp"

namespace aifp::engine {
namespace {

using model::DirectiveStatus;

// One transaction's worth of work: what apply_load does, step by step.
class LoadWriter {
public:
    LoadWriter(storage::Database& database, LoadPlan& plan, const LoadOptions& options)
        : database_(database), plan_(plan), options_(options) {}

    LoadReport run() {
        report_.diagnostics = plan_.scan.problems;
        if (storage::take_origins_lost(database_)) {
            distrust_what_is_there();
        }
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
        approve_newly_owned_ones();
        write_questions(database_, plan_.scan);
        show_held_drafts();
        report_.unchanged = plan_.changes.unchanged.size() + plan_.changes.kept.size();
        return std::move(report_);
    }

private:
    ScannedFile& file_of(const directives::WantedRef& wanted) {
        return plan_.scan.files[plan_.wanted_files[wanted.file]];
    }

    // The marks of what the engine wrote went with a damaged database: anything may be a proposal.
    void distrust_what_is_there() {
        report_.notes.push_back(
            LoadNote{"origins_lost",
                     {},
                     "the database began anew, so nobody knows who wrote the files that are there: "
                     "each directive waits for a yes or an edit"});
        for (const auto& file : plan_.scan.files) {
            storage::mark_written_by_daemon(
                database_, file.row.path, file.row.sha256, options_.now);
            for (const auto& parsed : file.parsed.directives) {
                for (const auto& path : actions::implementation_files(parsed.directive)) {
                    const auto& program = plan_.files.look(path);
                    if (!program.sha256.empty()) {
                        storage::mark_written_by_daemon(
                            database_, path, program.sha256, options_.now);
                    }
                }
            }
        }
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
        auto before =
            storage::find_directive(database_, directive.name).value_or(storage::DirectiveRow());
        const auto id =
            storage::upsert_directive(database_, row_for(directive, file.row.path), options_.now);
        const auto stood = before;
        if (before.status == DirectiveStatus::archived && before.error_text == kFileRemoved) {
            bring_back(id, file, before);
        }
        keep_version(file, parsed);
        if (storage::drop_all_proposals(database_, id)) {
            content_changed = true;
            report_.notes.push_back(LoadNote{
                "proposal_dropped", directive.name, "the file was edited: what it says counts"});
        }
        write_implementations(database_, plan_.files, {id, directive, options_.now});
        write_questions(database_, id, parsed.questions);
        std::string said;
        if (content_changed) {
            const auto hash = model::content_hash(directive);
            const bool was_refused =
                before.content_hash == hash && before.approved_by == storage::kApprovalRevoked;
            said = was_refused ? "waits for approval: it was taken back"
                               : approve_if_owned(id, file, parsed, hash);
            report_.rearm.push_back(id);
            if (!keeps_schedules(stood, directive)) {
                begin_anew(id, stood);
            }
        }
        settle(id, before);
        report_.notes.push_back(LoadNote{event, directive.name, std::move(said)});
    }

    void begin_anew(DirectiveId id, const storage::DirectiveRow& before) {
        report_.anew.push_back(id);
        leave_schedules(database_, id, before, options_.now);
    }

    // A file that went and came back undoes no pause and no hold. And what the engine writes is a
    // proposal, also if it is what somebody had approved and removed.
    void bring_back(DirectiveId id, const ScannedFile& file, storage::DirectiveRow& before) {
        const auto stood = storage::take_removed(database_, id).value_or(storage::RemovedFrom());
        before.status = stood.status;
        before.error_text = stood.reason;
        storage::set_directive_status(
            database_, id, before.status, before.error_text, options_.now);
        if (storage::was_written_by_daemon(database_, file.row.sha256)) {
            storage::revoke_approval(database_, id, options_.now);
        }
    }

    void keep_version(const ScannedFile& file, const directives::ParsedDirective& parsed) {
        const document::SourceText source(file.row.path, file.text);
        storage::DirectiveVersion version;
        version.hash = model::content_hash(parsed.directive);
        version.name = parsed.directive.name;
        version.source_file = file.row.path;
        version.configuration_json = json_text(model::to_json(parsed.directive));
        version.source_text = std::string(directives::slice(source, parsed));
        version.loaded_at = options_.now;
        storage::keep_version(database_, version);
    }

    /// Says why it did not, or that it did.
    std::string approve_if_owned(DirectiveId id,
                                 const ScannedFile& file,
                                 const directives::ParsedDirective& parsed,
                                 const std::string& content_hash) {
        const auto& directive = parsed.directive;
        if (const auto open = directives::count_critical(parsed.questions); open > 0) {
            return fmt::format("waits for {} answer{}: aifp validate {}",
                               open,
                               open == 1 ? "" : "s",
                               directive.name);
        }
        if (options_.approval != config::Approval::owner_files) {
            return {};
        }
        auto owned = file.owner;
        if (storage::was_written_by_daemon(database_, file.row.sha256)) {
            owned = fail(ErrorCode::denied,
                         "its text was written by the engine for somebody else, or "
                         "nobody knows who wrote it");
        }
        if (!are_owners_answers(database_, parsed)) {
            owned = fail(ErrorCode::denied, "its questions were answered by somebody else");
        }
        for (const auto& path : actions::implementation_files(directive)) {
            if (owned) {
                owned = check_program(path);
            }
        }
        if (!owned) {
            return fmt::format("waits for approval: {}", owned.error().detail());
        }
        storage::approve_directive(database_, id, content_hash, kApprovedByOwnerFile, options_.now);
        approve_files(database_, id, load_entry(database_, plan_.files, id)->files, options_.now);
        return "approved: the file is the owner's";
    }

    Status check_program(const std::string& path) {
        const auto& paths = options_.scan.paths;
        const auto& file = plan_.files.look(path);
        if (storage::was_written_by_daemon(database_, file.sha256)) {
            return fail(ErrorCode::denied, fmt::format("{} was written by the engine", path));
        }
        return check_owner_file(paths.root() / path, paths.root());
    }

    // Paused stays paused; archived by a person stays archived; the rest goes as far as the gate.
    void settle(DirectiveId id, const storage::DirectiveRow& before) {
        auto entry = load_entry(database_, plan_.files, id);
        const bool keeps =
            before.status == DirectiveStatus::paused || is_held(before.status, before.error_text) ||
            (before.status == DirectiveStatus::archived && before.error_text != kFileRemoved);
        if (!keeps) {
            const auto gate = decide_gate_of(options_.approval, *entry);
            entry->status = status_for(gate);
            entry->status_reason = text_of_gate(gate, *entry);
            storage::set_directive_status(
                database_, id, entry->status, entry->status_reason, options_.now);
        }
        report_.entries.push_back(std::move(*entry));
    }

    void remove_directive(DirectiveId id) {
        const auto row = storage::find_directive(database_, id);
        if (row && row->status != DirectiveStatus::archived) {
            storage::remember_removed(database_, id, {row->status, row->error_text});
            leave_schedules(database_, id, *row, options_.now);
            storage::set_directive_status(
                database_, id, DirectiveStatus::archived, kFileRemoved, options_.now);
            report_.removed.push_back(id);
            report_.notes.push_back(
                LoadNote{"directive_removed", row->name, std::string(kFileRemoved)});
        }
    }

    void approve_newly_owned_ones() {
        for (const auto id : approve_newly_owned(database_, options_, plan_.files)) {
            const auto row = storage::find_directive(database_, id);
            report_.rearm.push_back(id);
            begin_anew(id, *row);
            settle(id, *row);
            report_.notes.push_back(
                LoadNote{"directive_approved", row->name, "the file is the owner's now"});
        }
    }

    /// Directives whose good version stays in force while a new one leaves something open.
    void show_held_drafts() {
        for (const auto& file : plan_.scan.files) {
            for (const auto& draft : file.parsed.drafts) {
                const auto row = storage::find_directive(database_, draft.directive.name);
                if (row && row->source_file == file.row.path) {
                    report_.entries.push_back(
                        *load_entry(database_, plan_.files, DirectiveId{row->id}));
                }
            }
        }
    }

    void write_files() {
        for (auto& file : plan_.scan.files) {
            if (file.state == ScannedFile::State::parsed) {
                file.row.loaded = !file.parsed.has_errors() && !file.parsed.unreadable;
                file.row.diagnostics_json = json_text(document::to_json(file.parsed.diagnostics));
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
