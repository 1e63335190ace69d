#include "cli/restore_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <boost/json/object.hpp>
#include <memory>
#include <system_error>

#include "base/file.hpp"
#include "base/json_text.hpp"
#include "base/project_lock.hpp"
#include "base/text.hpp"
#include "cli/archive.hpp"
#include "cli/backup_manifest.hpp"
#include "cli/invocation.hpp"
#include "cli/restore_swap.hpp"
#include "cli/times.hpp"
#include "storage/snapshot.hpp"

namespace aifp::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxManifest = 64 * 1024 * 1024;

/// Unpacks and looks at all of it. Errors: as blocking_unpack, read_manifest, examine_database.
Result<BackupManifest> unpack_and_verify(const fs::path& file, const fs::path& folder) {
    const auto entries = blocking_unpack(file, folder, [](const ArchiveEntry& entry) {
        return entry.name == kManifestName || entry.name.starts_with(kProjectPrefix);
    });
    if (!entries) {
        return fail(entries.error());
    }
    const auto text = read_file(folder / kManifestName, kMaxManifest);
    if (!text) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format(
                "{}: it is no archive of aifp backup: it has no {}", file.string(), kManifestName));
    }
    auto manifest = read_manifest(*text);
    if (!manifest) {
        return fail(manifest.error().with_context(file.string()));
    }
    if (const auto same = verify_entries(*manifest, *entries); !same) {
        return fail(same.error().with_context(file.string()));
    }
    const ProjectPaths unpacked(folder / "project");
    std::error_code ignored;
    fs::create_directories(unpacked.root(), ignored);
    if (fs::exists(unpacked.database(), ignored)) {
        if (const auto sound = storage::examine_database(unpacked.database()); !sound) {
            return fail(sound.error().with_context(file.string()));
        }
        for (const char* suffix : {"-wal", "-shm"}) {  // of looking at it
            fs::remove(unpacked.database().string() + suffix, ignored);
        }
    }
    return manifest;
}

/// Why the folder may not be replaced.
std::optional<std::string> why_not(const fs::path& target, bool force) {
    const ProjectPaths paths(target);
    if (const auto holder = ProjectLock::holder(paths.lock())) {
        return fmt::format(
            "aifpd (process {}) runs {}; stop it first: systemctl stop aifpd@{}, or kill {}",
            *holder,
            target.string(),
            target.filename().string(),
            *holder);
    }
    std::error_code ignored;
    if (fs::exists(target, ignored) && !fs::is_directory(target, ignored)) {
        return fmt::format("{} is no folder", target.string());
    }
    if (fs::is_directory(target, ignored) && !fs::is_empty(target, ignored) && !force) {
        return fmt::format(
            "{} is not empty; --force puts the backup in its place and keeps what is there beside "
            "it, "
            "--into DIR takes another folder",
            target.string());
    }
    return std::nullopt;
}

void print(const BackupManifest& manifest,
           const Swapped& swapped,
           const fs::path& target,
           const Terminal& terminal) {
    terminal.out << fmt::format("restored {} as of {} ({}): {} files\n",
                                target.string(),
                                one_line(manifest.made_at),
                                relative_time(manifest.made_at, terminal.clock.wall()),
                                manifest.files.size());
    if (!swapped.moved.empty()) {
        terminal.out << fmt::format("kept, because the backup does not hold it: {}\n",
                                    one_line(join(swapped.moved, ", ")));
    }
    if (swapped.kept_beside) {
        terminal.out << fmt::format("what was there before: {}\n", swapped.kept_beside->string());
    }
    terminal.out << fmt::format("start it with: aifpd --project {}\n", target.string());
}

int finish(const BackupManifest& manifest,
           const Swapped& swapped,
           const fs::path& target,
           const RestoreOptions& options,
           const Terminal& terminal) {
    if (options.json) {
        boost::json::object object{{"project", target.string()},
                                   {"made_at", manifest.made_at},
                                   {"files", manifest.files.size()},
                                   {"kept_beside", nullptr}};
        if (swapped.kept_beside) {
            object["kept_beside"] = swapped.kept_beside->string();
        }
        terminal.out << json_text(object) << '\n';
    } else {
        print(manifest, swapped, target, terminal);
    }
    if (!swapped.unmoved.empty()) {
        complain(terminal,
                 fmt::format("could not be moved and is still in {}: {}",
                             swapped.kept_beside.value_or("").string(),
                             join(swapped.unmoved, ", ")));
        return kFailed;
    }
    return kDone;
}

int refuse(const Error& error, const Terminal& terminal) {
    complain(terminal, error.detail() + "\nNothing was changed");
    return error.code() == ErrorCode::not_found ? kUsage : kFailed;
}

int only_check(const RestoreOptions& options, const Terminal& terminal) {
    std::error_code failed;
    auto staging = StagingFolder::make_beside(fs::temp_directory_path(failed) / "aifp");
    const auto manifest = staging ? unpack_and_verify(options.file, staging->path())
                                  : Result<BackupManifest>(fail(staging.error()));
    if (!manifest) {
        return refuse(manifest.error(), terminal);
    }
    if (options.json) {
        terminal.out << manifest_text(*manifest);
    } else {
        terminal.out << fmt::format("{} is sound: {} as of {}, {} files{}\n",
                                    options.file,
                                    one_line(manifest->project),
                                    one_line(manifest->made_at),
                                    manifest->files.size(),
                                    manifest->with_secrets ? ", with the secrets" : "");
    }
    return kDone;
}

}  // namespace

int run_restore(const RestoreOptions& options,
                const ProjectPaths& paths,
                const Terminal& terminal) {
    if (options.only_check) {
        return only_check(options, terminal);
    }
    std::error_code failed;
    fs::path target =
        options.into.empty() ? paths.root() : fs::weakly_canonical(fs::path(options.into), failed);
    if (!target.has_filename()) {
        target = target.parent_path();
    }
    if (const auto why = why_not(target, options.force)) {
        complain(terminal, *why);
        return kFailed;
    }
    const auto staging = StagingFolder::make_beside(target);
    if (!staging) {
        return refuse(staging.error(), terminal);
    }
    const auto manifest = unpack_and_verify(options.file, staging->path());
    if (!manifest) {
        return refuse(manifest.error(), terminal);
    }
    const auto swapped = put_in_place(staging->path() / "project", target, terminal.clock.wall());
    if (!swapped) {
        return refuse(swapped.error(), terminal);
    }
    return finish(*manifest, *swapped, target, options, terminal);
}

void add_restore_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand(
        "restore", "Put a backup in place of the project (needs that no daemon runs it)");
    const auto options = std::make_shared<RestoreOptions>();
    verb->add_option("FILE", options->file, "What aifp backup made")->required();
    verb->add_option("--into", options->into, "The folder (default: the project)");
    verb->add_flag("--force", options->force, "Also when the folder is not empty");
    verb->add_flag("--check", options->only_check, "Verify the archive and change nothing");
    invocation.decide(*verb, options, run_restore);
}

}  // namespace aifp::cli
