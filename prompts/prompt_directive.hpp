#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "prompts/context.hpp"
#include "prompts/notice.hpp"

namespace aifp::prompts {

/// Who wrote the text. What comes from a site or from outside is marked as data in the request: it
/// can carry no instruction.
enum class Trust {
    engine,    ///< This program.
    owner,     ///< The project's owner.
    site,      ///< Whoever may write titles and names on the site.
    external,  ///< Anybody: files, answers from the web.
};

/// How often the text changes. A provider's cache holds the longest unchanged beginning.
enum class Volatility {
    fixed,    ///< With the program.
    config,   ///< With the settings.
    session,  ///< With the conversation or the run.
    turn,     ///< With every request.
};

struct TextOutput {
    std::string content;
};
struct JsonOutput {
    std::string label;  ///< Stands in front of the JSON.
    boost::json::object data;
};
struct FileOutput {
    std::shared_ptr<const ContextFile> file;
};
/// One message of a prompt directive.
using Output = std::variant<TextOutput, JsonOutput, FileOutput>;

/// What a prompt directive gives for one request.
struct Produced {
    std::vector<Output> outputs;  ///< In their order; none, or only blank ones: it is empty.
    Notices notices = {};
    std::string note = {};  ///< For the manifest.
};

/// Looks at the context and at nothing else. An error, or an exception, spoils this prompt
/// directive alone.
using Producer = std::function<Result<Produced>(const Context& context)>;

/// When a prompt directive is used at all. Everything named must hold.
struct When {
    std::vector<std::string> providers;  ///< One of these; empty: any.
    std::vector<std::string> tools;      ///< All of these are offered.
    std::vector<std::string> has;        ///< All of these names of context_keys() have a value.
};

/// One block of text for an AI agent.
struct PromptDirective {
    std::string id;    ///< [a-z0-9_.-]{1,64}; the same id again replaces it.
    int priority = 0;  ///< Ascending; equal ones in the order of registration.
    std::vector<std::string> agents = {"all"};  ///< Exact names; "all" is every agent.
    Producer produce;
    bool required = false;      ///< A request is refused rather than sent without it.
    std::size_t max_bytes = 0;  ///< Of its text; 0: no bound of its own.
    Trust trust = Trust::owner;
    Volatility volatility = Volatility::config;
    std::string source;  ///< Where it came from: "built in", "prompts.d/house.md" ...
    When when = {};
    bool reads_site = false;  ///< Looks at Context::site: its provider is asked before.
};

/// "engine", "owner", "site", "external".
[[nodiscard]] std::string_view name_of(Trust trust) noexcept;
/// "fixed", "config", "session", "turn".
[[nodiscard]] std::string_view name_of(Volatility volatility) noexcept;

/// Whether it speaks to `agent`.
[[nodiscard]] bool speaks_to(const PromptDirective& directive, std::string_view agent) noexcept;
/// Why its `when` does not hold ("provider is not anthropic"), or nothing if it does.
[[nodiscard]] std::optional<std::string> unmet_condition(const When& when, const Context& context);

/// The agents that exist, and "all": for hints.
[[nodiscard]] std::span<const std::string_view> known_agents() noexcept;
/// [a-z0-9_.-]{1,64}
[[nodiscard]] bool is_prompt_id(std::string_view text) noexcept;

}  // namespace aifp::prompts
