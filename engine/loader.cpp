#include "engine/loader.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "actions/implementation.hpp"
#include "engine/drafts.hpp"
#include "engine/owner_approvals.hpp"
#include "model/definition.hpp"
#include "storage/directives.hpp"
#include "storage/implementations.hpp"
#include "storage/proposals.hpp"
#include "storage/source_files.hpp"
#include "storage/workflow_rows.hpp"

namespace aifp::engine {
namespace {

using model::DirectiveStatus;

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
        if (!unchanged.contains(view.source_file)) {
            const auto file = overridden.find(view.id);
            auto stored = model::read_definition(file == overridden.end() ? view.configuration_json
                                                                          : file->second);
            if (stored) {
                entry.directive = std::move(*stored);
            }  // else what the file says counts as a change and mends it
        }
        entry.directive.name = std::string(view.name);
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

// Most definitions name no file and no rate: they are not parsed to find that out.
bool may_name_files(std::string_view definition) {
    return definition.find(R"("run")") != std::string_view::npos;
}

bool may_have_rate(std::string_view definition) {
    return definition.find(R"("rate")") != std::string_view::npos;
}

void fill_files(Entry& entry, const model::Directive& directive, FileHashes& files) {
    for (const auto& path : actions::implementation_files(directive)) {
        entry.files.push_back(files.look(path));
    }
}

// `rows` are sorted by directive.
void fill_approved_files(Entry& entry, const std::vector<storage::ImplementationRow>& rows) {
    auto row = std::lower_bound(
        rows.begin(), rows.end(), entry.id, [](const auto& candidate, DirectiveId id) {
            return candidate.directive < id;
        });
    for (; row != rows.end() && row->directive == entry.id; ++row) {
        for (auto& file : entry.files) {
            if (row->implementation_file == file.path) {
                file.approved_sha256 = row->approved_hash.value_or("");
            }
        }
    }
}

}  // namespace

void take_settings(Entry& entry, const model::Directive& directive) {
    entry.mode = directive.mode;
    entry.max = directive.max;
    entry.rate = directive.rate.value_or(Rate{0});
    entry.notices = directive.notices == model::NoticeRules()
                        ? nullptr
                        : std::make_shared<const model::NoticeRules>(directive.notices);
    entry.enabled = directive.enabled;
    entry.has_conditions = !directive.conditions.empty();
    entry.has_variables =
        !directive.variables.empty() ||
        std::any_of(directive.triggers.begin(), directive.triggers.end(), [](const auto& trigger) {
            return trigger.arguments.contains("variables");
        });
    entry.flow = directive.flow == model::Flow()
                     ? nullptr
                     : std::make_unique<const model::Flow>(directive.flow);
}

LoadPlan plan_load(storage::Database& database, const LoadOptions& options) {
    LoadPlan plan;
    plan.scan = scan_directives(options.scan,
                                storage::load_source_files(database),
                                [&database](directives::ParseContext context) {
                                    return with_stored(database, std::move(context));
                                });
    plan.files = FileHashes(options.scan.paths.root());
    plan.has_waiting = has_waiting_directives(database, options.approval);
    if (plan.has_waiting) {
        look_at_waiting(database, plan.files);
    }
    if (!plan.scan.has_changes()) {
        return plan;
    }
    place_drafts(database, plan.scan);
    std::vector<directives::WantedFile> wanted;
    for (std::size_t i = 0; i < plan.scan.files.size(); ++i) {
        wanted.push_back(wanted_from(plan.scan.files[i]));
        for (const auto& directive : wanted.back().directives) {
            plan.files.look_at(directive);
        }
        plan.wanted_files.push_back(i);
    }
    plan.changes = directives::reconcile(wanted, load_known(database, plan.scan));
    return plan;
}

std::vector<Entry> load_entries(storage::Database& database, FileHashes& files) {
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
        if (may_name_files(entry.definition) || may_have_rate(entry.definition)) {
            // One that cannot be read is found out when it is armed.
            if (const auto directive = model::read_definition(entry.definition)) {
                entry.rate = directive->rate.value_or(Rate{0});
                fill_files(entry, *directive, files);
                has_files = has_files || !entry.files.empty();
            }
        }
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

std::optional<Entry> load_entry(storage::Database& database, FileHashes& files, DirectiveId id) {
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
    if (const auto directive = model::read_definition(entry.definition)) {
        take_settings(entry, *directive);
        fill_files(entry, *directive, files);
    }
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
