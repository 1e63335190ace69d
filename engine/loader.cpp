#include "engine/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <unordered_map>
#include <utility>

#include "actions/implementation.hpp"
#include "document/diagnostics_json.hpp"
#include "engine/directive_rows.hpp"
#include "engine/drafts.hpp"
#include "engine/owner_approvals.hpp"
#include "storage/directives.hpp"
#include "storage/implementations.hpp"
#include "storage/proposals.hpp"
#include "storage/source_files.hpp"
#include "storage/versions.hpp"
#include "storage/workflow_rows.hpp"

namespace aifp::engine {
namespace {

using model::DirectiveStatus;

model::Directive directive_from_text(std::string_view configuration_json) {
    return model::directive_from_json(boost::json::parse(configuration_json).as_object());
}

// Only the definitions of directives whose file has changed are needed in full: of the others the
// name and the path decide. One that runs an accepted proposal is compared by what its file said:
// only an edit of the file replaces it.
std::vector<directives::KnownDirective> load_known(storage::Database& database,
                                                   const ScanResult& scan) {
    std::set<std::string_view> unchanged;
    for (const auto& file : scan.files) {
        if (file.state == ScannedFile::State::unchanged) {
            unchanged.insert(file.row.path);
        }
    }
    const auto overridden = storage::load_overridden_files(database);
    std::vector<directives::KnownDirective> known;
    storage::for_each_directive(database, [&](const storage::DirectiveView& view) {
        if (view.status == DirectiveStatus::archived && view.error_text == kFileRemoved) {
            return;
        }
        directives::KnownDirective entry;
        entry.id = view.id;
        entry.path = std::string(view.source_file);
        if (unchanged.contains(view.source_file)) {
            entry.directive.name = std::string(view.name);
        } else {
            const auto file = overridden.find(view.id);
            entry.directive = directive_from_text(file == overridden.end() ? view.configuration_json
                                                                           : file->second);
        }
        known.push_back(std::move(entry));
    });
    return known;
}

directives::WantedFile wanted_from(const ScannedFile& file) {
    directives::WantedFile wanted;
    wanted.path = file.row.path;
    wanted.unreadable = file.state == ScannedFile::State::unchanged || file.parsed.unreadable;
    for (const auto& parsed : file.parsed.directives) {
        wanted.directives.push_back(parsed.directive);
    }
    for (const auto& broken : file.parsed.broken) {
        wanted.broken_names.push_back(broken.name);
    }
    for (const auto& held : file.parsed.drafts) {
        wanted.broken_names.push_back(held.directive.name);
    }
    return wanted;
}

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
        const auto id =
            storage::upsert_directive(database_, row_for(directive, file.row.path), options_.now);
        keep_version(file, parsed);
        if (storage::drop_all_proposals(database_, id)) {
            content_changed = true;
            report_.notes.push_back(LoadNote{
                "proposal_dropped", directive.name, "the file was edited: what it says counts"});
        }
        const auto before = storage::find_directive(database_, id);
        write_implementations(database_, options_.scan.paths, {id, directive, options_.now});
        write_questions(database_, id, parsed.questions);
        std::string said;
        if (content_changed) {
            said = approve_if_owned(id, file, parsed, before->content_hash);
            report_.rearm.push_back(id);
        }
        settle(id, *before);
        report_.notes.push_back(LoadNote{event, directive.name, std::move(said)});
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
        if (storage::was_written_by_daemon(database_, file.row.path, file.row.sha256)) {
            owned = fail(ErrorCode::denied, "was written by the engine for somebody else");
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
        approve_files(
            database_, id, load_entry(database_, options_.scan.paths, id)->files, options_.now);
        return "approved: the file is the owner's";
    }

    Status check_program(const std::string& path) {
        const auto& paths = options_.scan.paths;
        ImplementationFile file;
        file.path = path;
        refresh_implementation(file, paths.root() / path);
        if (storage::was_written_by_daemon(database_, path, file.sha256)) {
            return fail(ErrorCode::denied, fmt::format("{} was written by the engine", path));
        }
        return check_owner_file(paths.root() / path, paths.root());
    }

    // Paused stays paused; archived by a person stays archived; the rest goes as far as the gate.
    void settle(DirectiveId id, const storage::DirectiveRow& before) {
        auto entry = load_entry(database_, options_.scan.paths, id);
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
            storage::set_directive_status(
                database_, id, DirectiveStatus::archived, kFileRemoved, options_.now);
            report_.removed.push_back(id);
            report_.notes.push_back(
                LoadNote{"directive_removed", row->name, std::string(kFileRemoved)});
        }
    }

    void approve_newly_owned_ones() {
        for (const auto id : approve_newly_owned(database_, options_)) {
            const auto row = storage::find_directive(database_, id);
            settle(id, *row);
            report_.rearm.push_back(id);
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
                        *load_entry(database_, options_.scan.paths, DirectiveId{row->id}));
                }
            }
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

// What the catalog keeps beside the row's texts, read from the definition.
void fill_from_definition(Entry& entry, const ProjectPaths& paths) {
    const auto directive = directive_from_text(entry.definition);
    entry.mode = directive.mode;
    entry.max = directive.max;
    entry.rate = directive.rate.value_or(Rate{0});
    entry.enabled = directive.enabled;
    entry.has_conditions = !directive.conditions.empty();
    for (auto& path : actions::implementation_files(directive)) {
        ImplementationFile file;
        file.path = std::move(path);
        refresh_implementation(file, paths.root() / file.path);
        entry.files.push_back(std::move(file));
    }
}

void fill_approved_files(Entry& entry, const std::vector<storage::ImplementationRow>& rows) {
    for (auto& file : entry.files) {
        for (const auto& row : rows) {
            if (row.directive == entry.id && row.implementation_file == file.path) {
                file.approved_sha256 = row.approved_hash.value_or("");
            }
        }
    }
}

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

LoadPlan plan_load(storage::Database& database, const LoadOptions& options) {
    LoadPlan plan;
    const auto known_files = storage::load_source_files(database);
    const auto context = with_stored(database, options.scan.context);
    plan.scan =
        scan_directives({options.scan.paths, context, options.scan.max_file_bytes}, known_files);
    plan.has_waiting = has_waiting_directives(database, options.approval);
    if (!plan.scan.has_changes()) {
        return plan;
    }
    place_drafts(database, plan.scan);
    std::vector<directives::WantedFile> wanted;
    for (std::size_t i = 0; i < plan.scan.files.size(); ++i) {
        wanted.push_back(wanted_from(plan.scan.files[i]));
        plan.wanted_files.push_back(i);
    }
    plan.changes = directives::reconcile(wanted, load_known(database, plan.scan));
    return plan;
}

LoadReport apply_load(storage::Database& database, LoadPlan& plan, const LoadOptions& options) {
    return LoadWriter(database, plan, options).run();
}

std::vector<Entry> load_entries(storage::Database& database, const ProjectPaths& paths) {
    std::vector<Entry> entries;
    bool has_files = false;
    storage::for_each_directive(database, [&](const storage::DirectiveView& view) {
        Entry entry;
        entry.id = view.id;
        entry.name = std::string(view.name);
        entry.status = view.status;
        entry.content_hash = std::string(view.content_hash);
        entry.definition = std::string(view.configuration_json);
        entry.approval =
            StandingApproval{std::string(view.approved_hash), std::string(view.approved_by)};
        entry.status_reason = std::string(view.error_text);
        entry.first_armed = view.first_armed_at.value_or(WallTime());
        fill_from_definition(entry, paths);
        has_files = has_files || !entry.files.empty();
        entries.push_back(std::move(entry));
    });
    fill_questions(database, entries);
    if (has_files) {
        const auto rows = storage::load_implementations(database, std::nullopt);
        for (auto& entry : entries) {
            fill_approved_files(entry, rows);
        }
    }
    auto missing = storage::load_missing_names(database, std::nullopt);
    for (auto& entry : entries) {
        if (const auto found = missing.find(entry.id); found != missing.end()) {
            entry.missing = std::move(found->second);
        }
    }
    return entries;
}

std::optional<Entry> load_entry(storage::Database& database,
                                const ProjectPaths& paths,
                                DirectiveId id) {
    auto row = storage::find_directive(database, id);
    if (!row) {
        return std::nullopt;
    }
    Entry entry;
    entry.id = row->id;
    entry.name = std::move(row->name);
    entry.status = row->status;
    entry.content_hash = std::move(row->content_hash);
    entry.definition = std::move(row->configuration_json);
    entry.approval =
        StandingApproval{row->approved_hash.value_or(""), row->approved_by.value_or("")};
    entry.status_reason = std::move(row->error_text);
    entry.first_armed = row->first_armed_at.value_or(WallTime());
    fill_from_definition(entry, paths);
    fill_approved_files(entry, storage::load_implementations(database, id));
    fill_questions(database, entry);
    auto missing = storage::load_missing_names(database, id);
    entry.missing = std::move(missing[id]);
    return entry;
}

bool is_held(DirectiveStatus status, std::string_view reason) noexcept {
    const bool waits = status == DirectiveStatus::draft || status == DirectiveStatus::validated ||
                       status == DirectiveStatus::implemented;
    return waits && reason.starts_with(kByPerson);
}

model::DirectiveStatus status_for(model::Reason gate) noexcept {
    switch (gate) {
        case model::Reason::none:
            return DirectiveStatus::active;
        case model::Reason::implementation_missing:
            return DirectiveStatus::validated;
        case model::Reason::directive_invalid:
            return DirectiveStatus::draft;
        default:
            return DirectiveStatus::implemented;
    }
}

}  // namespace aifp::engine
