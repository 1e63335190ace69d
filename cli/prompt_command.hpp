#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace aifp::cli {

struct PromptOptions {
    std::string agent = "chat";
    std::string message = {};
    std::optional<std::string> prompt = {};  ///< A pipeline step's goals.
    std::optional<std::string> step = {};
    std::optional<std::string> directive = {};
    std::optional<std::string> session = {};
    std::optional<std::int64_t> run = {};
    std::vector<std::string> files = {};
    bool stream = false;
    bool wire = false;                    ///< The request alone.
    std::vector<std::int64_t> runs = {};  ///< Of diff: two.
    std::string upload = {};              ///< Of upload: the file.
    std::string as = {};                  ///< Of upload: its name there; empty: as it is called.
    bool json = false;
};

/// `aifp prompt list`: what is registered, and what was refused. Exit codes as run_online.
[[nodiscard]] int run_prompt_list(const PromptOptions& options,
                                  const ProjectPaths& paths,
                                  const Terminal& terminal);
/// `aifp prompt inspect`: the manifest, and byte for byte what would be sent. Nothing is sent.
[[nodiscard]] int run_prompt_inspect(const PromptOptions& options,
                                     const ProjectPaths& paths,
                                     const Terminal& terminal);
/// `aifp prompt lint`: what is allowed and probably not meant; 1 when there is something.
[[nodiscard]] int run_prompt_lint(const PromptOptions& options,
                                  const ProjectPaths& paths,
                                  const Terminal& terminal);
/// `aifp prompt diff RUN RUN`: how the prompt directives of two runs' last requests differ.
[[nodiscard]] int run_prompt_diff(const PromptOptions& options,
                                  const ProjectPaths& paths,
                                  const Terminal& terminal);
/// `aifp prompt usage`: tokens by month, provider and model, and what of the budget is spent.
[[nodiscard]] int run_prompt_usage(const PromptOptions& options,
                                   const ProjectPaths& paths,
                                   const Terminal& terminal);
/// `aifp prompt upload FILE`: stores a context file; 2 when it cannot be read.
[[nodiscard]] int run_prompt_upload(const PromptOptions& options,
                                    const ProjectPaths& paths,
                                    const Terminal& terminal);
/// `aifp site-context show` and `aifp site-context clear`.
[[nodiscard]] int run_site_show(const PromptOptions& options,
                                const ProjectPaths& paths,
                                const Terminal& terminal);
[[nodiscard]] int run_site_clear(const PromptOptions& options,
                                 const ProjectPaths& paths,
                                 const Terminal& terminal);

}  // namespace aifp::cli
