#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "briefing/draft.hpp"
#include "config/secret_keeper.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "http/client.hpp"
#include "http/responder.hpp"
#include "llm/model.hpp"
#include "llm/wire.hpp"
#include "logging/log.hpp"
#include "prompts/prompt_directive.hpp"
#include "prompts/site_context.hpp"
#include "storage/store.hpp"

namespace aifp::briefing {

/// What a briefing works with; all of it outlives it. `settings` and `secrets` may be assigned anew
/// on the loop, followed by settings_changed().
struct BriefingParts {
    boost::asio::io_context& loop;
    const Clock& clock;
    const ProjectPaths& paths;
    const config::Settings& settings;
    const config::Secrets& secrets;
    storage::Store& store;
    http::Client& client;
    logging::Log& log;
    /// Answers instead of the provider of the settings: for tests. Null: the settings decide.
    llm::Model* model = nullptr;
    /// Keeps `secrets`, and what is resolved, out of what is sent.
    std::shared_ptr<config::SecretKeeper> keeper = std::make_shared<config::SecretKeeper>();
};

/// A request as it would be sent.
struct Inspection {
    Inspection() = default;

    std::shared_ptr<const prompts::Assembled> assembled;
    /// Byte for byte; an error says why nothing could be sent (no provider).
    Result<llm::Wire> wire = fail(ErrorCode::internal, "not made yet");
};

/// Gathers for a request what stands outside of it (files, hooks, the site), puts it together, asks
/// the AI and keeps the manifest. The one way from an agent to a provider. Loop thread only; owned
/// by the wiring; destroyed after the loop has ended.
class Briefing {
public:
    virtual ~Briefing() = default;

    /// Who would be asked; nothing without a provider.
    [[nodiscard]] virtual std::optional<llm::ModelName> model_name() const = 0;

    /// Puts a request together and asks. Its manifest is stored with the run, whatever comes of it.
    /// Errors: of prompts::assemble() and llm::Model::ask().
    [[nodiscard]] virtual boost::asio::awaitable<Result<llm::Reply>> ask(Draft draft) = 0;

    /// The same up to the moment of sending: nothing is sent, nothing stored. Errors: of
    /// prompts::assemble().
    [[nodiscard]] virtual boost::asio::awaitable<Result<Inspection>> inspect(Draft draft) = 0;

    /// Registers one more, or another extension of the site context (after site_context.yaml): the
    /// seam for parts of the program. A file or a hook with the id of one stands in its place. What
    /// is refused is logged.
    virtual void add(prompts::PromptDirective directive) = 0;
    virtual void add(prompts::SiteFilter filter) = 0;

    using Answer = std::function<void(Result<boost::json::value>)>;
    /// inspect() for people: {agent, provider, model, sha256, manifest, lint, request (the wire's
    /// text) or refused (why there is none)}.
    virtual void show_inspection(Draft draft, Answer answer) = 0;
    /// Stores a context file in the first of the allowed folders, in place of one of that name.
    /// Answers its record {original_name, persistent_path, size, mime_type, uploaded_at}. Errors:
    /// invalid_input with the reason (prompts::check_upload); io_failure.
    virtual void upload(std::string name, std::string content, Answer answer) = 0;
    /// The prompt directives that are registered, in their order, and what was refused with why.
    virtual void list(Answer answer) = 0;
    /// What is known of the site: {provider, data, is_stale, generation}.
    virtual void show_site(Answer answer) = 0;
    /// Forgets it: the next request asks the provider anew.
    virtual void clear_site(std::string reason, Answer answer) = 0;
    /// Manifests that were kept, the newest first; of one run or session, if one is given.
    virtual void list_manifests(std::optional<LedgerId> run,
                                std::optional<std::string> session,
                                Answer answer) = 0;
    /// Tokens of this month and the ones before, by provider and model.
    virtual void show_usage(Answer answer) = 0;

    /// Something of this project changed: the site context of the provider `local` is old.
    virtual void project_changed() = 0;
    virtual void settings_changed() = 0;
    /// Where the admin endpoint listens, for the site context.
    virtual void set_admin_url(std::string url) = 0;
    /// Whether the webhook listener's request is what a site tells of its changes.
    [[nodiscard]] virtual bool is_site_event(std::string_view target) const = 0;
    virtual void handle_site_event(http::Request request, http::Responder responder) = 0;
    /// No new requests to a site; what is under way is let go of.
    virtual void stop() = 0;
};

/// The largest body of a site's event.
inline constexpr std::size_t kMaxEventBytes = 64 << 10;

[[nodiscard]] std::unique_ptr<Briefing> create_briefing(BriefingParts parts);

}  // namespace aifp::briefing
