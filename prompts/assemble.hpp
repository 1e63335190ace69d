#pragma once

#include <boost/json/array.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/prompt_settings.hpp"
#include "config/secret_keeper.hpp"
#include "prompts/message.hpp"
#include "prompts/prompt_directive.hpp"

namespace aifp::prompts {

/// Where the messages of the prompt directives stand.
enum class Placement { before, after };  ///< The conversation. (after: the origin's first form)

/// What the project's owner decided about all requests.
struct Policy {
    bool enabled = true;  ///< false: the conversation alone.
    Placement placement = Placement::before;
    std::vector<config::PromptRule> rules = {};
    /// Of all texts of prompt directives; 0: no bound. What does not fit is left out: first what a
    /// site wrote, then what others wrote, the last one first; never the engine's or the owner's.
    std::size_t max_total_bytes = 4 << 20;
    std::size_t warn_directive_bytes = 128 << 10;  ///< A longer one is told. 0: never.
    std::size_t warn_total_bytes = 512 << 10;      ///< A longer whole is told. 0: never.
    const config::SecretKeeper* keeper = nullptr;  ///< Takes secrets out of all that is sent.
};
[[nodiscard]] Policy policy_of(const config::Prompts& settings,
                               const config::SecretKeeper* keeper = nullptr);

/// What became of a prompt directive that speaks to the request's agent.
enum class PromptStatus {
    applied,     ///< Its messages are in the request.
    empty,       ///< It had nothing to say.
    suppressed,  ///< A rule, the switch or its own `when` keeps it away; `note` says which.
    failed,      ///< `note` says why.
    truncated,   ///< In part, or left out for its size; `note` says so.
};

/// One line of the manifest.
struct ManifestEntry {
    std::string id;
    std::string source;
    int priority = 0;
    PromptStatus status = PromptStatus::empty;
    Trust trust = Trust::owner;
    Volatility volatility = Volatility::config;
    std::size_t messages = 0;
    std::size_t bytes = 0;             ///< Of its texts as they are sent.
    std::size_t attachment_bytes = 0;  ///< Of images and PDFs.
    std::size_t est_tokens = 0;        ///< A quarter of the bytes of its texts, rounded up.
    std::string sha256;  ///< Of its texts and, behind them, the hashes of its attachments.
    std::string note;
};

/// A request, ready to be put into a provider's form.
struct Assembled {
    std::vector<Message> messages;  ///< All of them, in the order they are sent.
    std::vector<Tool> tools;
    std::vector<ManifestEntry> manifest;  ///< In the order of the request.
    std::string sha256;                   ///< Of all hashes of the manifest.
    Notices notices;                      ///< For the log.
};

/// Puts a request together: those of `directives` (in the order of registration) that speak to the
/// context's agent, by ascending priority, and the conversation. Same input, same output, byte for
/// byte. One that fails is left out and told. Pure; any thread.
/// Errors: invalid_input when there is nothing to send; the failure of one that is `required`.
[[nodiscard]] Result<Assembled> assemble(std::span<const Message> conversation,
                                         const Context& context,
                                         std::span<const PromptDirective> directives,
                                         const Policy& policy);

/// Whether assembling would look at the context's site: nobody asks a provider otherwise.
[[nodiscard]] bool wants_site(const Context& context,
                              std::span<const PromptDirective> directives,
                              const Policy& policy);

/// The messages that belong to the conversation: what may be stored.
[[nodiscard]] std::vector<Message> conversation_in(const Assembled& request);

/// "applied", "empty", "suppressed", "failed", "truncated".
[[nodiscard]] std::string_view name_of(PromptStatus status) noexcept;
/// What is kept with a run and shown by the faces: an array of objects with the members' names.
[[nodiscard]] boost::json::array to_json(const std::vector<ManifestEntry>& manifest);

}  // namespace aifp::prompts
