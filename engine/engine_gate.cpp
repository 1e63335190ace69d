#include <fmt/format.h>

#include "engine/engine_core.hpp"
#include "storage/database.hpp"

// Whether a directive may run: asked anew whenever it is about to, because files change.
namespace aifp::engine {

using model::Reason;

Reason EngineCore::ask_gate(Entry& entry) {
    bool is_news = false;
    for (auto& file : entry.files) {
        static_cast<void>(refresh_implementation(file, parts_.paths.root() / file.path));
        // Also what changed while the daemon was down, or what a reload has read before.
        is_news =
            is_news || (file.sha256 != file.approved_sha256 && file.sha256 != file.asked_sha256);
        file.asked_sha256 = file.sha256;
    }
    if (is_news) {
        accept_changed_files(entry);
    }
    return decide_gate_of(parts_.settings.approval, entry);
}

// Of a directive that was edited meanwhile the run has the version it began with: a file that the
// new one does not run is nobody's to ask about any more.
Status EngineCore::check_program(std::string_view directive, const std::string& path) {
    auto* entry = catalog_.find(directive);
    if (entry == nullptr) {
        return {};
    }
    static_cast<void>(ask_gate(*entry));  // looks at the files, and takes the owner's edits
    for (const auto& file : entry->files) {
        if (file.path != path) {
            continue;
        }
        if (file.sha256.empty()) {
            return fail(ErrorCode::not_found, fmt::format("{} does not exist any more", path));
        }
        if (parts_.settings.approval != config::Approval::off &&
            file.sha256 != file.approved_sha256) {
            return fail(ErrorCode::denied,
                        fmt::format("{} changed since it was approved; look at it, then type "
                                    "aifp approve {}",
                                    path,
                                    entry->name));
        }
    }
    return {};
}

// Under owner_files the owner's edit of a script is its approval, as the edit of a directive is.
void EngineCore::accept_changed_files(Entry& entry) {
    if (parts_.settings.approval != config::Approval::owner_files ||
        entry.approval.by != kApprovedByOwnerFile || entry.approval.hash != entry.content_hash) {
        return;
    }
    for (const auto& file : entry.files) {
        const auto owned =
            was_written(file)
                ? Status(fail(ErrorCode::denied, "waits for approval: the engine wrote it"))
                : check_owner_file(parts_.paths.root() / file.path, parts_.paths.root());
        if (!owned) {
            reporter_.lifecycle("implementation_changed", entry.name, owned.error().detail());
            return;
        }
    }
    for (auto& file : entry.files) {
        file.approved_sha256 = file.sha256;
    }
    reporter_.lifecycle("implementation_changed", entry.name, "approved: the file is the owner's");
    parts_.store.write(
        [id = entry.id, files = entry.files, now = parts_.clock.wall()](
            storage::Database& database) { approve_files(database, id, files, now); },
        [](const Status&) {});
}

}  // namespace aifp::engine
