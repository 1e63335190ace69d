#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "document/node.hpp"
#include "model/diagnostic.hpp"
#include "prompts/prompt_directive.hpp"
#include "prompts/site_context.hpp"

// Prompt directives that an owner writes as files (docs/prompts.md):
//   ---
//   priority: 25
//   agents: [chat, pipeline]
//   ---
//   Never schedule anything between 22:00 and 06:00.

namespace aifp::prompts {

inline constexpr std::uint64_t kMaxPromptFileBytes = 64 << 10;
inline constexpr std::size_t kMaxPromptFiles = 200;

/// One file. No directive: it is refused, and at least one diagnostic is an error.
struct ParsedPrompt {
    std::optional<PromptDirective> directive;
    model::Diagnostics diagnostics;
};
/// Reads front matter and text. A key that is unknown or wrong refuses the file: half of what its
/// writer meant would be said to an AI otherwise. In the text `{{context.NAME}}` is replaced, with
/// the names of context_keys() and nothing for what is absent; other braces stay. Pure.
[[nodiscard]] ParsedPrompt parse_prompt_file(const document::SourceText& source);

struct LoadedPrompts {
    std::vector<PromptDirective> directives;  ///< By file name.
    model::Diagnostics diagnostics;
};
/// All `*.md` of a folder, by name; a folder that is missing holds none. Blocks.
[[nodiscard]] LoadedPrompts blocking_load_prompts(const std::filesystem::path& folder);

/// What an owner adds to the site context.
struct ParsedSiteFile {
    boost::json::object extra;
    model::Diagnostics diagnostics;
};
/// `site_context.yaml`: keys that are added to the context. site, post_types and taxonomies are the
/// provider's and are refused. Pure.
[[nodiscard]] ParsedSiteFile parse_site_file(const document::SourceText& source);
/// The extension that adds `extra`.
[[nodiscard]] SiteFilter site_file_filter(boost::json::object extra);

/// The errors as lines for the log: "Directive: invalid registration" with source, line, column.
[[nodiscard]] Notices rejections(const model::Diagnostics& diagnostics);

}  // namespace aifp::prompts
