#include "engine/owner_approvals.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/drafts.hpp"
#include "model/definition.hpp"
#include "storage/directives.hpp"
#include "storage/source_files.hpp"
#include "storage/versions.hpp"

namespace aifp::engine {
namespace {

// Archived ones stay away; a no (storage::kApprovalRevoked) stands until the file is edited.
constexpr std::string_view kWaiting =
    "FROM user_directives WHERE approved = 0 AND status <> 'archived' AND "
    "(approved_by IS NULL OR approved_by = 'owner_file')";

struct Waiting {
    DirectiveId id;
    std::string name;
    std::string source_file;
    std::string content_hash;
};

std::vector<Waiting> load_waiting(storage::Database& database) {
    std::vector<Waiting> waiting;
    storage::Statement row(database,
                           "SELECT id, name, source_file, content_hash " + std::string(kWaiting));
    while (row.step()) {
        waiting.push_back({DirectiveId{row.integer(0)}, row.text(1), row.text(2), row.text(3)});
    }
    return waiting;
}

bool is_owned(storage::Database& database,
              const ProjectPaths& paths,
              const std::string& path,
              const std::string& sha256) {
    return !storage::was_written_by_daemon(database, sha256) &&
           check_owner_file(paths.root() / path, paths.root());
}

}  // namespace

bool has_waiting_directives(storage::Database& database, config::Approval approval) {
    return approval == config::Approval::owner_files &&
           database.integer("SELECT EXISTS (SELECT 1 " + std::string(kWaiting) + ")") != 0;
}

void look_at_waiting(storage::Database& database, FileHashes& files) {
    storage::Statement row(database, "SELECT configuration_json " + std::string(kWaiting));
    while (row.step()) {
        if (const auto directive = model::read_definition(row.text(0))) {
            files.look_at(*directive);
        }
    }
}

std::vector<DirectiveId> approve_newly_owned(storage::Database& database,
                                             const LoadOptions& options,
                                             FileHashes& files) {
    std::vector<DirectiveId> approved;
    if (!has_waiting_directives(database, options.approval)) {
        return approved;
    }
    const auto& paths = options.scan.paths;
    std::unordered_map<std::string, std::string> hashes;
    for (auto& file : storage::load_source_files(database)) {
        if (file.loaded) {
            hashes.emplace(std::move(file.path), std::move(file.sha256));
        }
    }
    for (const auto& directive : load_waiting(database)) {
        const auto source = hashes.find(directive.source_file);
        bool owned = source != hashes.end() &&
                     is_owned(database, paths, directive.source_file, source->second) &&
                     !has_others_answers(database, directive.name);
        const auto entry = load_entry(database, files, directive.id);
        for (const auto& file : entry->files) {
            owned = owned && is_owned(database, paths, file.path, file.sha256);
        }
        if (owned && entry->critical_questions == 0) {
            storage::approve_directive(
                database, directive.id, directive.content_hash, kApprovedByOwnerFile, options.now);
            approve_files(database, directive.id, entry->files, options.now);
            approved.push_back(directive.id);
        }
    }
    return approved;
}

}  // namespace aifp::engine
