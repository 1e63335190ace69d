#include "helpers/workflow/program_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "storage/versions.hpp"

namespace aifp::helpers::workflow {
namespace {

bool is_inside(const std::filesystem::path& inner, const std::filesystem::path& outer) {
    const auto [outer_end, unused] =
        std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
    return outer_end == outer.end();
}

bool is_known(storage::Database& database,
              DirectiveId directive,
              const std::string& path,
              const std::string& sha256) {
    const auto versions = storage::list_implementation_versions(database, directive, path);
    return std::any_of(versions.begin(), versions.end(), [&](const auto& version) {
        return version.sha256 == sha256;
    });
}

}  // namespace

std::string hash_of_file(const std::filesystem::path& file) {
    const auto text = read_file(file, kMaxProgramBytes);
    return text ? sha256_hex(*text) : std::string();
}

Status check_may_write(storage::Database& database,
                       const ProjectPaths& paths,
                       DirectiveId directive,
                       const GeneratedFile& file,
                       bool force) {
    std::error_code error;
    const auto where = paths.root() / file.path;
    const auto root = std::filesystem::weakly_canonical(paths.root(), error);
    const auto folder = std::filesystem::weakly_canonical(where.parent_path(), error);
    if (error || !is_inside(folder, root) || std::filesystem::is_symlink(where, error)) {
        return fail(ErrorCode::denied,
                    fmt::format("{} leads out of the project: nothing was written", file.path));
    }
    if (!std::filesystem::exists(where, error) || force) {
        return {};
    }
    const auto text = read_file(where, kMaxProgramBytes);
    if (!text) {
        return fail(text.error().with_context(file.path));
    }
    if (*text == file.text || is_known(database, directive, file.path, sha256_hex(*text))) {
        return {};
    }
    return fail(
        ErrorCode::conflict,
        fmt::format("{} was written or changed by a person; with --force it is replaced, and "
                    "`aifp rollback` brings it back",
                    file.path));
}

void keep_versions(storage::Database& database,
                   const ProjectPaths& paths,
                   storage::ImplementationVersion wanted) {
    if (auto text = read_file(paths.root() / wanted.path, kMaxProgramBytes)) {
        auto present = wanted;
        present.origin = "person";
        present.sha256 = sha256_hex(*text);
        present.text = std::move(*text);
        storage::keep_implementation_version(database, present);
    }
    storage::keep_implementation_version(database, wanted);
    storage::mark_written_by_daemon(database, wanted.path, wanted.sha256, wanted.kept_at);
}

Status write_program(const ProjectPaths& paths, const GeneratedFile& file) {
    constexpr mode_t kMode = 0644;
    const auto where = paths.root() / file.path;
    std::error_code error;
    std::filesystem::create_directories(where.parent_path(), error);
    if (error) {
        return fail(ErrorCode::io_failure,
                    fmt::format("{}: {}", where.parent_path().string(), error.message()));
    }
    return write_file_atomically(where, file.text, kMode);
}

}  // namespace aifp::helpers::workflow
