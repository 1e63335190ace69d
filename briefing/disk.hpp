#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "prompts/context_file.hpp"
#include "prompts/prompt_file.hpp"

namespace aifp::briefing {

/// What the project's files say: prompts.d/*.md and site_context.yaml.
struct OnDisk {
    std::vector<prompts::PromptDirective> directives;
    boost::json::object site_extra;
    model::Diagnostics diagnostics;
};

/// What is read from the disk for one request.
struct Gathered {
    std::string fingerprint;        ///< Of the files behind `changed`: names, sizes and times.
    std::optional<OnDisk> changed;  ///< Nothing: as before.
    prompts::LoadedFiles files;
    Result<bool> directives_hook = false;  ///< As blocking_find_hook.
    Result<bool> site_hook = false;
};

/// What to look at.
struct GatherOrder {
    ProjectPaths paths;
    std::string fingerprint;  ///< Of what is known already.
    std::vector<prompts::FileEntry> files;
    std::vector<std::string>
        folders;  ///< Where context files may lie; relative: below the project.
};

/// Blocks: not on the loop.
[[nodiscard]] Gathered blocking_gather(const GatherOrder& order);

/// Reads files of the folders where they may lie. Blocks: not on the loop.
[[nodiscard]] prompts::LoadedFiles blocking_load_context_files(
    const ProjectPaths& paths,
    const std::vector<std::string>& folders,
    const std::vector<prompts::FileEntry>& files);

/// A context file that somebody hands in.
struct Upload {
    std::filesystem::path project;
    std::vector<std::string> folders;  ///< As GatherOrder; the first is written to.
    std::string name;
    std::string content;
    WallTime at;
};
/// Stores it and answers its record. Blocks. Errors: of prompts::check_upload; invalid_input when
/// it is too large or no folder is allowed; io_failure.
[[nodiscard]] Result<boost::json::value> blocking_store_upload(const Upload& upload);

}  // namespace aifp::briefing
