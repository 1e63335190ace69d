#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aifp::config {

/// Where the site context of AI requests comes from.
enum class SiteProvider {
    local,  ///< This project itself.
    none,   ///< There is none.
};

/// One rule about which prompt directives an agent is given. It names ids in exactly one list.
struct PromptRule {
    std::vector<std::string> agents;      ///< Holds for these; empty: for all.
    std::vector<std::string> deny;        ///< These are left out.
    std::vector<std::string> allow_only;  ///< All others are left out.

    friend bool operator==(const PromptRule&, const PromptRule&) = default;
};

/// The section `prompts` of engine.yaml: what stands in front of every request to an AI. Names from
/// the document on prompt directives. A changed value counts from the next request on.
struct Prompts {
    bool enabled = true;               ///< false: a request is the conversation alone.
    std::string global_system_prompt;  ///< Said to all agents.
    bool site_context_enabled = true;
    SiteProvider site_context = SiteProvider::local;
    std::vector<PromptRule> policy;

    friend bool operator==(const Prompts&, const Prompts&) = default;
};

/// "local" or "none".
[[nodiscard]] std::string_view name_of(SiteProvider provider) noexcept;

}  // namespace aifp::config
