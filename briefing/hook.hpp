#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "process/process.hpp"
#include "prompts/context.hpp"
#include "prompts/notice.hpp"
#include "prompts/prompt_directive.hpp"

// Programs that an owner puts into prompts.d/hooks to extend requests: JSON in, JSON out
// (docs/prompts.md, "Hooks"). Pure but for blocking_find_hook.

namespace aifp::briefing {

inline constexpr const char* kDirectivesHook = "directives";
inline constexpr const char* kSiteHook = "site_context";
inline constexpr Milliseconds kHookTimeout{2'000};
inline constexpr std::size_t kMaxHookBytes = 256 << 10;

/// Whether the hook of that name is there and may be run: a regular file that its owner (this
/// process's user or root) alone may write, executable, in a folder of which the same holds. False:
/// there is none. Errors: denied with the reason. Blocks.
[[nodiscard]] Result<bool> blocking_find_hook(const std::filesystem::path& folder,
                                              const std::string& name);

/// How it is run: no shell, an environment of PATH and LANG alone, the project as its folder.
[[nodiscard]] process::ProcessRequest hook_request(const std::filesystem::path& hook,
                                                   const std::filesystem::path& project,
                                                   const boost::json::object& input);
/// What a hook is told of the request: identities and the names of tools, never a secret.
[[nodiscard]] boost::json::object hook_input(const prompts::Context& context);

/// What it wrote. Errors: timed_out; invalid_input (exit code with the end of standard error, too
/// long, no JSON).
[[nodiscard]] Result<boost::json::value> hook_output(const Result<process::ProcessResult>& result);

/// What the hook `directives` gives: a list of {id, priority, agents, text | json | file, label,
/// max_bytes, trust, volatility}, or {ttl, directives: the list}.
struct HookDirectives {
    std::vector<prompts::PromptDirective> directives;
    std::vector<prompts::FileEntry> files;  ///< They name these, of the folders for context files.
    prompts::Notices notices;               ///< One warning for each entry that was rejected.
    Milliseconds ttl{0};                    ///< How long it need not be run again.
};
[[nodiscard]] HookDirectives read_hook_directives(const boost::json::value& output);

/// "Directive: invalid registration" with source and reason.
[[nodiscard]] prompts::Notice hook_rejected(std::string_view hook, std::string reason);

}  // namespace aifp::briefing
