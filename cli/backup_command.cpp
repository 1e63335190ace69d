#include "cli/backup_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <system_error>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"
#include "cli/archive.hpp"
#include "cli/backup_files.hpp"
#include "cli/backup_manifest.hpp"
#include "cli/invocation.hpp"
#include "cli/project.hpp"
#include "storage/snapshot.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;

/// The copy of the database that goes into the archive; gone with the object.
class Snapshot {
public:
    explicit Snapshot(const fs::path& beside)
        : file_(fmt::format("{}.database-{}", beside.string(), ::getpid())) {
        remove();
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot() { remove(); }

    [[nodiscard]] const fs::path& file() const { return file_; }

private:
    void remove() const {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
            std::error_code ignored;
            fs::remove(file_.string() + suffix, ignored);
        }
    }
    fs::path file_;
};

struct Backup {
    BackupManifest manifest;
    std::vector<std::string> left_out;
    std::vector<std::string> beside;
};

/// Copies the database and reads the copy through. What it names besides goes into `choice`.
Result<int> copy_sound_database(const ProjectPaths& paths,
                                const fs::path& to,
                                BackupChoice& choice) {
    if (std::error_code ignored; !fs::exists(paths.database(), ignored)) {
        return 0;
    }
    if (auto copied = storage::copy_database(paths.database(), to); !copied) {
        return fail(copied.error().with_context("copying the database"));
    }
    auto facts = storage::examine_database(to);
    if (!facts) {
        return fail(facts.error().with_context("what was copied"));
    }
    for (const std::string& file : facts->implementation_files) {
        std::error_code ignored;
        const fs::path path = (paths.root() / file).lexically_normal();
        const bool is_outside = path.lexically_relative(paths.root()).native().starts_with("../");
        if (!is_outside && fs::is_regular_file(fs::symlink_status(path, ignored))) {
            choice.more.push_back(file);
        }
    }
    return facts->schema_version;
}

Status add_project(ArchiveWriter& archive, const BackupFiles& found) {
    for (const BackupFile& file : found.files) {
        auto added = archive.add_file(std::string(kProjectPrefix) + file.name, file.source);
        if (!added) {
            return added;
        }
    }
    return {};
}

Result<Backup> make(const BackupOptions& options,
                    const ProjectPaths& paths,
                    const Terminal& terminal) {
    const WallTime now = terminal.clock.wall();
    BackupChoice choice{options.with_secrets, options.more, options.file};
    const Snapshot snapshot(options.file);
    const auto schema = copy_sound_database(paths, snapshot.file(), choice);
    if (!schema) {
        return fail(schema.error());
    }
    auto found = find_backup_files(paths, choice);
    if (!found) {
        return fail(found.error());
    }
    auto archive = ArchiveWriter::create(options.file, now);
    if (!archive) {
        return fail(archive.error());
    }
    if (*schema > 0) {
        auto added = (*archive)->add_file(
            std::string(kProjectPrefix) + ".aifp-project/user_directives.db", snapshot.file());
        if (!added) {
            return fail(added.error());
        }
    }
    if (auto added = add_project(**archive, *found); !added) {
        return fail(added.error());
    }
    Backup backup;
    backup.left_out = std::move(found->left_out);
    backup.beside = std::move(found->beside);
    backup.manifest = {AIFP_VERSION,
                       *schema,
                       paths.root().filename().string(),
                       format_rfc3339(now, TimeZone::utc()),
                       options.with_secrets,
                       (*archive)->entries()};
    auto ended = (*archive)->add_text(std::string(kManifestName), manifest_text(backup.manifest));
    if (ended) {
        ended = (*archive)->finish();
    }
    return ended ? Result<Backup>(std::move(backup)) : Result<Backup>(fail(ended.error()));
}

void print(const Backup& backup, const BackupOptions& options, const Terminal& terminal) {
    std::error_code ignored;
    const auto bytes = fs::file_size(options.file, ignored);
    if (options.json) {
        boost::json::array left_out(backup.left_out.begin(), backup.left_out.end());
        boost::json::array beside(backup.beside.begin(), backup.beside.end());
        const boost::json::object object{{"file", options.file},
                                         {"files", backup.manifest.files.size()},
                                         {"bytes", bytes},
                                         {"left_out", std::move(left_out)},
                                         {"beside", std::move(beside)},
                                         {"with_secrets", options.with_secrets},
                                         {"made_at", backup.manifest.made_at}};
        terminal.out << json_text(object) << '\n';
        return;
    }
    terminal.out << fmt::format("{}: {} files, {} KiB{}\n",
                                options.file,
                                backup.manifest.files.size(),
                                (bytes + 1023) / 1024,
                                options.with_secrets
                                    ? ", with the secrets"
                                    : ", without secrets and tokens (--with-secrets)");
    if (!backup.beside.empty()) {
        terminal.out << fmt::format("not in it (--include PATH takes what is of the project): {}\n",
                                    join(backup.beside, ", "));
    }
    for (const std::string& name : backup.left_out) {
        complain(terminal, fmt::format("left out, because it is a link or no file: {}", name));
    }
}

}  // namespace

int run_backup(const BackupOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    if (!is_project(paths.root())) {
        complain(terminal,
                 fmt::format("{} is no project; name yours: aifp --project FOLDER backup FILE",
                             paths.root().native()));
        return kUsage;
    }
    if (std::error_code ignored; !options.force && fs::exists(options.file, ignored)) {
        complain(terminal, fmt::format("{} is there already; --force replaces it", options.file));
        return kFailed;
    }
    const auto backup = make(options, paths, terminal);
    if (!backup) {
        complain(terminal, backup.error().detail());
        return kFailed;
    }
    print(*backup, options, terminal);
    return kDone;
}

void add_backup_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand(
        "backup", "Write the whole project into one file, also while it runs (needs no daemon)");
    const auto options = std::make_shared<BackupOptions>();
    verb->add_option("FILE", options->file, "The archive to make: home.tar.gz")->required();
    verb->add_flag(
        "--with-secrets", options->with_secrets, "secrets.yaml and the tokens too: keep FILE safe");
    verb->add_flag("--force", options->force, "Replace FILE");
    verb->add_option("--include", options->more, "A further file or folder of the project")
        ->expected(1)
        ->take_all();
    invocation.decide(*verb, options, run_backup);
}

}  // namespace aifp::cli
