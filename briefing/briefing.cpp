#include <boost/json/parse.hpp>
#include <utility>

#include "base/run_on.hpp"
#include "base/time_zone.hpp"
#include "briefing/briefing_impl.hpp"
#include "briefing/desk_views.hpp"
#include "briefing/disk.hpp"
#include "briefing/hook.hpp"
#include "llm/client.hpp"
#include "storage/ai_rows.hpp"

namespace aifp::briefing {

namespace asio = boost::asio;
namespace json = boost::json;
using logging::Level;
using prompts::Notices;

BriefingImpl::BriefingImpl(BriefingParts parts)
    : parts_(parts),
      resolver_(parts.secrets, config::read_environment, parts.keeper),
      book_(parts.store, [this](const prompts::Notice& notice) { tell({notice}); }),
      client_(parts.model == nullptr ? make_client() : nullptr),
      model_(parts.model == nullptr ? client_.get() : parts.model) {
    remember_secrets();
    make_desk();
}

std::unique_ptr<llm::Model> BriefingImpl::make_client() {
    llm::ClientParts parts;
    parts.http = &parts_.client;
    parts.clock = &parts_.clock;
    parts.book = &book_;
    parts.shelf = &shelf_;
    parts.settings = [this] { return parts_.settings.llm; };
    parts.resolve = [this](const json::value& value) { return resolver_.text(value); };
    parts.redact = [this](std::string text) {
        return resolver_.keeper().redacted(std::move(text));
    };
    parts.tell = [this](const prompts::Notice& notice) { tell({notice}); };
    return llm::create_client(std::move(parts));
}

// So that none of them is ever sent, whether something uses it or not.
void BriefingImpl::remember_secrets() {
    parts_.keeper->remember(parts_.secrets);
}

LocalFacts BriefingImpl::local_facts() const {
    const auto& root = parts_.paths.root();
    LocalFacts facts;
    facts.name = parts_.settings.name.empty() ? root.filename().string() : parts_.settings.name;
    facts.url = "file://" + root.string();
    facts.admin_url = admin_url_;
    facts.language = language_of(config::read_environment("LANG"));
    facts.timezone = parts_.settings.timezone.name();
    return facts;
}

void BriefingImpl::make_desk() {
    desk_for_ = parts_.settings.prompts;
    if (desk_) {
        desk_->stop();
        desk_.reset();
    }
    if (desk_for_.site_context == config::SiteProvider::none) {
        return;
    }
    auto provider = desk_for_.site_context == config::SiteProvider::wordpress
                        ? create_wordpress_site(desk_for_.wordpress, resolver_, parts_.client)
                        : create_local_site(parts_.store, [this] { return local_facts(); });
    SiteDesk::Parts parts{
        parts_.loop.get_executor(), parts_.clock, parts_.store, [this](const Notices& notices) {
            tell(notices);
        }};
    desk_ = std::make_shared<SiteDesk>(std::move(parts), std::move(provider));
}

void BriefingImpl::settings_changed() {
    remember_secrets();
    const config::Prompts& now = parts_.settings.prompts;
    if (now.site_context != desk_for_.site_context || now.wordpress != desk_for_.wordpress) {
        make_desk();
    }
    project_changed();
}

void BriefingImpl::project_changed() {
    if (desk_ && desk_for_.site_context == config::SiteProvider::local) {
        desk_->invalidate("the project changed");
    }
}

asio::any_io_executor BriefingImpl::off_loop() {
    if (!files_) {
        files_.emplace(1);
    }
    return files_->get_executor();
}

void BriefingImpl::stop() {
    if (desk_) {
        desk_->stop();
    }
    if (files_) {
        files_->join();
    }
}

prompts::Context BriefingImpl::context_of(Draft* draft) const {
    prompts::Context context;
    const auto model = model_->name();
    context.agent = draft->agent;
    context.provider = model ? model->provider : "none";
    context.model = model ? model->model : "";
    context.job_id = draft->run ? std::optional(draft->run->value) : std::nullopt;
    context.user_id = draft->user;
    context.session_id = draft->session;
    context.step_id = draft->step;
    context.directive = draft->directive;
    context.tools = draft->tools;
    context.settings = parts_.settings.prompts;
    context.pipeline = draft->pipeline;
    return context;
}

asio::awaitable<Status> BriefingImpl::gather(const Draft* draft, prompts::Context* context) {
    GatherOrder order{parts_.paths,
                      register_.fingerprint(),
                      draft->files,
                      parts_.settings.prompts.context_folders};
    auto work = [order = std::move(order)] { return blocking_gather(order); };
    Gathered gathered = co_await run_on(off_loop(), std::move(work));
    context->files = std::move(gathered.files);
    tell(register_.take(std::move(gathered)));
    if (register_.has_directives_hook() && register_.is_hook_old(parts_.clock.mono())) {
        co_await run_directives_hook(context);
    }
    if (!register_.hook_files().empty()) {
        co_await read_hook_files(context);
    }
    co_return Status();
}

asio::awaitable<void> BriefingImpl::read_hook_files(prompts::Context* context) {
    auto work = [paths = parts_.paths,
                 folders = parts_.settings.prompts.context_folders,
                 files = register_.hook_files()] {
        return blocking_load_context_files(paths, folders, files);
    };
    context->hook_files = co_await run_on(off_loop(), std::move(work));
}

asio::awaitable<Result<json::value>> BriefingImpl::run_hook(std::string name, json::object input) {
    auto request = hook_request(parts_.paths.prompt_hooks() / name, parts_.paths.root(), input);
    const Result<process::ProcessResult> result =
        co_await process::run_process(std::move(request), parts_.clock);
    co_return hook_output(result);
}

asio::awaitable<void> BriefingImpl::run_directives_hook(const prompts::Context* context) {
    json::object input = hook_input(*context);
    const Result<json::value> output = co_await run_hook(kDirectivesHook, std::move(input));
    tell(register_.take_hook(output, parts_.clock.mono()));
}

asio::awaitable<json::object> BriefingImpl::run_site_hook(json::object site) {
    json::object input = site;
    const Result<json::value> output = co_await run_hook(kSiteHook, std::move(input));
    if (output && output->is_object()) {
        co_return output->get_object();
    }
    tell({{Level::warning,
           "Site context: extension ignored",
           {{"id", "prompts.d/hooks/site_context"},
            {"reason", output ? "it gave no object" : output.error().detail()}}}});
    co_return site;
}

asio::awaitable<void> BriefingImpl::look_at_site(prompts::Context* context) {
    const auto desk = desk_;
    if (!desk) {
        co_return;
    }
    const prompts::SiteCache::Answer answer = co_await desk->read();
    if (!answer.value) {
        co_return;
    }
    Notices notices;
    json::object site = register_.extended(*answer.value, notices);
    tell(notices);
    if (register_.has_site_hook()) {
        site = co_await run_site_hook(std::move(site));
    }
    auto view = std::make_shared<prompts::SiteView>();
    view->data = std::move(site);
    view->provider = desk->provider();
    view->is_stale = answer.is_stale;
    context->site = std::move(view);
}

asio::awaitable<Result<BriefingImpl::Assembled>> BriefingImpl::assemble(Draft* draft) {
    prompts::Context context = context_of(draft);
    const Status gathered = co_await gather(draft, &context);
    if (!gathered) {
        co_return fail(gathered.error());
    }
    const auto directives = register_.snapshot();
    if (prompts::wants_site(context, *directives, policy())) {
        co_await look_at_site(&context);
    }
    Result<prompts::Assembled> request =
        prompts::assemble(draft->conversation, context, *directives, policy());
    if (!request) {
        co_return fail(request.error());
    }
    tell(request->notices);
    co_return std::make_shared<const prompts::Assembled>(std::move(*request));
}

asio::awaitable<Result<llm::Reply>> BriefingImpl::ask(Draft draft) {
    if (parts_.settings.llm.monthly_token_budget > 0) {
        const Status loaded = co_await book_.load(parts_.clock.wall());
        if (!loaded) {
            co_return fail(loaded.error());
        }
    }
    const Result<Assembled> assembled = co_await assemble(&draft);
    if (!assembled) {
        co_return fail(assembled.error());
    }
    llm::Request request(*assembled);
    request.max_tokens = draft.max_tokens;
    request.on_text = draft.on_text;
    Result<llm::Reply> reply = co_await model_->ask(std::move(request));
    keep(draft, **assembled, reply);
    co_return reply;
}

void BriefingImpl::keep(const Draft& draft,
                        const prompts::Assembled& request,
                        const Result<llm::Reply>& got) {
    storage::ManifestRow row = manifest_row(draft, request, got);
    const auto name = model_->name();
    row.provider = name ? name->provider : "none";
    row.model = name ? name->model : "";
    row.at = parts_.clock.wall();
    parts_.store.write([row = std::move(row)](
                           storage::Database& database) { storage::put_manifest(database, row); },
                       [this](const Status& stored) {
                           if (!stored) {
                               tell({{Level::error,
                                      "AI request: its manifest could not be stored",
                                      {{"error", stored.error().detail()}}}});
                           }
                       });
}

asio::awaitable<Result<Inspection>> BriefingImpl::inspect(Draft draft) {
    const Result<Assembled> assembled = co_await assemble(&draft);
    if (!assembled) {
        co_return fail(assembled.error());
    }
    const config::Llm& settings = parts_.settings.llm;
    Inspection inspection;
    inspection.assembled = *assembled;
    llm::WireOptions options;
    options.max_tokens = draft.max_tokens;
    options.file_ids = shelf_.known(settings, **assembled);
    options.is_streamed = settings.stream && draft.on_text;
    options.redact = [this](std::string text) {
        return resolver_.keeper().redacted(std::move(text));
    };
    if (!settings.api_key.is_null()) {
        options.api_key = "***";
    }
    inspection.wire = llm::make_wire(settings, **assembled, options);
    co_return inspection;
}

std::unique_ptr<Briefing> create_briefing(BriefingParts parts) {
    return std::make_unique<BriefingImpl>(parts);
}

}  // namespace aifp::briefing
