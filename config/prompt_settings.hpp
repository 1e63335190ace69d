#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace aifp::config {

/// Where the site context of AI requests comes from.
enum class SiteProvider {
    local,      ///< This project itself.
    none,       ///< There is none.
    wordpress,  ///< A site, over its REST API.
};

/// A WordPress site: `prompts.wordpress`.
struct WordPress {
    std::string url;              ///< Of its front page.
    std::string user;             ///< Login name; empty: only what the site shows to everybody.
    boost::json::value password;  ///< An application password; text or {"$secret": NAME}.
    boost::json::value events_secret;  ///< Signs what the site tells; null: it is not listened to.
    Milliseconds poll = std::chrono::minutes(5);   ///< How often it is looked at; 0: never.
    Milliseconds max_age = std::chrono::hours(1);  ///< Read anew after it, whatever was told.
    std::string ca_file;                           ///< Certificates to trust besides the system's.
    bool allow_plain_http = false;  ///< The password also over http:// to other machines.

    friend bool operator==(const WordPress&, const WordPress&) = default;
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
    WordPress wordpress;
    /// Where context files may lie, below the project or absolute.
    std::vector<std::string> context_folders{"context"};

    friend bool operator==(const Prompts&, const Prompts&) = default;
};

/// "local", "none", "wordpress".
[[nodiscard]] std::string_view name_of(SiteProvider provider) noexcept;

}  // namespace aifp::config
