#include "briefing/disk.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/file.hpp"
#include "base/time_zone.hpp"
#include "briefing/hook.hpp"
#include "document/node.hpp"
#include "prompts/disk_files.hpp"

namespace aifp::briefing {
namespace {

namespace fs = std::filesystem;

// Size and time to the nanosecond: an edit within one second is seen.
std::string trace_of(const fs::path& file) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0) {
        return fmt::format("{} -\n", file.filename().string());
    }
    return fmt::format("{} {} {} {}.{}\n",
                       file.filename().string(),
                       facts.st_ino,
                       facts.st_size,
                       facts.st_mtim.tv_sec,
                       facts.st_mtim.tv_nsec);
}

std::string blocking_fingerprint(const ProjectPaths& paths) {
    constexpr std::size_t kMost = 4 * prompts::kMaxPromptFiles;
    std::vector<std::string> traces = {trace_of(paths.site_file())};
    std::error_code error;
    for (fs::directory_iterator entry(paths.prompts(), error), end;
         !error && entry != end && traces.size() < kMost;
         entry.increment(error)) {
        traces.push_back(trace_of(entry->path()));
    }
    std::sort(traces.begin(), traces.end());
    std::string all;
    for (const std::string& trace : traces) {
        all += trace;
    }
    return all;
}

OnDisk blocking_read(const ProjectPaths& paths) {
    OnDisk disk;
    auto loaded = prompts::blocking_load_prompts(paths.prompts());
    disk.directives = std::move(loaded.directives);
    disk.diagnostics = std::move(loaded.diagnostics);
    auto text = read_file(paths.site_file(), prompts::kMaxPromptFileBytes);
    const std::string shown = paths.site_file().filename().string();
    if (!text && text.error().code() != ErrorCode::not_found) {
        disk.diagnostics.push_back(document::SourceText(shown, "").diagnostic(
            {}, model::Severity::error, text.error().detail()));
    }
    if (text) {
        auto parsed = prompts::parse_site_file(document::SourceText(shown, std::move(*text)));
        disk.site_extra = std::move(parsed.extra);
        disk.diagnostics.insert(
            disk.diagnostics.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
    }
    return disk;
}

}  // namespace

Gathered blocking_gather(const GatherOrder& order) {
    Gathered gathered;
    gathered.fingerprint = blocking_fingerprint(order.paths);
    if (gathered.fingerprint != order.fingerprint) {
        gathered.changed = blocking_read(order.paths);
    }
    gathered.directives_hook = blocking_find_hook(order.paths.prompt_hooks(), kDirectivesHook);
    gathered.site_hook = blocking_find_hook(order.paths.prompt_hooks(), kSiteHook);
    if (!order.files.empty()) {
        gathered.files = blocking_load_context_files(order.paths, order.folders, order.files);
    }
    return gathered;
}

prompts::LoadedFiles blocking_load_context_files(const ProjectPaths& paths,
                                                 const std::vector<std::string>& folders,
                                                 const std::vector<prompts::FileEntry>& files) {
    std::vector<fs::path> allowed;
    for (const std::string& folder : folders) {
        allowed.push_back(paths.root() / folder);
    }
    const auto source = prompts::open_disk_files(std::move(allowed));
    return prompts::blocking_load_files(files, *source, {});
}

Result<boost::json::value> blocking_store_upload(const Upload& upload) {
    constexpr prompts::FileLimits kLimits;
    if (upload.folders.empty()) {
        return fail(ErrorCode::invalid_input,
                    "no folder is allowed: write one into prompts.context_folders");
    }
    if (auto checked = prompts::check_upload(upload.name, upload.content); !checked) {
        return fail(checked.error());
    }
    if (upload.content.size() > kLimits.max_file_bytes) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} has {} bytes, a context file may have {}",
                                upload.name,
                                upload.content.size(),
                                kLimits.max_file_bytes));
    }
    const fs::path folder = upload.project / upload.folders.front();
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return fail(ErrorCode::io_failure,
                    fmt::format("cannot make {}: {}", folder.string(), error.message()));
    }
    constexpr mode_t kMode = 0640;
    if (auto written = write_file_atomically(folder / upload.name, upload.content, kMode);
        !written) {
        return fail(written.error());
    }
    return boost::json::value(
        boost::json::object{{"original_name", upload.name},
                            {"persistent_path", (folder / upload.name).string()},
                            {"size", upload.content.size()},
                            {"mime_type", prompts::detect_mime(upload.name, upload.content)},
                            {"uploaded_at", format_utc_ms(upload.at)}});
}

}  // namespace aifp::briefing
